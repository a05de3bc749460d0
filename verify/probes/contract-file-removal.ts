import type { ChangeFeedEntry } from '../clients/dicomweb';
import type { FileRemoval } from '../evidence/file-removal';
import type { DeploymentContext, Probe } from '../probe';
import { syntheticInstance } from '../sample/synthetic-instance';
import { type DicomWebLane, dicomWebLanes } from './dicomweb-lane';
import { NOT_STORED, step } from './step';
import { patiently } from './lake-patience';
import { withOwnStudy } from './own-study';

/** The change feed is asked from a while before the store on, by the clock of the service. */
const FEED_MARGIN_MS = 60_000;
const POLL_MS = 1_000;

type Instance = FileRemoval['instances'][number];

/** An instance whose study is deleted, and the file that has to go now; or why there is none to wait for. */
type Deleted =
  | { readonly path: string; readonly deletedAt: number }
  | { readonly fileGone: Exclude<Instance['fileGone'], { state: 'done' }> };

/** Stores an instance in each partition, deletes it and waits for the service to remove its file from the lake. */
export const contractFileRemoval: Probe<'contract.file-removal'> = {
  id: 'contract.file-removal',
  title: 'the files of deleted instances leave the lake',
  effect: 'write',
  pace: 'slow',
  target: 'deployment',
  gather: async (context) => {
    const lanes = dicomWebLanes(context);
    const deleted: (Deleted & { readonly label: string })[] = [];
    for (const lane of lanes) {
      const label = lanes.length > 1 ? `synthetic in ${lane.partition}` : 'synthetic';
      deleted.push({ label, ...(await storeAndDelete(context, lane)) });
    }
    const instances: Instance[] = [];
    for (const one of deleted) {
      const { label } = one;
      const fileGone = 'path' in one ? await step(() => awaitRemoval(context, one)) : one.fileGone;
      instances.push({ label, fileGone });
    }
    return { instances };
  },
};

async function storeAndDelete(context: DeploymentContext, lane: DicomWebLane): Promise<Deleted> {
  const { client, partition } = lane;
  const { clock } = context;
  return withOwnStudy(context, lane, 'file-removal', async (studyInstanceUid): Promise<Deleted> => {
    const instance = syntheticInstance(studyInstanceUid, `file removal in ${partition}`);
    const store = await step(() => client.store(instance.file));
    if (store.state !== 'done') return skipped(NOT_STORED);
    const since = Number.isNaN(store.value.serverTime) ? clock.now() : store.value.serverTime;
    const feed = await step(() => client.changeFeedEntry(instance.sopInstanceUid, since - FEED_MARGIN_MS));
    const entry: ChangeFeedEntry | undefined = feed.state === 'done' ? feed.value : undefined;
    if (entry?.filePath === undefined) return skipped('the change feed names no file');
    const { filePath } = entry;
    const file = await step(() => isThere(context, filePath));
    if (file.state !== 'done' || !file.value) return skipped('its file was not found');
    const deletion = await step(() => client.deleteStudy(studyInstanceUid));
    if (deletion.state !== 'done') return skipped('the study could not be deleted');
    return { path: filePath, deletedAt: clock.now() };
  });
}

/** The time runs from the deletion on, so that many files together get no longer than one. */
async function awaitRemoval(
  context: DeploymentContext,
  { path, deletedAt }: { readonly path: string; readonly deletedAt: number },
): Promise<{ readonly removed: boolean; readonly waitedSeconds: number; readonly path: string }> {
  const { clock, signal, limits, progress } = context;
  for (;;) {
    const waitedMs = clock.now() - deletedAt;
    const removed = !(await isThere(context, path));
    const waitedSeconds = Math.round(waitedMs / 1000);
    if (removed || waitedMs >= limits.fileRemovalMs) return { removed, waitedSeconds, path };
    progress(`waiting for the service to remove a deleted file (${waitedSeconds} s; it may take minutes)`);
    await clock.sleep(POLL_MS, signal);
  }
}

function isThere(context: DeploymentContext, path: string): Promise<boolean> {
  const file = context.target.azure.fileSystem.getFileClient(path);
  return patiently(context, () => file.exists({ abortSignal: context.signal }));
}

function skipped(reason: string): Deleted {
  return { fileGone: { state: 'skipped', reason } };
}
