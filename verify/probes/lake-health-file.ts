import { SERVICE_FACTS } from '../../contract';
import type { HealthFile } from '../evidence/health';
import type { DeploymentContext, Probe } from '../probe';
import { healthLog } from './health-log';
import {
  directoryChange,
  keepsDeletedFiles,
  newestListed,
  type Sighting,
  softDeletedHealthFiles,
} from './health-witness';

/** Nothing older is looked at by witnesses that can be wrong. */
const FRESH_SECONDS = 2 * SERVICE_FACTS.healthProbePeriodSeconds.value;
/** Soft-deleted health files are listed in pages of 5000; so many are read in a quarter of a minute. */
const MOST_PAGES = 40;
const MOST_SIGHTINGS = 20;

/**
 * Looks once for signs that the service keeps writing its health file. A file lives for moments, so that a listing
 * seldom catches one; where soft delete is on, the files already deleted tell for certain. The logs of the storage
 * account know of every file, but minutes late, so they are asked where nobody else can tell.
 */
export const lakeHealthFile: Probe<'lake.health-file'> = {
  id: 'lake.health-file',
  title: 'the health files of the service',
  effect: 'read',
  pace: 'quick',
  target: 'deployment',
  gather: async (context) => {
    const { deletedFileRetentionDays } = context.target.manifest.lake;
    const listed = await newestListed(context);
    const softDeleted =
      deletedFileRetentionDays > 0
        ? await softDeletedHealthFiles(context, MOST_PAGES, MOST_SIGHTINGS)
        : { sightings: [], complete: false };
    const change = await directoryChange(context);
    const seen = newestFirst([...(listed === undefined ? [] : [listed]), ...softDeleted.sightings]);
    const blindness = await blindnessOf(context, seen, softDeleted.complete);
    // A change of the folder can have other reasons, so it counts where nothing better is to be had.
    const counts = change !== undefined && change.ageSeconds <= FRESH_SECONDS && blindness !== undefined;
    const all = counts ? newestFirst([...seen, change]) : seen;
    const isTold = isFresh(seen) || (blindness === undefined && seen.length > 0);
    const logs = isTold ? undefined : await healthLog(context);
    const [newest] = all;
    return {
      ...(newest === undefined ? {} : { newestAgeSeconds: newest.ageSeconds, seenBy: newest.by }),
      sightings: all,
      ...(blindness === undefined ? {} : { blindness }),
      deletedFileRetentionDays,
      ...(logs === undefined ? {} : { logs }),
    };
  },
};

function newestFirst(sightings: readonly Sighting[]): readonly Sighting[] {
  return [...sightings].sort((one, other) => one.ageSeconds - other.ageSeconds);
}

function isFresh([newest]: readonly Sighting[]): boolean {
  return newest !== undefined && newest.ageSeconds <= FRESH_SECONDS;
}

/** Why it would mean nothing that no fresh health file was seen. */
async function blindnessOf(
  context: DeploymentContext,
  seen: readonly Sighting[],
  complete: boolean,
): Promise<HealthFile['blindness']> {
  const { deletedFileRetentionDays } = context.target.manifest.lake;
  if (deletedFileRetentionDays === 0)
    return 'deleted files are not kept, and a health file lives for moments only';
  if (!complete) return 'there are too many soft-deleted health files to list';
  if (isFresh(seen) || (await keepsDeletedFiles(context))) return undefined;
  return `the storage account keeps no deleted files, though the deployment asked for ${deletedFileRetentionDays} days`;
}
