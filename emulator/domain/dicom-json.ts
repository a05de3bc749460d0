import { bigEndianByteArrayParser, type Element } from 'dicom-parser';
import { TAG, type DicomDataset, type DicomElement, type DicomValue, type PersonName } from './dicom-dataset';
import { definitionOfTag } from './dicom-dictionary';
import { bytesOf, itemsOf, vrInFile, type ParsedDataSet } from './dicom-file';
import { textDecoder, type DecodeText } from './dicom-text';
import { valueProblem } from './dicom-value-rule';

/** An attribute that was left out of the metadata because its value breaks the rules of its VR. */
export interface InvalidAttribute {
  readonly tag: string;
  readonly problem: string;
}

export interface DicomMetadata {
  readonly dataset: DicomDataset;
  readonly invalid: readonly InvalidAttribute[];
}

type ReadNumber = (bytes: Buffer, position: number) => number;

/** How the values of one data set are read. */
interface Context {
  readonly dataSet: ParsedDataSet;
  readonly decodeText: DecodeText;
  /** VR of attributes whose VR PixelRepresentation decides. */
  readonly pixelVr: 'US' | 'SS';
  readonly invalid: InvalidAttribute[];
}

const TEXT_VRS = new Set(['LO', 'LT', 'PN', 'SH', 'ST', 'UC', 'UT']);
/** A backslash in these is text, not the border between two values. */
const SINGLE_VALUE_VRS = new Set(['LT', 'ST', 'UT', 'UR']);
const STRING_VRS = new Set([...TEXT_VRS, 'AE', 'AS', 'CS', 'DA', 'DS', 'DT', 'IS', 'TM', 'UI', 'UR']);
const NUMBER_VRS: Readonly<Record<string, { readonly size: number; readonly read: keyof NumberReaders }>> = {
  FL: { size: 4, read: 'readFloat' },
  FD: { size: 8, read: 'readDouble' },
  SL: { size: 4, read: 'readInt32' },
  SS: { size: 2, read: 'readInt16' },
  UL: { size: 4, read: 'readUint32' },
  US: { size: 2, read: 'readUint16' },
};
/** Numbers of 64 bits, which dicom-parser does not read. */
const VERY_LONG_VRS = new Set(['SV', 'UV']);
const VERY_LONG_BYTES = 8;
type NumberReaders = ParsedDataSet['byteArrayParser'];

/**
 * The metadata of an instance in the DICOM JSON model. Left out: group lengths, file meta information, what the
 * service does not return (OB, OD, OF, OL, OV, OW, UN, and attributes whose VR is not known), and what is invalid.
 */
export function readMetadata(dataSet: ParsedDataSet): DicomMetadata {
  const invalid: InvalidAttribute[] = [];
  const dataset = readDataset({ dataSet, decodeText: textDecoder([]), pixelVr: 'US', invalid });
  return { dataset, invalid };
}

function readDataset(inherited: Context): DicomDataset {
  const context = { ...inherited, ...ownContext(inherited) };
  const result: Record<string, DicomElement> = {};
  const elements = Object.values(context.dataSet.elements).sort((a, b) => (a.tag < b.tag ? -1 : 1));
  for (const element of elements) {
    const tag = tagOf(element);
    if (tag.startsWith('0002') || tag.startsWith('FFFE') || tag.endsWith('0000')) continue;
    const read = readElement(element, vrOf(element, context), context);
    if (read !== undefined) result[tag] = read;
  }
  return result;
}

/** Items may bring their own character set; without one they have that of the data set around them. */
function ownContext({ dataSet }: Context): Partial<Context> {
  const charset = dataSet.elements['x00080005'];
  const representation = dataSet.elements['x00280103'];
  return {
    ...(charset === undefined || charset.length === 0
      ? {}
      : {
          decodeText: textDecoder(
            bytesOf(dataSet, charset)
              .toString('latin1')
              .split('\\')
              .map((term) => term.trim()),
          ),
        }),
    ...(representation === undefined || representation.length < 2
      ? {}
      : { pixelVr: numbersIn(dataSet, representation, 'US')[0] === 1 ? 'SS' : 'US' }),
  };
}

function tagOf(element: Element): string {
  return element.tag.slice(1).toUpperCase();
}

function vrOf(element: Element, { pixelVr, dataSet }: Context): string {
  const vr =
    vrInFile(dataSet, element) ??
    definitionOfTag(tagOf(element))?.vr ??
    (element.items === undefined ? 'UN' : 'SQ');
  return vr === 'US|SS' ? pixelVr : vr;
}

function readElement(element: Element, vr: string, context: Context): DicomElement | undefined {
  if (vr === 'SQ') {
    const items = itemsOf(element).flatMap(({ dataSet }) =>
      dataSet === undefined ? [] : [readDataset({ ...context, dataSet })],
    );
    return items.length === 0 ? { vr } : { vr, Value: items };
  }
  const isNumber = vr === 'AT' || NUMBER_VRS[vr] !== undefined || VERY_LONG_VRS.has(vr);
  if (!isNumber && !STRING_VRS.has(vr)) return undefined;
  const values = STRING_VRS.has(vr) ? readStrings(element, vr, context) : readNumbers(element, vr, context);
  if (values === undefined) return undefined;
  return values.length === 0 ? { vr } : { vr, Value: values };
}

function readStrings(element: Element, vr: string, context: Context): readonly DicomValue[] | undefined {
  const bytes = bytesOf(context.dataSet, element);
  const text = (TEXT_VRS.has(vr) ? context.decodeText(bytes) : bytes.toString('latin1')).replace(/\0+$/, '');
  const values = (SINGLE_VALUE_VRS.has(vr) ? [text] : text.split('\\')).map((value) =>
    value.replace(/[\0 ]+$/, ''),
  );
  if (values.every((value) => value === '')) return [];
  const problem = values.map((value) => valueProblem(vr, value)).find((found) => found !== undefined);
  if (problem !== undefined) {
    context.invalid.push({ tag: tagOf(element), problem });
    return undefined;
  }
  return values.map((value) => (value === '' ? null : readString(vr, value)));
}

function readString(vr: string, value: string): DicomValue {
  if (vr === 'PN') return readPersonName(value);
  const number = vr === 'DS' || vr === 'IS' ? Number(value) : Number.NaN;
  return Number.isFinite(number) ? number : value;
}

function readPersonName(value: string): PersonName {
  const [Alphabetic = '', Ideographic = '', Phonetic = ''] = value.split('=');
  return {
    ...(Alphabetic === '' ? {} : { Alphabetic }),
    ...(Ideographic === '' ? {} : { Ideographic }),
    ...(Phonetic === '' ? {} : { Phonetic }),
  };
}

function readNumbers(element: Element, vr: string, context: Context): readonly DicomValue[] | undefined {
  const size = vr === 'AT' ? 4 : (NUMBER_VRS[vr]?.size ?? VERY_LONG_BYTES);
  if (element.length % size !== 0) {
    const problem = `A value of ${element.length} bytes does not validate VR ${vr}`;
    context.invalid.push({ tag: tagOf(element), problem });
    return undefined;
  }
  if (VERY_LONG_VRS.has(vr)) return veryLongsIn(context.dataSet, element, vr);
  if (vr !== 'AT') return numbersIn(context.dataSet, element, vr).map(jsonNumber);
  const parts = numbersIn(context.dataSet, element, 'US').map((part) => part.toString(16).padStart(4, '0'));
  return parts.flatMap((group, at) => (at % 2 === 0 ? [`${group}${parts[at + 1] ?? ''}`.toUpperCase()] : []));
}

function numbersIn(dataSet: ParsedDataSet, element: Element, vr: string): readonly number[] {
  const { size, read } = NUMBER_VRS[vr] ?? { size: 2, read: 'readUint16' };
  const reader: ReadNumber = dataSet.byteArrayParser[read];
  const bytes = bytesOf(dataSet, element);
  return Array.from({ length: Math.floor(bytes.length / size) }, (_, at) => reader(bytes, at * size));
}

/** As text where a number of JSON would lose digits. */
function veryLongsIn(dataSet: ParsedDataSet, element: Element, vr: string): readonly DicomValue[] {
  const bytes = bytesOf(dataSet, element);
  const endian = dataSet.byteArrayParser === bigEndianByteArrayParser ? 'BE' : 'LE';
  const read = vr === 'SV' ? (`readBigInt64${endian}` as const) : (`readBigUInt64${endian}` as const);
  return Array.from({ length: bytes.length / VERY_LONG_BYTES }, (_, at) => {
    const value = bytes[read](at * VERY_LONG_BYTES);
    return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  });
}

/** JSON has no word for what is not finite; the standard has. */
function jsonNumber(value: number): DicomValue {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  return value;
}

/** A whole number of an attribute, for the service's own use. */
export function numberOf(dataset: DicomDataset, tag: string): number | undefined {
  const value = dataset[tag]?.Value?.[0];
  return typeof value === 'number' ? value : undefined;
}

export const PIXEL_DATA = `x${TAG.pixelData.toLowerCase()}`;
