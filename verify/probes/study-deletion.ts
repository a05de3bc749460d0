import type { DicomWebClient } from '../clients/dicomweb';
import type { Journal } from '../sample/journal';
import type { JournalledStudy } from '../sample/journal-entry';

/** Deletes studies of the journal and strikes each from it once the service has none of it any more. */
export async function deleteStudies(
  studies: readonly JournalledStudy[],
  journal: Journal,
  clientFor: (baseUrl: string) => Pick<DicomWebClient, 'deleteStudy'>,
): Promise<void> {
  for (const study of studies) {
    await clientFor(study.baseUrl).deleteStudy(study.studyInstanceUid);
    journal.remove(study);
  }
}
