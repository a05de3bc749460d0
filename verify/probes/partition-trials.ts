import type { DicomWebContract, PartitionTrials } from '../evidence/dicomweb-trials';
import type { Step } from '../evidence/step';
import type { ProbeContext } from '../probe';
import type { SampleInstance } from '../sample/sample-instance';
import { type DicomWebLane, dicomWebLanes } from './dicomweb-lane';
import { withOwnStudy } from './own-study';
import { NOT_STORED, step } from './step';
import { storeWhenReady } from './store-when-ready';

/** Stored as the answer said, and then not there: another check tells of that. */
const NOT_THERE = 'the instance was stored, and then the service did not have it';

/** One partition with a study of the probe's own in it. */
export interface PartitionTrial {
  readonly context: ProbeContext;
  readonly lane: DicomWebLane;
  readonly studyInstanceUid: string;
  readonly contract: DicomWebContract;
}

/**
 * Tries something in every partition at once, each with a study of its own.
 *
 * @param name tells the studies of one run apart
 */
export async function inEachPartition<T>(
  context: ProbeContext,
  name: string,
  action: (trial: PartitionTrial) => Promise<Step<T>>,
): Promise<PartitionTrials<T>> {
  const lanes = dicomWebLanes(context);
  const contract = await contractOf(context, lanes);
  const partitions = await allOf(
    lanes.map(async (lane) => ({
      place: lanes.length > 1 ? ` in ${lane.partition}` : '',
      trials: await withOwnStudy(context, lane, `${name}/${lane.partition}`, (studyInstanceUid) =>
        action({ context, lane, studyInstanceUid, contract }),
      ),
    })),
  );
  return { contract, partitions };
}

/** A DICOM service of Azure names its versions in every answer, also where only its URL was given. */
async function contractOf(
  { target, studyInstanceUid }: ProbeContext,
  [lane]: readonly DicomWebLane[],
): Promise<DicomWebContract> {
  if (target.kind === 'deployment' || lane === undefined) return 'azure';
  const versions = await lane.qido.apiVersions(studyInstanceUid);
  return versions === undefined ? 'standard' : 'azure';
}

/** Waits for all of them, also where one fails, so that nothing is sent any more afterwards. */
export async function allOf<T>(promises: readonly Promise<T>[]): Promise<readonly T[]> {
  const settled = await Promise.allSettled(promises);
  return settled.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
}

/** Stores instances to try something with. Skipped where there is nothing to try it with afterwards. */
export async function storeFirst(
  context: ProbeContext,
  lane: DicomWebLane,
  instances: readonly SampleInstance[],
): Promise<Exclude<Step<unknown>, { state: 'refused' | 'unreadable' }>> {
  for (const instance of instances) {
    const stored = await step(() => storeWhenReady(context, lane.client, instance.file));
    if (stored.state !== 'done') return { state: 'skipped', reason: NOT_STORED };
    if (!(await isKnown(lane, instance))) return { state: 'skipped', reason: NOT_THERE };
  }
  return { state: 'done', value: instances.length };
}

/** Whether the service has an instance, by its index: the lake is not asked. */
async function isKnown(lane: DicomWebLane, instance: SampleInstance): Promise<boolean> {
  const { studyInstanceUid, seriesInstanceUid, sopInstanceUid } = instance;
  const uids = { studyInstanceUid, seriesInstanceUid, sopInstanceUid };
  const metadata = await step(() => lane.wado.metadata(uids));
  return metadata.state === 'done' && metadata.value.dataSets.length > 0;
}

/** Names of those instances that the service has. */
export async function knownOf(
  lane: DicomWebLane,
  instances: readonly SampleInstance[],
): Promise<readonly string[]> {
  const known: string[] = [];
  for (const instance of instances) if (await isKnown(lane, instance)) known.push(instance.label);
  return known;
}
