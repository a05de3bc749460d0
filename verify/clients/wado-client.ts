import { type DicomJson, parseDataSets } from './dicom-json';
import { DICOM_JSON, partsOf, readAnswer, refusal } from './dicomweb-answer';
import { type DicomUids, type DicomWebChannel, levelOf, pathOf } from './dicomweb-channel';
import type { HttpAnswer } from './http';

export interface MetadataAnswer {
  /** 200, or 304 where it is what the caller has already. */
  readonly status: 200 | 304;
  readonly etag?: string;
  readonly dataSets: readonly DicomJson[];
}

const FILES = 'multipart/related; type="application/dicom"; transfer-syntax=*';
const FRAMES = 'multipart/related; type="application/octet-stream"; transfer-syntax=*';
const ONE_FRAME = 'application/octet-stream; transfer-syntax=*';

/** Retrieves at every level, and what else is there to retrieve. */
export class WadoClient {
  public constructor(private readonly channel: DicomWebChannel) {}

  /** Every file of a study, a series or an instance, as it was stored. */
  public async files(uids: DicomUids): Promise<readonly Buffer[]> {
    const operation = `WADO-RS GET ${levelOf(uids)}`;
    return this.parts(operation, pathOf(uids), FILES);
  }

  /** Status of a retrieve, whatever it is. */
  public async statusOf(uids: DicomUids, accept = FILES): Promise<number> {
    const operation = accept === FILES ? '' : ` as ${accept}`;
    return (await this.get(`WADO-RS GET ${levelOf(uids)}${operation}`, pathOf(uids), accept)).status;
  }

  /** @param etag of what the caller has already */
  public async metadata(uids: DicomUids, etag?: string): Promise<MetadataAnswer> {
    const operation = `WADO-RS GET ${levelOf(uids)} metadata`;
    const headers = { ...DICOM_JSON, ...(etag === undefined ? {} : { 'If-None-Match': etag }) };
    const answer = await this.channel.ask({
      operation,
      method: 'GET',
      path: `${pathOf(uids)}/metadata`,
      headers,
    });
    if (answer.status === 304 && etag !== undefined) return { status: 304, etag, dataSets: [] };
    if (answer.status !== 200) throw refusal(operation, answer);
    const given = answer.header('etag');
    return {
      status: 200,
      dataSets: readAnswer(operation, () => parseDataSets(answer.body)),
      ...(given === undefined ? {} : { etag: given }),
    };
  }

  /** Frames by their numbers, in that order. */
  public frames(instance: DicomUids, numbers: readonly number[]): Promise<readonly Buffer[]> {
    return this.parts('WADO-RS GET frames', framesPath(instance, numbers.join(',')), FRAMES);
  }

  /** One frame, not in a multipart body. */
  public async frame(instance: DicomUids, number: number): Promise<Buffer> {
    const operation = 'WADO-RS GET one frame';
    const answer = await this.get(operation, framesPath(instance, String(number)), ONE_FRAME);
    if (answer.status !== 200) throw refusal(operation, answer);
    return answer.body;
  }

  /** Status of a retrieve of one frame, whatever it is. */
  public async frameStatus(instance: DicomUids, number: number): Promise<number> {
    return (await this.get('WADO-RS GET frames', framesPath(instance, String(number)), FRAMES)).status;
  }

  public async rendered(
    instance: DicomUids,
    mediaType: string,
  ): Promise<{ readonly mediaType: string; readonly image: Buffer }> {
    const operation = `WADO-RS GET rendered as ${mediaType}`;
    const answer = await this.get(operation, `${pathOf(instance)}/rendered`, mediaType);
    if (answer.status !== 200) throw refusal(operation, answer);
    const given = answer.header('content-type') ?? '';
    // Nothing else of a header is evidence: it could hold anything.
    const [type = 'no media type'] = /^image\/[a-z]+|^application\/[a-z]+|^text\/[a-z]+/i.exec(given) ?? [];
    return { mediaType: type.toLowerCase(), image: answer.body };
  }

  private async parts(operation: string, path: string, accept: string): Promise<readonly Buffer[]> {
    const answer = await this.get(operation, path, accept);
    if (answer.status !== 200) throw refusal(operation, answer);
    return readAnswer(operation, () => partsOf(answer));
  }

  private get(operation: string, path: string, accept: string): Promise<HttpAnswer> {
    return this.channel.ask({ operation, method: 'GET', path, headers: { Accept: accept } });
  }
}

function framesPath(instance: DicomUids, numbers: string): string {
  return `${pathOf(instance)}/frames/${numbers}`;
}
