import { EvidenceError, ServiceRefusal } from '../error';
import type { ProbeContext } from '../probe';
import { uidFrom } from '../sample/uid';
import type { DicomWebLane } from './dicomweb-lane';
import { deleteStudies } from './study-deletion';

/**
 * Runs an action with a study of the probe's own, written down before anything is sent and deleted when the action has
 * ended, however it ended. What the service does not delete stays in the journal; the run tries again.
 *
 * @param name tells the studies of one run apart
 */
export async function withOwnStudy<T>(
  { journal, studyInstanceUid: runUid }: Pick<ProbeContext, 'journal' | 'studyInstanceUid'>,
  lane: Pick<DicomWebLane, 'client' | 'baseUrl'>,
  name: string,
  action: (studyInstanceUid: string) => Promise<T>,
): Promise<T> {
  const study = { studyInstanceUid: uidFrom(`${runUid}/${name}`), baseUrl: lane.baseUrl };
  journal.add(study);
  try {
    return await action(study.studyInstanceUid);
  } finally {
    await deleteStudies([study], journal, () => lane.client).catch((error: unknown) => {
      if (!(error instanceof ServiceRefusal) && !(error instanceof EvidenceError)) throw error;
    });
  }
}
