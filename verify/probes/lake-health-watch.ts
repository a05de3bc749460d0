import { EvidenceError } from '../error';
import type { HealthWatch } from '../evidence/health';
import type { DeploymentContext, Probe } from '../probe';
import {
  directoryChange,
  keepsDeletedFiles,
  newestListed,
  type Sighting,
  softDeletedHealthFiles,
} from './health-witness';

/** A health file lives for moments. */
const SAMPLE_EVERY_MS = 250;
/** What was deleted stays, so that looking now and then is enough. */
const SOFT_DELETED_EVERY_MS = 5_000;
/** 365 days of health files are about 210 pages. */
const MOST_PAGES = 220;

/** Watches for a sign of life that is younger than the watch. */
export const lakeHealthWatch: Probe<'lake.health-watch'> = {
  id: 'lake.health-watch',
  title: 'another health file of the service',
  effect: 'read',
  pace: 'slow',
  target: 'deployment',
  gather: async (context) => {
    const { clock, signal, limits } = context;
    const keepsDeleted = context.target.manifest.lake.deletedFileRetentionDays > 0;
    const look = keepsDeleted ? lookAtDeleted : lookAtLive;
    const start = clock.now();
    let complete = true;
    for (;;) {
      const watchedMs = clock.now() - start;
      const watched = { watchedSeconds: Math.round(watchedMs / 1000) };
      const seen = await look(context);
      complete &&= seen.complete;
      // Ages are whole seconds, and the clock of the lake may be a moment ahead.
      const isNew = ({ ageSeconds }: Sighting): boolean => (ageSeconds - 1) * 1000 <= watchedMs;
      const seenBy = seen.sightings.find(isNew)?.by;
      if (seenBy !== undefined) return { seenBy, ...watched };
      if (watchedMs >= limits.healthWindowMs) return await silence(context, complete, watched);
      context.progress(`watching for the health file (${watched.watchedSeconds} s)`);
      await clock.sleep(keepsDeleted ? SOFT_DELETED_EVERY_MS : SAMPLE_EVERY_MS, signal);
    }
  },
};

interface Look {
  readonly sightings: readonly Sighting[];
  readonly complete: boolean;
}

async function lookAtDeleted(context: DeploymentContext): Promise<Look> {
  return softDeletedHealthFiles(context, MOST_PAGES, 1);
}

async function lookAtLive(context: DeploymentContext): Promise<Look> {
  const sightings = [await newestListed(context), await directoryChange(context)];
  return { sightings: sightings.filter((one) => one !== undefined), complete: true };
}

/** @throws EvidenceError where it means nothing that no health file was caught */
async function silence(
  context: DeploymentContext,
  complete: boolean,
  watched: Pick<HealthWatch, 'watchedSeconds'>,
): Promise<HealthWatch> {
  const { deletedFileRetentionDays } = context.target.manifest.lake;
  const caught = `no health file was caught in ${watched.watchedSeconds} s of watching, which proves nothing: it lives for moments`;
  const elsewhere = 'look at the Resource Health of the DICOM service';
  if (deletedFileRetentionDays === 0) {
    const remedy = `watch longer (--health-window), switch on soft delete for the lake, or ${elsewhere}`;
    throw new EvidenceError('NOT_OBSERVABLE', caught, remedy);
  }
  if (!complete) {
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
  return watched;
}
