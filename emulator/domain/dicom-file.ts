import { inflateRawSync } from 'node:zlib';
import {
  bigEndianByteArrayParser,
  ByteStream,
  littleEndianByteArrayParser,
  parseDicomDataSetExplicit,
  parseDicomDataSetImplicit,
  readDicomElementExplicit,
  type DataSet,
  type Element,
} from 'dicom-parser';
import { definitionOfTag } from './dicom-dictionary';

export const TRANSFER_SYNTAX = {
  implicitLittleEndian: '1.2.840.10008.1.2',
  explicitLittleEndian: '1.2.840.10008.1.2.1',
  deflatedLittleEndian: '1.2.840.10008.1.2.1.99',
  explicitBigEndian: '1.2.840.10008.1.2.2',
  jpeg2000Lossless: '1.2.840.10008.1.2.4.90',
} as const;

const PREAMBLE_BYTES = 128;
const META_GROUP = 0x0002;
/** Bound on what a deflated data set may expand to. */
const MAX_INFLATED_BYTES = 1 << 30;
/** Bound on sequences in sequences; the deepest of the standard have less than twenty. */
const MAX_DEPTH = 100;

/** VRs of 64 bits, which dicom-parser does not know. */
const VERY_LONG_VRS: readonly string[] = ['OV', 'SV', 'UV'];

/** A DICOM file, read as far as its structure: values are still bytes. */
export interface DicomFile {
  readonly transferSyntaxUid: string;
  readonly dataSet: ParsedDataSet;
}

/** Elements by their lower-case tags with an `x` before them. */
export type ParsedDataSet = Pick<DataSet, 'byteArray' | 'byteArrayParser' | 'elements'>;

export class UnreadableDicomFile extends Error {
  public override readonly name = 'UnreadableDicomFile';
}

/** A DICOM file of which only the meta information has been read; the elements come from `start` on. */
export interface OpenedDicomFile {
  readonly transferSyntaxUid: string;
  readonly start: number;
  /** Without elements yet. */
  readonly dataSet: DataSet;
}

/**
 * Reads a DICOM file (PS3.10).
 *
 * @throws UnreadableDicomFile where the bytes are no DICOM file, or not a whole one
 */
export function readDicomFile(bytes: Buffer): DicomFile {
  const { transferSyntaxUid, start } = openDicomFile(bytes);
  try {
    const dataSet = readDataSet(bytes, start, transferSyntaxUid);
    requireWhole(dataSet);
    return { transferSyntaxUid, dataSet };
  } catch (error) {
    if (error instanceof UnreadableDicomFile) throw error;
    throw new UnreadableDicomFile('the elements cannot be read', { cause: error });
  }
}

/** @throws UnreadableDicomFile where the bytes do not begin as a DICOM file does */
export function openDicomFile(bytes: Buffer): OpenedDicomFile {
  const magic = bytes.toString('latin1', PREAMBLE_BYTES, PREAMBLE_BYTES + 4);
  if (magic !== 'DICM') throw new UnreadableDicomFile('there is no DICM after the preamble');
  try {
    const { transferSyntaxUid, end } = readFileMeta(bytes);
    const byteArrayParser =
      transferSyntaxUid === TRANSFER_SYNTAX.explicitBigEndian
        ? bigEndianByteArrayParser
        : littleEndianByteArrayParser;
    const dataSet = { byteArray: bytes, byteArrayParser, elements: {}, warnings: [] };
    return { transferSyntaxUid, start: end, dataSet: dataSet as unknown as DataSet };
  } catch (error) {
    if (error instanceof UnreadableDicomFile) throw error;
    throw new UnreadableDicomFile('the elements cannot be read', { cause: error });
  }
}

function readFileMeta(bytes: Buffer): { readonly transferSyntaxUid: string; readonly end: number } {
  const stream = new ByteStream(littleEndianByteArrayParser, bytes, PREAMBLE_BYTES + 4);
  let transferSyntaxUid: string | undefined;
  let end = bytes.length;
  while (stream.position < end && bytes.readUInt16LE(stream.position) === META_GROUP) {
    const element = readDicomElementExplicit(stream);
    const { dataOffset, length } = element;
    if (element.tag === 'x00020000') end = dataOffset + length + bytes.readUInt32LE(dataOffset);
    if (element.tag === 'x00020010') {
      transferSyntaxUid = bytes.toString('latin1', dataOffset, dataOffset + length).replace(/[\0 ]+$/, '');
    }
  }
  if (transferSyntaxUid === undefined) {
    throw new UnreadableDicomFile('the file meta information names no transfer syntax');
  }
  return { transferSyntaxUid, end: stream.position };
}

function readDataSet(bytes: Buffer, start: number, transferSyntaxUid: string): DataSet {
  const deflated = transferSyntaxUid === TRANSFER_SYNTAX.deflatedLittleEndian;
  const content = deflated
    ? inflateRawSync(bytes.subarray(start), { maxOutputLength: MAX_INFLATED_BYTES })
    : bytes;
  const parser =
    transferSyntaxUid === TRANSFER_SYNTAX.explicitBigEndian
      ? bigEndianByteArrayParser
      : littleEndianByteArrayParser;
  const stream = openByteStream(parser, content, deflated ? 0 : start);
  const dataSet = { byteArray: content, byteArrayParser: parser, elements: {}, warnings: [] as string[] };
  const parsed = dataSet as unknown as DataSet;
  if (transferSyntaxUid === TRANSFER_SYNTAX.implicitLittleEndian) {
    const vrCallback = (tag: string): string => sequenceVr(tag) as string;
    parseDicomDataSetImplicit(parsed, stream, content.length, { vrCallback } as never);
  } else {
    parseDicomDataSetExplicit(parsed, stream, content.length);
  }
  const [warning] = [...dataSet.warnings, ...stream.warnings];
  if (warning !== undefined) throw new UnreadableDicomFile(warning);
  return parsed;
}

/** The parser takes VRs of 64 bits for short ones; as UN, their elements are read with the length that they have. */
export function openByteStream(
  parser: DataSet['byteArrayParser'],
  bytes: DataSet['byteArray'],
  position: number,
): ByteStream {
  const stream = new ByteStream(parser, bytes, position);
  const readText = stream.readFixedString.bind(stream);
  stream.readFixedString = (length) => {
    const text = readText(length);
    return VERY_LONG_VRS.includes(text) ? 'UN' : text;
  };
  return stream;
}

/** The VR as it stands in the file; undefined where the file names none. */
export function vrInFile({ byteArray }: ParsedDataSet, { vr, dataOffset }: Element): string | undefined {
  if (vr !== 'UN') return vr;
  const [first = 0, second = 0] = byteArray.subarray(dataOffset - 8, dataOffset - 6);
  const stored = String.fromCharCode(first, second);
  return VERY_LONG_VRS.includes(stored) ? stored : vr;
}

/** The parser must know which elements are sequences; undefined lets it look for itself. */
export function sequenceVr(tag: string): string | undefined {
  return definitionOfTag(tag.slice(1).toUpperCase())?.vr;
}

/** The parser skips values without looking whether they are there, and goes as deep as the stack allows. */
export function requireWhole(dataSet: ParsedDataSet, depth = 0): void {
  if (depth > MAX_DEPTH) throw new UnreadableDicomFile(`sequences are nested deeper than ${MAX_DEPTH}`);
  for (const element of Object.values(dataSet.elements)) {
    if (element.dataOffset + element.length > dataSet.byteArray.length) {
      throw new UnreadableDicomFile(`the value of ${element.tag} is cut off`);
    }
    for (const { dataSet: item } of itemsOf(element)) if (item !== undefined) requireWhole(item, depth + 1);
  }
}

/** Items of a sequence; none for any other element, and none for an empty sequence. */
export function itemsOf(element: Element): readonly Element[] {
  return element.items ?? [];
}

export function bytesOf(dataSet: ParsedDataSet, element: Element): Buffer {
  const { buffer, byteOffset } = dataSet.byteArray;
  return Buffer.from(buffer, byteOffset + element.dataOffset, element.length);
}
