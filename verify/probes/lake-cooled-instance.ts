import type { CooledInstance } from '../evidence/tiers';
import type { DeploymentContext, Probe } from '../probe';
import { digestsOf, type SampleInstance } from '../sample/sample-instance';
import { syntheticInstance } from '../sample/synthetic-instance';
import { type DicomWebLane, dicomWebLanes } from './dicomweb-lane';
import { NOT_STORED, step } from './step';
import { patiently } from './lake-patience';
import { lakeWrite } from './lake-write';
import { withOwnStudy } from './own-study';

/** The change feed is asked from a while before the store on, by the clock of the service. */
const FEED_MARGIN_MS = 60_000;
type Retrieve = CooledInstance['moves'][number]['retrieve'];

const TIERS = ['Cool', 'Cold'] as const;

/** Moves the file of an instance to cheaper tiers and asks the service for it in each. */
export const lakeCooledInstance: Probe<'lake.cooled-instance'> = {
  id: 'lake.cooled-instance',
  title: 'an instance whose file is moved to cool and cold',
  effect: 'lake-write',
  pace: 'quick',
  target: 'deployment',
  gather: async (context) => {
    const [lane] = dicomWebLanes(context);
    if (lane === undefined) throw new Error('a deployment has a partition at least');
    return withOwnStudy(context, lane, 'cooled-instance', async (studyInstanceUid) => {
      const instance = syntheticInstance(studyInstanceUid, 'cooled instance');
      const sent = digestsOf(instance.file);
      const store = await storeStep(context, lane, instance);
      if (store.state !== 'done') return { sent, store, moves: [] };
      const { path } = store.value;
      const retrieved = (): Promise<Retrieve> =>
        step(async () => digestsOf(await lane.client.retrieve(instance)));
      const before = await retrieved();
      if (before.state !== 'done' || before.value.fromPreamble !== sent.fromPreamble) {
        // What is wrong with the image has nothing to do with its tier.
        const reason = 'the image was not readable before its file was moved';
        return { sent, store: { state: 'skipped', reason }, moves: [] };
      }
      const moves: CooledInstance['moves'][number][] = [];
      for (const tier of TIERS) {
        const move = await step(() => moveTo(context, path, tier));
        const retrieve: Retrieve =
          move.state === 'done'
            ? await retrieved()
            : { state: 'skipped', reason: `its file was not moved to ${tier}` };
        moves.push({ tier, move, retrieve });
      }
      return { sent, store, moves };
    });
  },
};

async function storeStep(
  { clock }: DeploymentContext,
  { client }: DicomWebLane,
  instance: SampleInstance,
): Promise<CooledInstance['store']> {
  const stored = await step(() => client.store(instance.file));
  if (stored.state !== 'done') return { state: 'skipped', reason: NOT_STORED };
  const { serverTime } = stored.value;
  const since = (Number.isNaN(serverTime) ? clock.now() : serverTime) - FEED_MARGIN_MS;
  const entry = await step(() => client.changeFeedEntry(instance.sopInstanceUid, since));
  const path = entry.state === 'done' ? entry.value?.filePath : undefined;
  return path === undefined
    ? { state: 'skipped', reason: 'the change feed names no file' }
    : { state: 'done', value: { path } };
}

async function moveTo(
  context: DeploymentContext,
  path: string,
  tier: (typeof TIERS)[number],
): Promise<{ readonly etagKept: boolean }> {
  const file = context.target.azure.container.getBlobClient(path);
  const options = { abortSignal: context.signal };
  return lakeWrite(`moving a file to ${tier}`, async () => {
    const before = await patiently(context, () => file.getProperties(options));
    await patiently(context, () => file.setAccessTier(tier, options));
    const after = await patiently(context, () => file.getProperties(options));
    return { etagKept: before.etag !== undefined && before.etag === after.etag };
  });
}
