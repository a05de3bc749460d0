import { EvidenceError, ServiceRefusal } from '../error';
import type { ProbeContext } from '../probe';
import { studyUid } from '../sample/journal-entry';
import type { DicomWebLane } from './dicomweb-lane';
import { deleteStudies } from './study-deletion';

type OwnContext = Pick<ProbeContext, 'journal' | 'studyInstanceUid'>;
type OwnLane = Pick<DicomWebLane, 'client' | 'baseUrl'>;

/**
 * Runs an action with a study of the probe's own, written down before anything is sent and deleted when the action has
 * ended, however it ended. What the service does not delete stays in the journal; the run tries again.
 *
 * @param name tells the studies of one run apart
 */
export function withOwnStudy<T>(
  context: OwnContext,
  lane: OwnLane,
  name: string,
  action: (studyInstanceUid: string) => Promise<T>,
): Promise<T> {
  return withOwnStudyInEach(context, [lane], name, action);
}

/** As `withOwnStudy`, with a study of the same UID in every one of the lanes. */
export async function withOwnStudyInEach<T>(
  context: OwnContext,
  lanes: readonly OwnLane[],
  name: string,
  action: (studyInstanceUid: string) => Promise<T>,
): Promise<T> {
  const { journal } = context;
  const own = freshStudy(context, name);
  const { studyInstanceUid } = own;
  const studies = lanes.map(({ baseUrl }) => ({ ...own, baseUrl }));
  for (const study of studies) journal.add(study);
  try {
    return await action(studyInstanceUid);
  } finally {
    for (const [index, { client }] of lanes.entries()) {
      // What the action found out is worth keeping, also where the deletion is put off for ever.
      await deleteStudies(studies.slice(index, index + 1), journal, () => client).catch((error: unknown) => {
        if (!(error instanceof ServiceRefusal) && !(error instanceof EvidenceError)) throw error;
      });
    }
  }
}

/** A probe may be run again while the study of its first try is still there, which must not look like a duplicate. */
function freshStudy(
  { journal, studyInstanceUid: runUid }: OwnContext,
  name: string,
): { readonly studyInstanceUid: string; readonly name: string } {
  for (let tries = 1; ; tries += 1) {
    const own = tries === 1 ? name : `${name}/${tries}`;
    const uid = studyUid(runUid, own);
    if (!journal.studies.some(({ studyInstanceUid }) => studyInstanceUid === uid))
      return { studyInstanceUid: uid, name: own };
  }
}
