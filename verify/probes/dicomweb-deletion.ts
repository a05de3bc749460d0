import { type DicomUids, levelOf } from '../clients/dicomweb-channel';
import { ServiceRefusal } from '../error';
import type { DeletionTrials } from '../evidence/dicomweb-trials';
import type { Step } from '../evidence/step';
import type { Probe } from '../probe';
import type { SampleInstance } from '../sample/sample-instance';
import { syntheticInstance } from '../sample/synthetic-instance';
import type { DicomWebLane } from './dicomweb-lane';
import { inEachPartition, knownOf, type PartitionTrial, storeFirst } from './partition-trials';
import { step } from './step';

/** Deletes an instance, then its series, then the study, and looks at what is left each time. */
export const dicomWebDeletion: Probe<'dicomweb.deletion'> = {
  id: 'dicomweb.deletion',
  title: 'deletions of an instance, a series and a study',
  effect: 'write',
  pace: 'quick',
  target: 'any',
  gather: (context) => inEachPartition(context, 'deletion', tryDeletions),
};

async function tryDeletions({
  context,
  lane,
  studyInstanceUid,
}: PartitionTrial): Promise<Step<DeletionTrials>> {
  const first = syntheticInstance(studyInstanceUid, 'first', { series: 'one' });
  const second = syntheticInstance(studyInstanceUid, 'second', { series: 'one' });
  const third = syntheticInstance(studyInstanceUid, 'third', { series: 'two' });
  const ready = await storeFirst(context, lane, [first, second, third]);
  if (ready.state === 'skipped') return ready;
  const { seriesInstanceUid, sopInstanceUid } = first;
  const series = { studyInstanceUid, seriesInstanceUid };
  const plan = [
    { uids: { ...series, sopInstanceUid }, staying: [second, third] },
    { uids: series, staying: [third] },
    { uids: { studyInstanceUid }, staying: [] },
  ];
  const deletions: DeletionTrials['deletions'][number][] = [];
  for (const { uids, staying } of plan)
    deletions.push({ level: levelOf(uids), answer: await tryDeletion(lane, uids, staying) });
  return { state: 'done', value: { deletions } };
}

async function tryDeletion(
  lane: DicomWebLane,
  uids: DicomUids,
  staying: readonly SampleInstance[],
): Promise<DeletionTrials['deletions'][number]['answer']> {
  const before = await knownOf(lane, staying);
  return step(async () => {
    await lane.deletion.delete(uids);
    const retrieveStatus = await lane.wado.statusOf(uids);
    const found = await countOf(lane, uids);
    const after = await knownOf(lane, staying);
    return {
      retrieveStatus,
      found,
      lost: before.filter((name) => !after.includes(name)),
      againStatus: await deletionStatus(lane, uids),
    };
  });
}

async function countOf(lane: DicomWebLane, uids: DicomUids): Promise<number> {
  const { studyInstanceUid, seriesInstanceUid, sopInstanceUid } = uids;
  const query = new URLSearchParams({
    StudyInstanceUID: studyInstanceUid,
    ...(seriesInstanceUid === undefined ? {} : { SeriesInstanceUID: seriesInstanceUid }),
    ...(sopInstanceUid === undefined ? {} : { SOPInstanceUID: sopInstanceUid }),
  });
  return (await lane.qido.search('/instances', query.toString())).length;
}

async function deletionStatus(lane: DicomWebLane, uids: DicomUids): Promise<number> {
  try {
    await lane.deletion.delete(uids);
    return 204;
  } catch (error) {
    if (error instanceof ServiceRefusal) return error.status;
    throw error;
  }
}
