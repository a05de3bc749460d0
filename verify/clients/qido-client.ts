import { type DicomJson, parseDataSets } from './dicom-json';
import { DICOM_JSON, readAnswer, refusal } from './dicomweb-answer';
import type { DicomWebChannel } from './dicomweb-channel';

/** Searches with any query. */
export class QidoClient {
  public constructor(private readonly channel: DicomWebChannel) {}

  /**
   * @param path such as `/studies`, or `/studies/{study}/series`
   * @param query without the question mark
   */
  public async search(path: string, query: string): Promise<readonly DicomJson[]> {
    const operation = `QIDO-RS GET ${path.replace(/[0-9.]{10,}/g, '{uid}')}`;
    const answer = await this.channel.ask({
      operation,
      method: 'GET',
      path: query === '' ? path : `${path}?${query}`,
      headers: DICOM_JSON,
    });
    if (answer.status !== 200 && answer.status !== 204) throw refusal(operation, answer);
    return readAnswer(operation, () => parseDataSets(answer.body));
  }

  /** The versions that the server says it has, where it says so; every answer of the DICOM service does. */
  public async apiVersions(studyInstanceUid: string): Promise<string | undefined> {
    const answer = await this.channel.ask({
      operation: 'QIDO-RS GET /studies',
      method: 'GET',
      path: `/studies?StudyInstanceUID=${studyInstanceUid}`,
      headers: DICOM_JSON,
    });
    return answer.header('api-supported-versions');
  }
}
