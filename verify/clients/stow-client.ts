import { type DicomJson, firstText, items, parseDataSet } from './dicom-json';
import { DICOM_JSON, explanationIn, readAnswer, refusal } from './dicomweb-answer';
import type { DicomWebChannel } from './dicomweb-channel';
import type { HttpAnswer } from './http';
import { encodeMultipart } from './multipart';
import { codeOnly } from './redact';

/** What the answer to a store says of each instance (PS3.18 I). */
export interface StowAnswer {
  readonly status: number;
  /** SOP Instance UIDs. */
  readonly stored: readonly string[];
  readonly failed: readonly { readonly sopInstanceUid?: string; readonly reason?: string }[];
}

const DICOM = 'application/dicom';
/** ReferencedSOPSequence and FailedSOPSequence. */
const STORED = '00081199';
const FAILED = '00081198';
/** Refusals that may come with a data set as well; 400 is what some servers answer where one part is no DICOM. */
const REFUSED = [400, 409];

/** Stores in every way there is, and reads the whole answer. */
export class StowClient {
  public constructor(private readonly channel: DicomWebChannel) {}

  /** @throws ServiceRefusal where the answer tells nothing of the instances */
  public storeParts(files: readonly Buffer[]): Promise<StowAnswer> {
    const parts = files.map((content) => ({ contentType: DICOM, content }));
    const { body, contentType } = encodeMultipart(parts, DICOM);
    return this.store('STOW-RS POST /studies', contentType, body);
  }

  /** @throws ServiceRefusal where the answer tells nothing of the instance */
  public storeSinglePart(file: Buffer): Promise<StowAnswer> {
    return this.store('STOW-RS POST /studies with a single part', DICOM, file);
  }

  /** Status of a store, whatever it is. */
  public async statusOf(contentType: string, body: Buffer): Promise<number> {
    return (await this.answer(`STOW-RS POST /studies as ${contentType}`, contentType, body)).status;
  }

  private async store(operation: string, contentType: string, body: Buffer): Promise<StowAnswer> {
    const answer = await this.answer(operation, contentType, body);
    const { status } = answer;
    const isDone = status === 200 || status === 202;
    if (!isDone && !REFUSED.includes(status)) throw refusal(operation, answer);
    const dataSet = isDone ? readAnswer(operation, () => parseDataSet(answer.body)) : explanationIn(answer);
    const isReadable = isDone || dataSet?.[STORED] !== undefined || dataSet?.[FAILED] !== undefined;
    if (dataSet === undefined || !isReadable) throw refusal(operation, answer);
    return { status, ...readResult(dataSet) };
  }

  private answer(operation: string, contentType: string, body: Buffer): Promise<HttpAnswer> {
    const headers = { ...DICOM_JSON, 'Content-Type': contentType };
    return this.channel.ask({ operation, method: 'POST', path: '/studies', headers, body });
  }
}

function readResult(dataSet: DicomJson): Omit<StowAnswer, 'status'> {
  return {
    stored: items(dataSet, STORED).flatMap((item) => firstText(item, '00081155') ?? []),
    failed: items(dataSet, FAILED).map((item) => {
      const sopInstanceUid = firstText(item, '00081155');
      const reason = codeOnly(firstText(item, '00081197'));
      return {
        ...(sopInstanceUid === undefined ? {} : { sopInstanceUid }),
        ...(reason === undefined ? {} : { reason }),
      };
    }),
  };
}
