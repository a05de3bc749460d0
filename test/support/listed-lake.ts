import { BlobServiceClient } from '@azure/storage-blob';
import { type FileLake, makeFileLake } from '../../bench/audit/file-lake';
import type { Emulator } from '../../emulator';
import type { AuditRequest } from '../../verify';
import type { AuditedFile } from '../../verify/audit/model';
import { servicePath } from '../../contract';
import { type Audited, auditRequest, censusOf } from './audited-lake';
import { temporaryFolder } from './cli';
import { startTestEmulator } from './emulator';
import { startProxy, type ProxiedRequest, type Tamper } from './verify-proxy';

/** A lake of some hundred files, and a proxy before its blob plane. */
export interface ListedLakeBench extends AsyncDisposable {
  readonly emulator: Emulator;
  readonly lake: FileLake;
  /** Listings that went through the proxy. */
  readonly requests: readonly ProxiedRequest[];
  /** Answers for the blob plane from now on. */
  tamper: Tamper;
  request(more?: Partial<AuditRequest>): ReturnType<typeof auditRequest>;
  /** What the lake holds by the SDK's own listing. */
  truth(asOf: number): Promise<Audited>;
}

export const untampered: Tamper = (_request, forward) => forward();

export async function startListedLake(files: number): Promise<ListedLakeBench> {
  const folder = temporaryFolder();
  const emulator = await startTestEmulator({ stateFolder: folder.path });
  const lake = await makeFileLake(emulator, files);
  const blobPlane = new URL(lake.blobUrl).origin;
  const bench = { tamper: untampered };
  const proxy = await startProxy(blobPlane, emulator.ca, folder.path, (request, forward) =>
    bench.tamper(request, forward),
  );
  const port = new URL(proxy.origin).port;
  const { manifest } = lake;
  const blobEndpoint = manifest.lake.blobEndpoint.replace(/:\d+/, `:${port}`);
  const proxied = { ...manifest, lake: { ...manifest.lake, blobEndpoint } };
  return Object.assign(bench, {
    emulator,
    lake,
    requests: proxy.requests,
    request: (more: Partial<AuditRequest> = {}) => auditRequest(proxied, { azure: lake.connection, ...more }),
    truth: (asOf: number) => truthOf(lake, asOf),
    [Symbol.asyncDispose]: async () => {
      await proxy[Symbol.asyncDispose]();
      await emulator.close();
      folder[Symbol.dispose]();
    },
  });
}

async function truthOf({ manifest, connection, blobUrl }: FileLake, asOf: number): Promise<Audited> {
  const options = { tlsOptions: { ca: connection.ca } } as object;
  const service = new BlobServiceClient(blobUrl, connection.credential, options);
  const files: AuditedFile[] = [];
  const prefix = servicePath({ workspaceName: 'bench', dicomServiceName: 'images' });
  for await (const blob of service.getContainerClient('dicom').listBlobsFlat({ prefix: `${prefix}/` })) {
    const { accessTier, contentLength = 0, createdOn, lastModified, lastAccessedOn } = blob.properties;
    const { accessTierChangedOn, archiveStatus } = blob.properties;
    if (accessTier === undefined) continue;
    files.push({
      path: blob.name,
      bytes: contentLength,
      createdAt: (createdOn ?? lastModified).getTime(),
      modifiedAt: lastModified.getTime(),
      ...(lastAccessedOn === undefined ? {} : { accessedAt: lastAccessedOn.getTime() }),
      tier: accessTier,
      ...(accessTierChangedOn === undefined ? {} : { tierChangedAt: accessTierChangedOn.getTime() }),
      rehydrating: archiveStatus !== undefined,
    });
  }
  return censusOf(files, manifest, [], asOf);
}
