import { lakeTenantOf, readLakePath, servicePath } from '../../contract';
import type { ChangeFeedEntry } from '../clients/dicomweb';
import type { NamedFiles } from '../evidence/named-files';
import { EvidenceError } from '../error';
import type { DeploymentContext, Probe } from '../probe';
import { dicomWebLanes } from './dicomweb-lane';

/** Entries of the change feed that are looked at, the newest ones. */
const MOST_ENTRIES = 1_000;
const MOST_FILES = 2_000;
const AT_ONCE = 10;
const MOST_NAMED = 20;
/** A file is written before its image is in the index. */
const YOUNG_MS = 600_000;

/** Whether the newest images of the index have their files, and where that is all of them, the reverse. */
export const contractStoredFiles: Probe<'contract.stored-files'> = {
  id: 'contract.stored-files',
  title: 'the files of the newest images, whoever stored them',
  effect: 'read',
  pace: 'quick',
  target: 'deployment',
  gather: async (context) => {
    const { entries, whole } = await newestEntries(context);
    const current = filesOf(entries);
    let missing = await notInLake(context, [...current]);
    if (missing.length > 0) {
      // What was deleted meanwhile is no loss.
      const still = filesOf((await newestEntries(context)).entries);
      missing = await notInLake(
        context,
        missing.filter((path) => still.has(path)),
      );
    }
    return {
      lookedFor: current.size,
      whole,
      missing: named(missing),
      unindexed: named(whole ? await notInIndex(context) : []),
    };
  },
};

async function newestEntries(
  context: DeploymentContext,
): Promise<{ readonly entries: readonly ChangeFeedEntry[]; readonly whole: boolean }> {
  const [lane] = dicomWebLanes(context);
  if (lane === undefined) return { entries: [], whole: true };
  const latest = await lane.client.latestChange();
  if (latest === undefined) return { entries: [], whole: true };
  const whole = latest.sequence <= MOST_ENTRIES;
  const entries = await lane.client.changesFrom(whole ? 0 : latest.sequence - MOST_ENTRIES);
  if (entries.length > 0) return { entries, whole };
  throw new EvidenceError(
    'NOT_OBSERVABLE',
    'the change feed gave none of its newest entries',
    'run it again; where it stays, open a support request: the newest sequence and the number of entries do not fit',
  );
}

/** Paths of the files of current images. */
function filesOf(entries: readonly ChangeFeedEntry[]): ReadonlySet<string> {
  const current = entries.filter(({ state, action }) => state === 'current' && action !== 'delete');
  return new Set(current.flatMap(({ filePath }) => filePath ?? []));
}

async function notInLake(
  { target, signal }: DeploymentContext,
  paths: readonly string[],
): Promise<readonly string[]> {
  const missing: string[] = [];
  for (let at = 0; at < paths.length; at += AT_ONCE) {
    const looked = paths.slice(at, at + AT_ONCE).map(async (path) => {
      const blob = target.azure.container.getBlobClient(path);
      return (await blob.exists({ abortSignal: signal })) ? [] : [path];
    });
    missing.push(...(await Promise.all(looked)).flat());
  }
  return missing;
}

/** Listed first, so that the index is the newer of the two. */
async function notInIndex(context: DeploymentContext): Promise<readonly string[]> {
  const { target, clock, signal } = context;
  const tenant = lakeTenantOf(target.manifest);
  const listed: string[] = [];
  const pages = target.azure.container
    .listBlobsFlat({ prefix: `${servicePath(tenant)}/`, abortSignal: signal })
    .byPage({ maxPageSize: 5_000 });
  for await (const page of pages) {
    const serverTime = page.date?.getTime() ?? clock.now();
    for (const { name, properties } of page.segment.blobItems) {
      const isImage = readLakePath(tenant, name).kind === 'dicom-file';
      if (isImage && serverTime - properties.lastModified.getTime() > YOUNG_MS) listed.push(name);
    }
    if (listed.length > MOST_FILES) return [];
  }
  const { entries, whole } = await newestEntries(context);
  const known = new Set(entries.flatMap(({ filePath }) => filePath ?? []));
  // A deleted image keeps its file for a while, and its entries need not name it any more.
  return whole ? listed.filter((path) => !known.has(path)) : [];
}

function named(paths: readonly string[]): NamedFiles {
  return { count: paths.length, paths: paths.slice(0, MOST_NAMED) };
}
