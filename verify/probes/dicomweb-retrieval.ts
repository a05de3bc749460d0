import { firstText } from '../clients/dicom-json';
import type { DicomUids } from '../clients/dicomweb-channel';
import type { MetadataAnswer } from '../clients/wado-client';
import { type ImageSize, imageSizeOf } from '../clients/image-size';
import type { Comparison, RetrievalTrials } from '../evidence/dicomweb-trials';
import type { Step } from '../evidence/step';
import type { Probe } from '../probe';
import { digestsOf, type SampleInstance } from '../sample/sample-instance';
import { syntheticInstance } from '../sample/synthetic-instance';
import type { DicomWebLane } from './dicomweb-lane';
import { inEachPartition, type PartitionTrial, storeFirst } from './partition-trials';
import { step } from './step';

const SOP_INSTANCE_UID = '00080018';
const MEDIA_TYPES = ['image/jpeg', 'image/png'];
const UNACCEPTABLE = 'image/gif';

/** A study with a series of two instances and a series of one. */
interface StoredStudy {
  readonly study: DicomUids;
  readonly firstSeries: DicomUids;
  readonly secondSeries: DicomUids;
  readonly instance: DicomUids;
  readonly instances: readonly [SampleInstance, SampleInstance, SampleInstance];
}

/** Retrieves a study of several series in every way, and what is in it. */
export const dicomWebRetrieval: Probe<'dicomweb.retrieval'> = {
  id: 'dicomweb.retrieval',
  title: 'files, metadata, frames and images of a study of several series',
  effect: 'write',
  pace: 'quick',
  target: 'any',
  gather: (context) => inEachPartition(context, 'retrieval', tryRetrievals),
};

async function tryRetrievals(trial: PartitionTrial): Promise<Step<RetrievalTrials>> {
  const { context, lane, studyInstanceUid } = trial;
  const stored = storedStudy(studyInstanceUid);
  const ready = await storeFirst(context, lane, stored.instances);
  if (ready.state === 'skipped') return ready;
  const { study, instance, instances } = stored;
  const metadataOf = askingOnce(lane);
  const trials = {
    files: await tryLevels(stored, ['study', 'series'], (uids, wanted) => compareFiles(lane, uids, wanted)),
    metadata: await tryLevels(stored, ['study', 'series', 'instance'], (uids, wanted) =>
      compareMetadata(metadataOf, uids, wanted),
    ),
    caching: await tryLevels(stored, ['study', 'series', 'instance'], (uids) =>
      askAgain(lane, metadataOf, uids),
    ),
    frames: await tryFrames(lane, instance, instances[0].frames),
    absentFrame: await step(async () => ({
      status: await lane.wado.frameStatus(instance, instances[0].frames.length + 1),
    })),
    rendered: await tryRendered(lane, instance),
    unacceptable: await step(async () => ({ status: await lane.wado.statusOf(study, UNACCEPTABLE) })),
  };
  // The last: it changes the study.
  return { state: 'done', value: { ...trials, changed: await changeStudy(trial, stored, metadataOf) } };
}

function storedStudy(studyInstanceUid: string): StoredStudy {
  const instances = [
    syntheticInstance(studyInstanceUid, 'first', { series: 'one' }),
    syntheticInstance(studyInstanceUid, 'second', { series: 'one' }),
    syntheticInstance(studyInstanceUid, 'third', { series: 'two' }),
  ] as const;
  const { seriesInstanceUid, sopInstanceUid } = instances[0];
  return {
    study: { studyInstanceUid },
    firstSeries: { studyInstanceUid, seriesInstanceUid },
    secondSeries: { studyInstanceUid, seriesInstanceUid: instances[2].seriesInstanceUid },
    instance: { studyInstanceUid, seriesInstanceUid, sopInstanceUid },
    instances,
  };
}

async function tryLevels<T>(
  { study, firstSeries, secondSeries, instance, instances }: StoredStudy,
  levels: readonly ('study' | 'series' | 'instance')[],
  ask: (uids: DicomUids, wanted: readonly SampleInstance[]) => Promise<T>,
): Promise<readonly { readonly what: string; readonly answer: Step<T> }[]> {
  const [first, second, third] = instances;
  const all = [
    { level: 'study', what: 'the study', uids: study, wanted: instances },
    { level: 'series', what: 'the series of two instances', uids: firstSeries, wanted: [first, second] },
    { level: 'series', what: 'the series of one instance', uids: secondSeries, wanted: [third] },
    { level: 'instance', what: 'an instance', uids: instance, wanted: [first] },
  ] as const;
  const answers: { readonly what: string; readonly answer: Step<T> }[] = [];
  for (const { level, what, uids, wanted } of all)
    if (levels.includes(level)) answers.push({ what, answer: await step(() => ask(uids, wanted)) });
  return answers;
}

async function compareFiles(
  lane: DicomWebLane,
  uids: DicomUids,
  wanted: readonly SampleInstance[],
): Promise<Comparison> {
  const received = await lane.wado.files(uids);
  return compare(
    wanted.map(({ file }) => digestsOf(file).fromPreamble),
    received.map((file) => digestsOf(file).fromPreamble),
  );
}

type MetadataOf = (uids: DicomUids) => Promise<MetadataAnswer>;

/** What was answered the first time: nothing changes the study before the last of the trials. */
function askingOnce({ wado }: DicomWebLane): MetadataOf {
  const answers = new Map<string, Promise<MetadataAnswer>>();
  return (uids) => {
    const key = JSON.stringify(uids);
    const answer = answers.get(key) ?? wado.metadata(uids);
    answers.set(key, answer);
    return answer;
  };
}

async function compareMetadata(
  metadataOf: MetadataOf,
  uids: DicomUids,
  wanted: readonly SampleInstance[],
): Promise<Comparison> {
  const { dataSets } = await metadataOf(uids);
  return compare(
    wanted.map(({ sopInstanceUid }) => sopInstanceUid),
    dataSets.map((dataSet) => firstText(dataSet, SOP_INSTANCE_UID) ?? ''),
  );
}

/** In any order. */
function compare(wanted: readonly string[], received: readonly string[]): Comparison {
  const equal = wanted.filter((one) => received.includes(one)).length;
  return { expected: wanted.length, equal, others: received.length - equal };
}

/** With what the first answer can be recognized by. */
async function askAgain(
  lane: DicomWebLane,
  metadataOf: MetadataOf,
  uids: DicomUids,
): Promise<{ readonly hasEtag: boolean; readonly repeated?: number }> {
  const { etag } = await metadataOf(uids);
  if (etag === undefined) return { hasEtag: false };
  return { hasEtag: true, repeated: (await lane.wado.metadata(uids, etag)).status };
}

/** Whoever has the metadata of before gets those of now. */
async function changeStudy(
  { context, lane }: PartitionTrial,
  { study }: StoredStudy,
  metadataOf: MetadataOf,
): Promise<RetrievalTrials['changed']> {
  const before = await step(() => metadataOf(study));
  const { etag, dataSets } = before.state === 'done' ? before.value : { etag: undefined, dataSets: [] };
  if (etag === undefined) return { state: 'skipped', reason: 'the metadata of the study have no ETag' };
  const added = syntheticInstance(study.studyInstanceUid, 'fourth', { series: 'two' });
  const ready = await storeFirst(context, lane, [added]);
  if (ready.state === 'skipped') return ready;
  return step(async () => {
    const after = await lane.wado.metadata(study, etag);
    return { repeated: after.status, instances: after.dataSets.length, expected: dataSets.length + 1 };
  });
}

async function tryFrames(
  lane: DicomWebLane,
  instance: DicomUids,
  frames: readonly Buffer[],
): Promise<RetrievalTrials['frames']> {
  const numbers = frames.map((_, index) => index + 1);
  const inOrder = async (wanted: readonly number[]): Promise<Comparison> => {
    const received = await lane.wado.frames(instance, wanted);
    const equal = wanted.filter((number, index) => {
      const frame = frames[number - 1];
      return frame !== undefined && received[index]?.equals(frame);
    }).length;
    return { expected: wanted.length, equal, others: Math.max(0, received.length - wanted.length) };
  };
  const last = numbers.length;
  return [
    { what: 'all frames', answer: await step(() => inOrder(numbers)) },
    { what: 'the frames, the last one first', answer: await step(() => inOrder([...numbers].reverse())) },
    {
      what: 'the last frame as a single part',
      answer: await step(async () => {
        const received = await lane.wado.frame(instance, last);
        const isEqual = frames[last - 1]?.equals(received) ?? false;
        return { expected: 1, equal: isEqual ? 1 : 0, others: 0 };
      }),
    },
  ];
}

async function tryRendered(lane: DicomWebLane, instance: DicomUids): Promise<RetrievalTrials['rendered']> {
  const rendered: RetrievalTrials['rendered'][number][] = [];
  for (const mediaType of MEDIA_TYPES) {
    const answer = await step(async () => {
      const { mediaType: given, image } = await lane.wado.rendered(instance, mediaType);
      const problem = problemOf(image);
      return { mediaType: given, ...(problem === undefined ? {} : { problem }) };
    });
    rendered.push({ mediaType, answer });
  }
  return rendered;
}

/** The size of every synthetic instance. */
const SIZE: ImageSize = { width: 16, height: 16 };

function problemOf(image: Buffer): string | undefined {
  try {
    const { width, height } = imageSizeOf(image);
    return width === SIZE.width && height === SIZE.height
      ? undefined
      : `it has ${width} × ${height} pixels in place of ${SIZE.width} × ${SIZE.height}`;
  } catch (error) {
    return (error as Error).message;
  }
}
