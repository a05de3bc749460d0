import type { ChangeFeedEntry } from '../clients/dicomweb';
import type { ChangeFeedStory, ToldChange } from '../evidence/change-feed';
import type { DeploymentContext, Probe } from '../probe';
import type { SampleInstance } from '../sample/sample-instance';
import { syntheticInstance } from '../sample/synthetic-instance';
import { type DicomWebLane, dicomWebLanes } from './dicomweb-lane';
import { step } from './step';
import { withOwnStudy } from './own-study';

/** The change feed is asked from a while before the store on, by the clock of the service. */
const FEED_MARGIN_MS = 60_000;

type Moment = ChangeFeedStory['instances'][number]['moments'][number];

/** Stores and deletes an instance twice in each partition, and reads the change feed after each. */
export const contractChangeFeed: Probe<'contract.change-feed'> = {
  id: 'contract.change-feed',
  title: 'the change feed tells what becomes of an instance',
  effect: 'write',
  pace: 'quick',
  target: 'deployment',
  gather: async (context) => {
    const lanes = dicomWebLanes(context);
    const instances: ChangeFeedStory['instances'][number][] = [];
    for (const lane of lanes) {
      const { partition } = lane;
      const label = lanes.length > 1 ? `synthetic in ${partition}` : 'synthetic';
      instances.push({ label, partition, moments: await momentsOf(context, lane) });
    }
    return { instances };
  },
};

function momentsOf(context: DeploymentContext, lane: DicomWebLane): Promise<readonly Moment[]> {
  const { client, partition } = lane;
  return withOwnStudy(context, lane, 'change-feed', async (studyInstanceUid) => {
    const instance = syntheticInstance(studyInstanceUid, `change feed in ${partition}`);
    const moments: Moment[] = [];
    let since = NaN;
    const store = async (): Promise<void> => {
      const { serverTime } = await client.store(instance.file);
      if (Number.isNaN(since))
        since = (Number.isNaN(serverTime) ? context.clock.now() : serverTime) - FEED_MARGIN_MS;
    };
    const remove = async (): Promise<void> => {
      await client.deleteStudy(studyInstanceUid);
    };
    const acts = [
      ['store', store],
      ['deletion', remove],
      ['second store', store],
      ['second deletion', remove],
    ] as const;
    for (const [after, act] of acts) {
      const acted = await step(act);
      // What the service does not do is judged by others; there is nothing more to tell then.
      if (acted.state !== 'done') return moments;
      moments.push({ after, feed: await step(() => feedOf(lane, instance, since)) });
    }
    return moments;
  });
}

async function feedOf(
  { client }: DicomWebLane,
  { sopInstanceUid }: SampleInstance,
  since: number,
): Promise<{ readonly entries: readonly ToldChange[]; readonly latestSequence?: number }> {
  const entries = await client.changeFeedEntries(sopInstanceUid, since);
  const latest = await client.latestChange();
  return {
    entries: entries.map(toldChange),
    ...(latest === undefined ? {} : { latestSequence: latest.sequence }),
  };
}

function toldChange({ sequence, action, state, timestamp, partitionName }: ChangeFeedEntry): ToldChange {
  return {
    sequence,
    action,
    state,
    timestamp,
    ...(partitionName === undefined ? {} : { partition: partitionName }),
  };
}
