import { healthCheckPath, SERVICE_FACTS } from '../../contract';
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
      if (await isListed(context)) return { newestAgeSeconds: 0, seenBy: 'listing', ...watched };
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
        if (!newest.conclusive) throw notObservable(watched.watchedSeconds, keepsDeleted);
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

function notObservable(watchedSeconds: number, keepsDeleted: boolean): EvidenceError {
  return new EvidenceError(
    'NOT_OBSERVABLE',
    `no health file was caught in ${watchedSeconds} s of watching, which proves nothing: it lives for moments` +
      (keepsDeleted ? ', and there are too many soft-deleted ones to list' : ''),
    keepsDeleted
      ? 'shorten the retention of deleted files, or look at the Resource Health of the DICOM service'
      : 'watch longer (--health-window), switch on soft delete for the lake, or look at the Resource Health of the DICOM service',
  );
}

function prefixOf({ target }: DeploymentContext): string {
  const { workspace, dicomService } = target.manifest;
  return `${healthCheckPath({ workspaceName: workspace.name, dicomServiceName: dicomService.name })}/`;
}

async function isListed(context: DeploymentContext): Promise<boolean> {
  const { container } = context.target.azure;
  for await (const blob of container.listBlobsFlat({
    prefix: prefixOf(context),
    abortSignal: context.signal,
  })) {
    if (/\/health[^/]*\.txt$/.test(blob.name)) return true;
  }
  return false;
}

/** Age by the storage service's own clock, which may not be ours. */
async function newestSoftDeleted(context: DeploymentContext): Promise<SoftDeleted> {
  const { fileSystem } = context.target.azure;
  let newest = -Infinity;
  let serverTime = context.clock.now();
  let pages = 0;
  const listing = fileSystem
    .listDeletedPaths({ prefix: prefixOf(context).slice(0, -1), abortSignal: context.signal })
    .byPage({ maxPageSize: 5_000 });
  for await (const page of listing) {
    if (page.date !== undefined) serverTime = page.date.getTime();
    for (const { deletedOn } of page.pathItems ?? [])
      newest = Math.max(newest, deletedOn?.getTime() ?? -Infinity);
    pages += 1;
    if (pages >= MOST_PAGES) return { conclusive: false };
  }
  if (newest === -Infinity) return { conclusive: true };
  return { ageSeconds: Math.max(0, Math.round((serverTime - newest) / 1000)), conclusive: true };
}
