import { healthCheckPath, lakeTenantOf } from '../../contract';
import { readBlobService } from '../clients/blob-service';
import { refusalOf } from '../clients/rest-refusal';
import { ServiceRefusal } from '../error';
import type { HealthFile } from '../evidence/health';
import type { DeploymentContext } from '../probe';

export type Sighting = HealthFile['sightings'][number];

/** The newest health file that is there now: one that could not be deleted stays for minutes. */
export async function newestListed(context: DeploymentContext): Promise<Sighting | undefined> {
  const { container } = context.target.azure;
  const prefix = `${folderOf(context)}/`;
  const ages: number[] = [];
  const pages = container.listBlobsFlat({ prefix, abortSignal: context.signal }).byPage();
  for await (const page of pages) {
    const serverTime = page.date?.getTime() ?? context.clock.now();
    for (const { name, properties } of page.segment.blobItems)
      if (/\/health[^/]*\.txt$/.test(name)) ages.push(ageSeconds(properties.lastModified, serverTime));
  }
  return ages.length === 0 ? undefined : { ageSeconds: Math.min(...ages), by: 'listing' };
}

/** When the folder last changed, where that is told: files that come and go may change it, and so may others. */
export async function directoryChange(context: DeploymentContext): Promise<Sighting | undefined> {
  const { fileSystem } = context.target.azure;
  try {
    const { lastModified, date } = await fileSystem
      .getDirectoryClient(folderOf(context))
      .getProperties({ abortSignal: context.signal });
    if (lastModified === undefined) return undefined;
    const serverTime = date?.getTime() ?? context.clock.now();
    return { ageSeconds: ageSeconds(lastModified, serverTime), by: 'directory change' };
  } catch (error) {
    if (refusalOf(error, 'lake', '')?.status === 404) return undefined;
    throw error;
  }
}

/**
 * The newest health files that soft delete keeps, by when they were deleted.
 *
 * @param mostPages of 5000 files each that are read; they come in no order of time
 */
export async function softDeletedHealthFiles(
  context: DeploymentContext,
  mostPages: number,
  mostSightings: number,
): Promise<{ readonly sightings: readonly Sighting[]; readonly complete: boolean }> {
  const { fileSystem } = context.target.azure;
  let newest: readonly number[] = [];
  let serverTime = context.clock.now();
  let pages = 0;
  const listing = fileSystem
    .listDeletedPaths({ prefix: folderOf(context), abortSignal: context.signal })
    .byPage({ maxPageSize: 5_000 });
  for await (const page of listing) {
    if (page.date !== undefined) serverTime = page.date.getTime();
    const times = (page.pathItems ?? []).flatMap(({ deletedOn }) => deletedOn?.getTime() ?? []);
    newest = [...newest, ...times].sort((one, other) => other - one).slice(0, mostSightings);
    pages += 1;
    if (pages >= mostPages) break;
  }
  const now = serverTime;
  return {
    sightings: newest.map((time) => ({
      ageSeconds: ageSeconds(new Date(time), now),
      by: 'soft-deleted files',
    })),
    complete: pages < mostPages,
  };
}

/** What the account does, which may not be what the manifest says. */
export async function keepsDeletedFiles({ target, signal }: DeploymentContext): Promise<boolean> {
  const { lake } = target.manifest;
  try {
    const settings = await readBlobService(target.azure.arm, lake.storageAccountId, signal);
    return settings.deletedFileRetentionDays > 0;
  } catch (error) {
    if (!(error instanceof ServiceRefusal)) throw error;
    const operation = 'asking whether the account keeps deleted files';
    throw new ServiceRefusal('arm', operation, error.status, error.serviceCode);
  }
}

function folderOf({ target }: DeploymentContext): string {
  return healthCheckPath(lakeTenantOf(target.manifest));
}

/** Age by the storage service's own clock, which may not be ours. */
function ageSeconds(time: Date, serverTime: number): number {
  return Math.max(0, Math.round((serverTime - time.getTime()) / 1000));
}
