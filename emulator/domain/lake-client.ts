import type { LakeContent } from './lake-content';

/** What the lake says of one file. `etag` is quoted, as on the wire. */
export interface LakeFileProperties {
  readonly etag: string;
  readonly length: number;
  readonly lastModifiedAt: number;
}

/**
 * The lake as one principal sees it: every call is authorized and checked as the same request over HTTP would be.
 * All methods reject with ServiceFault, or with HostNotFound where the storage account does not exist.
 */
export interface LakeClient {
  put(
    path: string,
    content: { readonly content: LakeContent; readonly md5: string },
    options?: { readonly expiresInMs?: number },
  ): Promise<LakeFileProperties>;
  head(path: string, options?: { readonly ifMatch?: string }): Promise<LakeFileProperties>;
  get(
    path: string,
    options?: {
      readonly ifMatch?: string;
      readonly range?: { readonly offset: number; readonly length: number };
    },
  ): Promise<LakeContent>;
  delete(path: string, options?: { readonly ifMatch?: string }): Promise<void>;
}

/** Opens a container of a storage account, found by its ARM id, in the name of a principal. */
export type OpenLake = (storageAccountId: string, containerName: string, principalId: string) => LakeClient;

export class HostNotFound extends Error {
  public override readonly name = 'HostNotFound';
}
