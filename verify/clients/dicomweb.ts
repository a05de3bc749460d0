import { lakeCodeInBody } from '../../contract';
import { ServiceRefusal } from '../error';
import { type DicomJson, firstText, items, parseDataSets } from './dicom-json';
import type { HttpAnswer, HttpCall, SendHttp } from './http';
import { decodeMultipart, encodeMultipart } from './multipart';

/** UIDs that find one instance. */
export interface InstanceUids {
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly sopInstanceUid: string;
}

export interface ChangeFeedEntry {
  readonly sopInstanceUid: string;
  readonly action: string;
  readonly filePath?: string;
  readonly partitionName?: string;
}

const DICOM_JSON = { Accept: 'application/dicom+json' };
const FEED_PAGE = 200;

/**
 * The calls of a round trip. Statuses that a call does not expect are thrown as ServiceRefusal, with the code that
 * the service gave.
 */
export class DicomWebClient {
  /**
   * @param baseUrl with version and, where it has them, the partition; no slash at the end
   * @param serviceRoot where the change feed lives; it is never below a partition
   */
  public constructor(
    private readonly send: SendHttp,
    private readonly baseUrl: string,
    private readonly serviceRoot: string = baseUrl,
    private readonly signal?: AbortSignal,
  ) {}

  /** Stores one instance. Answers a warning where the service stored it with one, and the server's time. */
  public async store(file: Buffer): Promise<{ readonly warning?: string; readonly serverTime: number }> {
    const { body, contentType } = encodeMultipart(
      [{ contentType: 'application/dicom', content: file }],
      'application/dicom',
    );
    const headers = { ...DICOM_JSON, 'Content-Type': contentType };
    const answer = await this.call({ method: 'POST', url: `${this.baseUrl}/studies`, headers, body });
    const result = answer.body.length > 0 && answer.status < 500 ? jsonObject(answer.body) : undefined;
    const failure = firstText(items(result, '00081198')[0], '00081197');
    if ((answer.status !== 200 && answer.status !== 202) || failure !== undefined) {
      throw refusal('STOW-RS POST /studies', answer, failure);
    }
    const warning = firstText(items(result, '00081199')[0], '00081196');
    return { serverTime: serverTimeOf(answer), ...(warning === undefined ? {} : { warning }) };
  }

  /** How many results a search at one level gives for a UID. */
  public async search(
    level: 'studies' | 'series' | 'instances',
    uidKeyword: string,
    uid: string,
  ): Promise<number> {
    const url = `${this.baseUrl}/${level}?${new URLSearchParams({ [uidKeyword]: uid }).toString()}`;
    const answer = await this.call({ method: 'GET', url, headers: DICOM_JSON });
    if (answer.status !== 200 && answer.status !== 204) throw refusal(`QIDO-RS GET /${level}`, answer);
    return parseDataSets(answer.body).length;
  }

  /** The stored file, in the transfer syntax in which it was sent. */
  public async retrieve(uids: InstanceUids): Promise<Buffer> {
    const answer = await this.retrieveAnswer(uids);
    if (answer.status !== 200) throw refusal('WADO-RS GET instance', answer);
    const [part, ...others] = decodeMultipart(answer.body, answer.header('content-type') ?? '');
    if (part === undefined || others.length > 0)
      throw new Error(`one part was expected, got ${others.length + (part === undefined ? 0 : 1)}`);
    return part.content;
  }

  /** Status of a retrieve, whatever it is. */
  public async retrieveStatus(uids: InstanceUids): Promise<number> {
    return (await this.retrieveAnswer(uids)).status;
  }

  public async metadata(uids: InstanceUids): Promise<DicomJson> {
    const answer = await this.call({
      method: 'GET',
      url: `${this.instanceUrl(uids)}/metadata`,
      headers: DICOM_JSON,
    });
    if (answer.status !== 200) throw refusal('WADO-RS GET metadata', answer);
    const [dataSet] = parseDataSets(answer.body);
    if (dataSet === undefined) throw new Error('the metadata is an empty array');
    return dataSet;
  }

  public async frames(uids: InstanceUids, count: number): Promise<readonly Buffer[]> {
    const numbers = Array.from({ length: count }, (_, index) => index + 1).join(',');
    const answer = await this.call({
      method: 'GET',
      url: `${this.instanceUrl(uids)}/frames/${numbers}`,
      headers: { Accept: 'multipart/related; type="application/octet-stream"; transfer-syntax=*' },
    });
    if (answer.status !== 200) throw refusal('WADO-RS GET frames', answer);
    return decodeMultipart(answer.body, answer.header('content-type') ?? '').map((part) => part.content);
  }

  /** The newest entry of the change feed for an instance, since a time. */
  public async changeFeedEntry(sopInstanceUid: string, since: number): Promise<ChangeFeedEntry | undefined> {
    let found: ChangeFeedEntry | undefined;
    for (let offset = 0; ; offset += FEED_PAGE) {
      const query = new URLSearchParams({
        startTime: new Date(since).toISOString(),
        limit: String(FEED_PAGE),
        offset: String(offset),
        includeMetadata: 'false',
      });
      const url = `${this.serviceRoot}/changefeed?${query.toString()}`;
      const answer = await this.call({ method: 'GET', url, headers: { Accept: 'application/json' } });
      if (answer.status !== 200 && answer.status !== 204) throw refusal('GET /changefeed', answer);
      const entries = parseDataSets(answer.body).map((entry) => readFeedEntry(entry));
      found = entries.findLast((entry) => entry.sopInstanceUid === sopInstanceUid) ?? found;
      if (entries.length < FEED_PAGE) return found;
    }
  }

  /** Deletes a study; answers whether it was there. */
  public async deleteStudy(studyInstanceUid: string): Promise<boolean> {
    const answer = await this.call({ method: 'DELETE', url: `${this.baseUrl}/studies/${studyInstanceUid}` });
    if (answer.status === 404) return false;
    if (answer.status !== 204 && answer.status !== 200) throw refusal('DELETE /studies/{study}', answer);
    return true;
  }

  private retrieveAnswer(uids: InstanceUids): Promise<HttpAnswer> {
    const headers = { Accept: 'multipart/related; type="application/dicom"; transfer-syntax=*' };
    return this.call({ method: 'GET', url: this.instanceUrl(uids), headers });
  }

  private instanceUrl({ studyInstanceUid, seriesInstanceUid, sopInstanceUid }: InstanceUids): string {
    return `${this.baseUrl}/studies/${studyInstanceUid}/series/${seriesInstanceUid}/instances/${sopInstanceUid}`;
  }

  private call(call: HttpCall): Promise<HttpAnswer> {
    return this.send({ ...call, ...(this.signal === undefined ? {} : { signal: this.signal }) });
  }
}

/** Keys and values differ in case between the pages of the service and its source, so case decides nothing. */
function readFeedEntry(entry: object): ChangeFeedEntry {
  const fields = new Map(Object.entries(entry).map(([key, value]) => [key.toLowerCase(), value as unknown]));
  const text = (name: string): string | undefined => {
    const value = fields.get(name);
    return typeof value === 'string' ? value : undefined;
  };
  const filePath = text('filepath');
  const partitionName = text('partitionname');
  return {
    sopInstanceUid: text('sopinstanceuid') ?? '',
    action: (text('action') ?? '').toLowerCase(),
    ...(filePath === undefined ? {} : { filePath }),
    ...(partitionName === undefined ? {} : { partitionName }),
  };
}

function refusal(operation: string, answer: HttpAnswer, code?: string): ServiceRefusal {
  return new ServiceRefusal(
    'dicom',
    operation,
    answer.status,
    code ?? lakeCodeInBody(answer.body.toString('utf8', 0, 2_000)),
  );
}

function jsonObject(body: Buffer): DicomJson | undefined {
  try {
    return JSON.parse(body.toString('utf8')) as DicomJson;
  } catch {
    return undefined;
  }
}

function serverTimeOf(answer: HttpAnswer): number {
  return Date.parse(answer.header('date') ?? '');
}
