import { BlobServiceClient } from '@azure/storage-blob';
import { type FileLake, makeFileLake } from '../../bench/audit/file-lake';
import type { Emulator } from '../../emulator';
import { type AuditRequest, type FoundFile, SystemClock } from '../../verify';
import type { AuditCell, AuditedFile, Finding } from '../../verify/audit/model';
import { LakeCensus } from '../../verify/audit/lake-census';
import { servicePath } from '../../contract';
import { temporaryFolder } from './cli';
import { startTestEmulator } from './emulator';
import { startProxy, type ProxiedRequest, type Tamper } from './verify-proxy';

/** A lake of some hundred files, and a proxy before its blob plane. */
export interface AuditedLakeBench extends AsyncDisposable {
  readonly emulator: Emulator;
  readonly lake: FileLake;
  /** Listings that went through the proxy. */
  readonly requests: readonly ProxiedRequest[];
  /** Answers for the blob plane from now on. */
  tamper: Tamper;
  request(more?: Partial<AuditRequest>): AuditRequest;
  /** What the lake holds by the SDK's own listing. */
  truth(
    asOf: number,
  ): Promise<{ readonly cells: readonly AuditCell[]; readonly findings: readonly Finding[] }>;
}

export const untampered: Tamper = (_request, forward) => forward();

export async function startAuditedLake(files: number): Promise<AuditedLakeBench> {
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
    request: (more: Partial<AuditRequest> = {}): AuditRequest => ({
      manifest: proxied,
      azure: lake.connection,
      clock: new SystemClock(),
      signal: new AbortController().signal,
      plans: [],
      progress: () => undefined,
      onFound: () => undefined,
      ...more,
    }),
    truth: (asOf: number) => truthOf(lake, asOf),
    [Symbol.asyncDispose]: async () => {
      await proxy[Symbol.asyncDispose]();
      await emulator.close();
      folder[Symbol.dispose]();
    },
  });
}

async function truthOf(
  { manifest, connection, blobUrl }: FileLake,
  asOf: number,
): Promise<{ readonly cells: readonly AuditCell[]; readonly findings: readonly Finding[] }> {
  const options = { tlsOptions: { ca: connection.ca } } as object;
  const service = new BlobServiceClient(blobUrl, connection.credential, options);
  const census = new LakeCensus(manifest, [], asOf, () => undefined);
  const prefix = servicePath({ workspaceName: 'bench', dicomServiceName: 'images' });
  for await (const blob of service.getContainerClient('dicom').listBlobsFlat({ prefix: `${prefix}/` })) {
    const { accessTier, contentLength = 0, createdOn, lastModified, lastAccessedOn } = blob.properties;
    const { accessTierChangedOn, archiveStatus } = blob.properties;
    if (accessTier === undefined) continue;
    const file: AuditedFile = {
      path: blob.name,
      bytes: contentLength,
      createdAt: (createdOn ?? lastModified).getTime(),
      modifiedAt: lastModified.getTime(),
      ...(lastAccessedOn === undefined ? {} : { accessedAt: lastAccessedOn.getTime() }),
      tier: accessTier,
      ...(accessTierChangedOn === undefined ? {} : { tierChangedAt: accessTierChangedOn.getTime() }),
      rehydrating: archiveStatus !== undefined,
    };
    census.count(file);
  }
  return sorted(census.result());
}

/** In an order that does not depend on how the lake was read. */
export function sorted({
  cells,
  findings,
}: {
  readonly cells: readonly AuditCell[];
  readonly findings: readonly Finding[];
}): { readonly cells: readonly AuditCell[]; readonly findings: readonly Finding[] } {
  const inOrder = <T>(values: readonly T[]): readonly T[] =>
    values.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  return { cells: inOrder(cells), findings: inOrder(findings) };
}

/** Names of what was found, in order; one that was told of twice shows. */
export function pathsOf(found: readonly FoundFile[]): readonly string[] {
  return found.map(({ finding, path }) => `${finding} ${path}`).sort();
}
