import { API_VERSIONS } from '../../contract';
import { UnreadableAnswer } from '../error';
import { type DicomJson, firstText, items, parseDataSet, parseDataSets } from './dicom-json';
import {
  DICOM_JSON,
  explanationIn,
  partsOf,
  readAnswer,
  refusal,
  serverTimeOf,
  textOf,
} from './dicomweb-answer';
import type { HttpAnswer, HttpCall, SendHttp } from './http';
import { encodeMultipart } from './multipart';
import { codeOnly } from './redact';

/** UIDs that find one instance. */
export interface InstanceUids {
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly sopInstanceUid: string;
}

/** Values in lower case, but for names and paths. */
export interface ChangeFeedEntry {
  readonly sequence: number;
  readonly sopInstanceUid: string;
  readonly action: string;
  readonly state: string;
  readonly timestamp: string;
  readonly filePath?: string;
  readonly partitionName?: string;
}

/** Where the DICOMweb of a service begins: its version, and no slash at the end. */
export function dicomWebRoot(serviceUrl: string): string {
  return `${serviceUrl.replace(/\/$/, '')}/${API_VERSIONS.dicomWeb}`;
}

/** Entries of one page of the change feed. */
export const FEED_PAGE = 200;
const RETRIEVE = 'WADO-RS GET instance';
const NO_SUCH_PARTITION = 'PartitionName does not exist';

/**
 * The calls of a round trip. Statuses that a call does not expect are thrown as ServiceRefusal, with the code that
 * the service gave; answers that make no sense as UnreadableAnswer.
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
    const operation = 'STOW-RS POST /studies';
    const answer = await this.call({
      operation,
      method: 'POST',
      url: `${this.baseUrl}/studies`,
      headers,
      body,
    });
    const isStored = answer.status === 200 || answer.status === 202;
    if (!isStored && answer.status !== 409) throw refusal(operation, answer);
    const result = isStored ? readAnswer(operation, () => parseDataSet(answer.body)) : explanationIn(answer);
    const failure = firstText(items(result, '00081198')[0], '00081197');
    if (!isStored || failure !== undefined) throw refusal(operation, answer, failure);
    const warning = codeOnly(firstText(items(result, '00081199')[0], '00081196'));
    return { serverTime: serverTimeOf(answer), ...(warning === undefined ? {} : { warning }) };
  }

  /** How many results a search at one level gives for a UID. */
  public async search(
    level: 'studies' | 'series' | 'instances',
    uidKeyword: string,
    uid: string,
  ): Promise<number> {
    const url = `${this.baseUrl}/${level}?${new URLSearchParams({ [uidKeyword]: uid }).toString()}`;
    const operation = `QIDO-RS GET /${level}`;
    const answer = await this.call({ operation, method: 'GET', url, headers: DICOM_JSON });
    if (answer.status !== 200 && answer.status !== 204) throw refusal(operation, answer);
    return readAnswer(operation, () => parseDataSets(answer.body)).length;
  }

  /** The stored file, in the transfer syntax in which it was sent. */
  public async retrieve(uids: InstanceUids): Promise<Buffer> {
    const operation = RETRIEVE;
    const answer = await this.retrieveAnswer(uids);
    if (answer.status !== 200) throw refusal(operation, answer);
    const parts = readAnswer(operation, () => partsOf(answer));
    const [part, ...others] = parts;
    if (part === undefined || others.length > 0)
      throw new UnreadableAnswer(operation, `it has ${parts.length} parts in place of one`);
    return part;
  }

  /** Status of a retrieve, whatever it is. */
  public async retrieveStatus(uids: InstanceUids): Promise<number> {
    return (await this.retrieveAnswer(uids)).status;
  }

  public async metadata(uids: InstanceUids): Promise<DicomJson> {
    const operation = 'WADO-RS GET metadata';
    const answer = await this.call({
      operation,
      method: 'GET',
      url: `${this.instanceUrl(uids)}/metadata`,
      headers: DICOM_JSON,
    });
    if (answer.status !== 200) throw refusal(operation, answer);
    const [dataSet] = readAnswer(operation, () => parseDataSets(answer.body));
    if (dataSet === undefined) throw new UnreadableAnswer(operation, 'it is an empty array');
    return dataSet;
  }

  public async frames(uids: InstanceUids, count: number): Promise<readonly Buffer[]> {
    const numbers = Array.from({ length: count }, (_, index) => index + 1).join(',');
    const operation = 'WADO-RS GET frames';
    const answer = await this.call({
      operation,
      method: 'GET',
      url: `${this.instanceUrl(uids)}/frames/${numbers}`,
      headers: { Accept: 'multipart/related; type="application/octet-stream"; transfer-syntax=*' },
    });
    if (answer.status !== 200) throw refusal(operation, answer);
    return readAnswer(operation, () => partsOf(answer));
  }

  /** The newest entry of the change feed for an instance, since a time. */
  public async changeFeedEntry(sopInstanceUid: string, since: number): Promise<ChangeFeedEntry | undefined> {
    return (await this.changeFeedEntries(sopInstanceUid, since)).at(-1);
  }

  /** All entries of the change feed for an instance, since a time, in the order in which they come. */
  public async changeFeedEntries(sopInstanceUid: string, since: number): Promise<readonly ChangeFeedEntry[]> {
    const entries = await this.feed(0, { startTime: new Date(since).toISOString() });
    return entries.filter((entry) => entry.sopInstanceUid === sopInstanceUid);
  }

  /** All entries of the change feed after so many, in the order in which they come. */
  public changesFrom(skipped: number): Promise<readonly ChangeFeedEntry[]> {
    return this.feed(skipped, {});
  }

  private async feed(
    skipped: number,
    filter: Readonly<Record<string, string>>,
  ): Promise<readonly ChangeFeedEntry[]> {
    const found: ChangeFeedEntry[] = [];
    for (let offset = skipped; ; offset += FEED_PAGE) {
      const entries = await this.feedPage(offset, filter);
      found.push(...entries);
      if (entries.length < FEED_PAGE) return found;
    }
  }

  /** The entries of the change feed after so many, up to FEED_PAGE of them; fewer where there are no more. */
  public async feedPage(
    skipped: number,
    filter: Readonly<Record<string, string>> = {},
  ): Promise<readonly ChangeFeedEntry[]> {
    const operation = 'GET /changefeed';
    const query = new URLSearchParams({
      ...filter,
      limit: String(FEED_PAGE),
      offset: String(skipped),
      includeMetadata: 'false',
    });
    const answer = await this.call({
      operation,
      method: 'GET',
      url: `${this.serviceRoot}/changefeed?${query.toString()}`,
      headers: { Accept: 'application/json' },
    });
    if (answer.status !== 200 && answer.status !== 204) throw refusal(operation, answer);
    return readAnswer(operation, () => parseDataSets(answer.body)).map(readFeedEntry);
  }

  /** The newest entry of the change feed, of whatever instance. */
  public async latestChange(): Promise<ChangeFeedEntry | undefined> {
    const operation = 'GET /changefeed/latest';
    const answer = await this.call({
      operation,
      method: 'GET',
      url: `${this.serviceRoot}/changefeed/latest?includeMetadata=false`,
      headers: { Accept: 'application/json' },
    });
    if (answer.status === 204) return undefined;
    if (answer.status !== 200) throw refusal(operation, answer);
    return readFeedEntry(readAnswer(operation, () => parseDataSet(answer.body)));
  }

  /** Whether there is any work item; undefined where the server offers none. What is found is not kept. */
  public async hasWorkItems(): Promise<boolean | undefined> {
    const operation = 'UPS-RS GET /workitems';
    const url = `${this.baseUrl}/workitems?limit=1`;
    const answer = await this.call({ operation, method: 'GET', url, headers: DICOM_JSON });
    if ([404, 405, 501].includes(answer.status) || isUnknownPartition(answer)) return undefined;
    if (![200, 204, 206].includes(answer.status)) throw refusal(operation, answer);
    return readAnswer(operation, () => parseDataSets(answer.body)).length > 0;
  }

  /** Deletes a study; answers whether it was there. A partition that does not exist holds none. */
  public async deleteStudy(studyInstanceUid: string): Promise<boolean> {
    const operation = 'DELETE /studies/{study}';
    const url = `${this.baseUrl}/studies/${studyInstanceUid}`;
    const answer = await this.call({ operation, method: 'DELETE', url });
    if (answer.status === 404 || isUnknownPartition(answer)) return false;
    if (answer.status !== 204 && answer.status !== 200) throw refusal(operation, answer);
    return true;
  }

  private retrieveAnswer(uids: InstanceUids): Promise<HttpAnswer> {
    const headers = { Accept: 'multipart/related; type="application/dicom"; transfer-syntax=*' };
    return this.call({ operation: RETRIEVE, method: 'GET', url: this.instanceUrl(uids), headers });
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
    sequence: Number(fields.get('sequence')),
    sopInstanceUid: text('sopinstanceuid') ?? '',
    action: (text('action') ?? '').toLowerCase(),
    state: (text('state') ?? '').toLowerCase(),
    timestamp: text('timestamp') ?? '',
    ...(filePath === undefined ? {} : { filePath }),
    ...(partitionName === undefined ? {} : { partitionName }),
  };
}

function isUnknownPartition(answer: HttpAnswer): boolean {
  return answer.status === 400 && textOf(answer).includes(NO_SUCH_PARTITION);
}
