import { firstText } from '../clients/dicom-json';
import type { StowAnswer } from '../clients/stow-client';
import type { StoreAnswer, StoreTrials } from '../evidence/dicomweb-trials';
import type { Step } from '../evidence/step';
import type { Probe } from '../probe';
import type { SampleInstance } from '../sample/sample-instance';
import { syntheticInstance } from '../sample/synthetic-instance';
import type { DicomWebLane } from './dicomweb-lane';
import { inEachPartition, knownOf, type PartitionTrial, storeFirst } from './partition-trials';
import { step } from './step';

const INSTANCE_NUMBER = '00200013';
const SERIES_INSTANCE_UID = '0020000E';
/** Of the instance that comes a second time. */
const OTHER_NUMBER = '2';

/** Stores in every documented way, and what the service has to refuse. */
export const dicomWebStoreAnswers: Probe<'dicomweb.store-answers'> = {
  id: 'dicomweb.store-answers',
  title: 'stores of one part and of several, again, in part and of the wrong type',
  effect: 'write',
  pace: 'quick',
  target: 'any',
  gather: (context) => inEachPartition(context, 'store-answers', tryStores),
};

async function tryStores({
  context,
  lane,
  studyInstanceUid: study,
}: PartitionTrial): Promise<Step<StoreTrials>> {
  const stored = syntheticInstance(study, 'first');
  const ready = await storeFirst(context, lane, [stored]);
  if (ready.state === 'skipped') return ready;
  const { stow } = lane;
  const single = syntheticInstance(study, 'single');
  const several = [syntheticInstance(study, 'second'), syntheticInstance(study, 'third')];
  const part = [syntheticInstance(study, 'good'), brokenInstance(study)];
  const again = syntheticInstance(study, stored.label, {
    attributes: { [INSTANCE_NUMBER]: ['IS', OTHER_NUMBER] },
  });
  const trials: StoreTrials = {
    singlePart: await tryStore(lane, [single], () => stow.storeSinglePart(single.file)),
    multipart: await tryStore(lane, several, () => stow.storeParts(several.map(({ file }) => file))),
    duplicate: await tryAgain(lane, again),
    partial: await tryStore(lane, part, () => stow.storeParts(part.map(({ file }) => file))),
    wrongMediaType: await step(async () => ({
      status: await stow.statusOf('text/plain', syntheticInstance(study, 'text').file),
    })),
  };
  return { state: 'done', value: trials };
}

/** Lacks the UID of its series, which no server may do without. It names its study, so it can be deleted. */
function brokenInstance(study: string): SampleInstance {
  return syntheticInstance(study, 'broken', { attributes: { [SERIES_INSTANCE_UID]: undefined } });
}

function tryStore(
  lane: DicomWebLane,
  instances: readonly SampleInstance[],
  store: () => Promise<StowAnswer>,
): Promise<Step<StoreAnswer>> {
  return step(async () => readAnswer(lane, instances, await store()));
}

async function tryAgain(lane: DicomWebLane, again: SampleInstance): Promise<StoreTrials['duplicate']> {
  return step(async () => {
    const answer = await readAnswer(lane, [again], await lane.stow.storeParts([again.file]));
    const { studyInstanceUid, seriesInstanceUid, sopInstanceUid } = again;
    const metadata = await lane.wado.metadata({ studyInstanceUid, seriesInstanceUid, sopInstanceUid });
    return { ...answer, replaced: firstText(metadata.dataSets[0], INSTANCE_NUMBER) === OTHER_NUMBER };
  });
}

async function readAnswer(
  lane: DicomWebLane,
  instances: readonly SampleInstance[],
  { status, stored, failed }: StowAnswer,
): Promise<StoreAnswer> {
  const nameOf = (uid: string | undefined): string =>
    uid === undefined
      ? 'unnamed'
      : (instances.find(({ sopInstanceUid }) => sopInstanceUid === uid)?.label ?? 'another');
  return {
    status,
    stored: stored.map(nameOf),
    failed: failed.map(({ sopInstanceUid, reason }) => ({
      instance: nameOf(sopInstanceUid),
      ...(reason === undefined ? {} : { reason }),
    })),
    kept: await knownOf(lane, instances),
  };
}
