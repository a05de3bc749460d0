import { firstText } from '../clients/dicom-json';
import { EvidenceError, ServiceRefusal } from '../error';
import type { PartitionIsolation } from '../evidence/dicomweb-trials';
import type { Probe, ProbeContext } from '../probe';
import type { SampleInstance } from '../sample/sample-instance';
import { syntheticInstance } from '../sample/synthetic-instance';
import { type DicomWebLane, dicomWebLanes } from './dicomweb-lane';
import { withOwnStudyInEach } from './own-study';
import { storeFirst } from './partition-trials';
import { NOT_STORED, step } from './step';

const INSTANCE_NUMBER = '00200013';

type Trials = PartitionIsolation['trials'];
type Other = Extract<Trials, { state: 'done' }>['value']['others'][number];

/** Stores instances with the same UIDs in every partition, and looks whether one shows what belongs to another. */
export const dicomWebPartitionIsolation: Probe<'dicomweb.partition-isolation'> = {
  id: 'dicomweb.partition-isolation',
  title: 'partitions show nothing of each other',
  effect: 'write',
  pace: 'quick',
  target: 'deployment',
  gather: async (context) => {
    const lanes = dicomWebLanes(context);
    const [first, ...others] = lanes;
    const trials: Trials =
      first === undefined || others.length === 0
        ? { state: 'skipped', reason: 'there is one partition only' }
        : await withOwnStudyInEach(context, lanes, 'partition-isolation', (study) =>
            tryIsolation(context, [first, ...others], study),
          );
    return { partitions: lanes.length, trials };
  },
};

async function tryIsolation(
  context: ProbeContext,
  [first, ...lanes]: readonly [DicomWebLane, ...DicomWebLane[]],
  study: string,
): Promise<Trials> {
  const instance = instanceFor(study, 0);
  const ready = await storeFirst(context, first, [instance]);
  if (ready.state === 'skipped') return ready;
  const befores: Other['before'][] = [];
  for (const lane of lanes) befores.push(await lookInto(lane, instance));
  const others: Omit<Other, 'kept'>[] = [];
  for (const [index, lane] of lanes.entries())
    others.push({
      partition: lane.partition,
      before: befores[index] ?? { state: 'skipped', reason: 'it was not asked' },
      ...(await storeIn(lane, instanceFor(study, index + 1), String(index + 1))),
    });
  const isDeleted = await deleteIn(first, study);
  const kept: Other[] = [];
  for (const [index, lane] of lanes.entries()) {
    const other = others[index];
    if (other === undefined) continue;
    kept.push({
      ...other,
      kept: await step(
        async () => (await numberIn(lane, instance)) === String(index + 1),
        !isDeleted
          ? 'the study could not be deleted in the other partition'
          : other.holds.state === 'done' && other.holds.value === 'its own'
            ? undefined
            : 'the instance was not seen in its own partition',
      ),
    });
  }
  return { state: 'done', value: { first: first.partition, others: kept } };
}

/** What was seen before is worth keeping, also where the deletion is put off for ever. */
async function deleteIn(lane: DicomWebLane, studyInstanceUid: string): Promise<boolean> {
  try {
    await lane.deletion.delete({ studyInstanceUid });
    return true;
  } catch (error) {
    if (error instanceof ServiceRefusal || error instanceof EvidenceError) return false;
    throw error;
  }
}

/** The number tells by which partition it was meant to be had. */
function instanceFor(study: string, number: number): SampleInstance {
  return syntheticInstance(study, 'shared', { attributes: { [INSTANCE_NUMBER]: ['IS', String(number)] } });
}

/** A partition in which nothing was stored yet does not exist, which the service answers with 400. */
async function lookInto(lane: DicomWebLane, instance: SampleInstance): Promise<Other['before']> {
  return step(async () => {
    const { sopInstanceUid } = instance;
    const status = await lane.wado.statusOf(uidsOf(instance));
    try {
      const found = await lane.qido.search('/instances', `SOPInstanceUID=${sopInstanceUid}`);
      return { status, found: found.length };
    } catch (error) {
      if (error instanceof ServiceRefusal && error.status === 400) return { status, found: 0 };
      throw error;
    }
  });
}

async function storeIn(
  lane: DicomWebLane,
  instance: SampleInstance,
  number: string,
): Promise<Pick<Other, 'store' | 'holds'>> {
  const store = await step(async () => {
    await lane.client.store(instance.file);
    return {};
  });
  const holds = await step(
    async (): Promise<'its own' | 'another' | 'nothing'> => {
      const found = await numberIn(lane, instance);
      return found === undefined ? 'nothing' : found === number ? 'its own' : 'another';
    },
    store.state === 'done' ? undefined : NOT_STORED,
  );
  return { store, holds };
}

/** The number of the instance, or undefined where the partition has none. */
async function numberIn(lane: DicomWebLane, instance: SampleInstance): Promise<string | undefined> {
  try {
    const { dataSets } = await lane.wado.metadata(uidsOf(instance));
    return firstText(dataSets[0], INSTANCE_NUMBER);
  } catch (error) {
    if (error instanceof ServiceRefusal && error.status === 404) return undefined;
    throw error;
  }
}

function uidsOf({ studyInstanceUid, seriesInstanceUid, sopInstanceUid }: SampleInstance): {
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly sopInstanceUid: string;
} {
  return { studyInstanceUid, seriesInstanceUid, sopInstanceUid };
}
