import type { LakeClient, LakeFileProperties } from './lake-client';
import type { LakeConditions } from './lake-condition';
import { sliceContent, type LakeContent } from './lake-content';
import { contentOf, type LakeEntry } from './lake-entry';
import { inDialect, LakeFault } from './lake-fault';
import type { LakeContext, LakeFileSystem } from './lake-file-system';

/** What one permitted call works on. */
export interface LakeAccess {
  readonly files: LakeFileSystem;
  readonly context: LakeContext;
  readonly hierarchicalNamespace: boolean;
}

/** The blob protocol without HTTP, in the name of one principal. Access is asked for anew with every call. */
export class PrincipalLakeClient implements LakeClient {
  public constructor(private readonly access: (verb: 'read' | 'write' | 'delete') => LakeAccess) {}

  public async put(
    path: string,
    { content, md5 }: { readonly content: LakeContent; readonly md5: string },
    options: { readonly expiresInMs?: number } = {},
  ): Promise<LakeFileProperties> {
    return this.call('write', ({ files, context, hierarchicalNamespace }) => {
      const afterMs = options.expiresInMs;
      if (afterMs !== undefined && !hierarchicalNamespace) throw new LakeFault('expiry-needs-hierarchy');
      const file = files.write(path, context, {
        content,
        headers: { contentMd5: md5 },
        ...(afterMs === undefined ? {} : { expiry: { option: 'RelativeToNow', afterMs } }),
      });
      return propertiesOf(file);
    });
  }

  public async head(path: string, options: { readonly ifMatch?: string } = {}): Promise<LakeFileProperties> {
    return this.call('read', ({ files, context }) =>
      propertiesOf(files.stat(path, context, matching(options.ifMatch))),
    );
  }

  public async get(
    path: string,
    options: {
      readonly ifMatch?: string;
      readonly range?: { readonly offset: number; readonly length: number };
    } = {},
  ): Promise<LakeContent> {
    return this.call('read', ({ files, context }) => {
      const content = contentOf(files.read(path, context, matching(options.ifMatch)));
      if (options.range === undefined) return content;
      const { offset, length } = options.range;
      if (offset >= content.length) throw new LakeFault('invalid-range');
      return sliceContent(content, offset, length);
    });
  }

  public async delete(path: string, options: { readonly ifMatch?: string } = {}): Promise<void> {
    await this.call('delete', ({ files, context }) =>
      files.remove(path, context, { conditions: matching(options.ifMatch) }),
    );
  }

  private call<Result>(
    verb: 'read' | 'write' | 'delete',
    action: (access: LakeAccess) => Result,
  ): Promise<Result> {
    return inDialect('blob', () => action(this.access(verb)));
  }
}

function propertiesOf(entry: LakeEntry): LakeFileProperties {
  return { etag: entry.etag, length: contentOf(entry).length, lastModifiedAt: entry.lastModifiedAt };
}

function matching(ifMatch: string | undefined): LakeConditions {
  return ifMatch === undefined ? {} : { ifMatch };
}
