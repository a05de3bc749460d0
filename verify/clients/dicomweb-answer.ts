import { lakeCodeInBody } from '../../contract';
import { ServiceRefusal, UnreadableAnswer } from '../error';
import { type DicomJson, parseDataSet } from './dicom-json';
import type { HttpAnswer } from './http';
import { decodeMultipart } from './multipart';

export const DICOM_JSON = { Accept: 'application/dicom+json' };

/** An answer that was not expected, with the code that the service gave. */
export function refusal(operation: string, answer: HttpAnswer, code?: string): ServiceRefusal {
  return new ServiceRefusal('dicom', operation, answer.status, code ?? lakeCodeInBody(textOf(answer)));
}

/** Reads the body of a success. @throws UnreadableAnswer in place of what reading throws */
export function readAnswer<T>(operation: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new UnreadableAnswer(operation, (error as Error).message, { cause: error });
  }
}

/** The data set that says why nothing was stored, where there is one: proxies answer 409 as well. */
export function explanationIn(answer: HttpAnswer): DicomJson | undefined {
  try {
    return parseDataSet(answer.body);
  } catch {
    return undefined;
  }
}

export function partsOf(answer: HttpAnswer): readonly Buffer[] {
  return decodeMultipart(answer.body, answer.header('content-type') ?? '').map(({ content }) => content);
}

/** Beginning of an error text. */
export function textOf(answer: HttpAnswer): string {
  return answer.body.toString('utf8', 0, 2_000);
}

export function serverTimeOf(answer: HttpAnswer): number {
  return Date.parse(answer.header('date') ?? '');
}
