import type { DicomDataset } from '../domain/dicom-dataset';
import { ServiceFault } from '../fault';
import { readBoundedText, type HttpRequest } from '../http/exchange';
import { parseMediaType } from './media-type';

/** The emulator's own bound. */
const MAX_BODY_BYTES = 4 * 1024 * 1024;
/** How deep sequences may lie in each other. */
const MAX_DEPTH = 16;
/** What an element may have in the place of Value. */
const BINARY: readonly string[] = ['InlineBinary', 'BulkDataURI'];

/**
 * The data sets of a body in the DICOM JSON model.
 *
 * @throws ServiceFault 400, 413, 415
 * @see https://dicom.nema.org/medical/dicom/current/output/chtml/part18/chapter_F.html
 */
export async function readDicomJson(request: HttpRequest): Promise<readonly DicomDataset[]> {
  const contentType = request.headers['content-type'] ?? '';
  if (parseMediaType(contentType).type !== 'application/dicom+json') {
    throw new ServiceFault(
      415,
      'UnsupportedMediaType',
      `Content-Type must be application/dicom+json, got '${contentType}'.`,
    );
  }
  const datasets = parse(await readBoundedText(request.body, MAX_BODY_BYTES, tooLarge));
  if (!Array.isArray(datasets) || datasets.length === 0 || !datasets.every((one) => isDataset(one))) {
    throw new ServiceFault(400, 'BadRequest', 'The syntax of the request body is invalid.');
  }
  return datasets;
}

function tooLarge(): ServiceFault {
  return new ServiceFault(
    413,
    'RequestEntityTooLarge',
    `The request exceeded the allowed limit of ${MAX_BODY_BYTES} bytes.`,
  );
}

/** Undefined where the text is no JSON. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function isDataset(value: unknown, depth = 0): value is DicomDataset {
  return (
    depth < MAX_DEPTH &&
    isObject(value) &&
    Object.entries(value).every(([tag, element]) => /^[0-9A-F]{8}$/.test(tag) && isElement(element, depth))
  );
}

function isElement(element: unknown, depth: number): boolean {
  if (!isObject(element)) return false;
  const { vr, Value: values = [], ...binary } = element;
  if (typeof vr !== 'string' || !/^[A-Z]{2}$/.test(vr) || !Array.isArray(values)) return false;
  return (
    values.every((value) => (vr === 'SQ' ? isDataset(value, depth + 1) : isValue(vr, value))) &&
    Object.entries(binary).every(([name, text]) => BINARY.includes(name) && typeof text === 'string')
  );
}

function isValue(vr: string, value: unknown): boolean {
  if (vr !== 'PN') return value === null || ['string', 'number'].includes(typeof value);
  return (
    value === null || (isObject(value) && Object.values(value).every((group) => typeof group === 'string'))
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
