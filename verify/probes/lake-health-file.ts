import { healthCheckPath, lakeTenantOf, SERVICE_FACTS } from '../../contract';
import { refusalOf } from '../clients/rest-refusal';
import { EvidenceError } from '../error';
import type { HealthFile } from '../model';
import type { DeploymentContext, Probe } from '../probe';

const SAMPLE_EVERY_MS = 250;
const SOFT_DELETED_EVERY_MS = 5_000;
/** Soft-deleted health files are listed in pages of 5000; 365 days of them are about 210 pages. */
const MOST_PAGES = 220;
/** Nothing older ends the watch early. */
const FRESH_SECONDS = 2 * SERVICE_FACTS.healthProbePeriodSeconds.value;

/**
 * Looks for signs that the service keeps writing its health file. The file lives for moments, so the folder is listed
 * over and over for a while; where soft delete is on, the files already deleted tell for certain.
 */
export const lakeHealthFile: Probe<'lake.health-file'> = {
  id: 'lake.health-file',
  title: 'the health file of the service',
  effect: 'read',
  pace: 'slow',
  target: 'deployment',
  gather: async (context) => {
    const { clock, signal, limits } = context;
    const keepsDeleted = context.target.manifest.lake.deletedFileRetentionDays > 0;
    const start = clock.now();
    let lastSoftDeletedLook = -Infinity;
    let newest: SoftDeleted = { conclusive: false };
    for (;;) {
      const watchedMs = clock.now() - start;
      const watched = { watchedSeconds: Math.round(watchedMs / 1000) };
      const listedAge = await newestListed(context);
      if (listedAge !== undefined && listedAge <= FRESH_SECONDS)
        return { newestAgeSeconds: listedAge, seenBy: 'listing', ...watched };
      if (
        keepsDeleted &&
        (clock.now() - lastSoftDeletedLook >= SOFT_DELETED_EVERY_MS || watchedMs >= limits.healthWindowMs)
      ) {
        lastSoftDeletedLook = clock.now();
        newest = await newestSoftDeleted(context);
        if (newest.ageSeconds !== undefined && newest.ageSeconds <= FRESH_SECONDS)
          return evidenceOf(newest, watched);
      }
      if (watchedMs >= limits.healthWindowMs) {
        await assertConclusive(context, newest, watched.watchedSeconds);
        return evidenceOf(newest, watched);
      }
      context.progress(`watching for the health file (${watched.watchedSeconds} s)`);
      await clock.sleep(SAMPLE_EVERY_MS, signal);
    }
  },
};

/** The newest soft-deleted health file; conclusive where all of them could be listed. */
interface SoftDeleted {
  readonly ageSeconds?: number;
  readonly conclusive: boolean;
}

function evidenceOf({ ageSeconds }: SoftDeleted, watched: { readonly watchedSeconds: number }): HealthFile {
  return ageSeconds === undefined
    ? watched
    : { newestAgeSeconds: ageSeconds, seenBy: 'soft-deleted files', ...watched };
}

/** @throws EvidenceError where it means nothing that no fresh health file was caught */
async function assertConclusive(
  context: DeploymentContext,
  newest: SoftDeleted,
  watchedSeconds: number,
): Promise<void> {
  const { deletedFileRetentionDays } = context.target.manifest.lake;
  const caught = `no health file was caught in ${watchedSeconds} s of watching, which proves nothing: it lives for moments`;
  const elsewhere = 'look at the Resource Health of the DICOM service';
  if (deletedFileRetentionDays === 0) {
    const remedy = `watch longer (--health-window), switch on soft delete for the lake, or ${elsewhere}`;
    throw new EvidenceError('NOT_OBSERVABLE', caught, remedy);
  }
  if (!newest.conclusive) {
    throw new EvidenceError(
      'NOT_OBSERVABLE',
      `${caught}, and there are too many soft-deleted ones to list`,
      `shorten the retention of deleted files, or ${elsewhere}`,
    );
  }
  if (!(await keepsDeletedFiles(context))) {
    throw new EvidenceError(
      'NOT_OBSERVABLE',
      `${caught}, and the storage account keeps no deleted files, though the deployment asked for ${deletedFileRetentionDays} days`,
      `deploy the stack again, which switches soft delete on, or ${elsewhere}`,
    );
  }
}

/** What the account does, which may not be what the manifest says. */
async function keepsDeletedFiles({ target, signal }: DeploymentContext): Promise<boolean> {
  const { lake } = target.manifest;
  const { blobServices } = target.azure.storageManagement;
  try {
    const service = await blobServices.getServiceProperties(
      target.azure.storageResourceGroup,
      lake.storageAccountName,
      {
        abortSignal: signal,
      },
    );
    return service.deleteRetentionPolicy?.enabled === true;
  } catch (error) {
    throw refusalOf(error, 'arm', 'asking whether the account keeps deleted files') ?? error;
  }
}

function prefixOf({ target }: DeploymentContext): string {
  return `${healthCheckPath(lakeTenantOf(target.manifest))}/`;
}

/** Age in seconds of the newest health file that is there now: one that could not be deleted stays for minutes. */
async function newestListed(context: DeploymentContext): Promise<number | undefined> {
  const { container } = context.target.azure;
  const ages: number[] = [];
  const listing = container
    .listBlobsFlat({ prefix: prefixOf(context), abortSignal: context.signal })
    .byPage();
  for await (const page of listing) {
    const serverTime = page.date?.getTime() ?? context.clock.now();
    for (const { name, properties } of page.segment.blobItems)
      if (/\/health[^/]*\.txt$/.test(name)) ages.push(ageSeconds(properties.lastModified, serverTime));
  }
  return ages.length === 0 ? undefined : Math.min(...ages);
}

/** Age by the storage service's own clock, which may not be ours. */
async function newestSoftDeleted(context: DeploymentContext): Promise<SoftDeleted> {
  const { fileSystem } = context.target.azure;
  let newest: Date | undefined;
  let serverTime = context.clock.now();
  let pages = 0;
  const listing = fileSystem
    .listDeletedPaths({ prefix: prefixOf(context).slice(0, -1), abortSignal: context.signal })
    .byPage({ maxPageSize: 5_000 });
  for await (const page of listing) {
    if (page.date !== undefined) serverTime = page.date.getTime();
    for (const { deletedOn } of page.pathItems ?? [])
      if (deletedOn !== undefined && (newest === undefined || deletedOn > newest)) newest = deletedOn;
    pages += 1;
    if (pages >= MOST_PAGES) break;
  }
  const conclusive = pages < MOST_PAGES;
  return newest === undefined ? { conclusive } : { ageSeconds: ageSeconds(newest, serverTime), conclusive };
}

function ageSeconds(time: Date, serverTime: number): number {
  return Math.max(0, Math.round((serverTime - time.getTime()) / 1000));
}
