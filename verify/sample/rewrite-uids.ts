import { types } from 'node:util';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import {
  ByteStream,
  type DataSet,
  type Element,
  littleEndianByteArrayParser,
  parseDicom,
  parseDicomDataSetExplicit,
  readPart10Header,
} from 'dicom-parser';

/** UIDs that a file is to have. */
export interface NewUids {
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly sopInstanceUid: string;
}

/** What rewriting found out about a file. */
export interface RewrittenFile {
  readonly file: Buffer;
  readonly sopClassUid: string;
  readonly frames: readonly Buffer[];
}

interface Splice {
  readonly at: number;
  readonly length: number;
  readonly bytes: Buffer;
}

const DEFLATED = '1.2.840.10008.1.2.1.99';
const BIG_ENDIAN = '1.2.840.10008.1.2.2';
const IMPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2';
const NATIVE = [IMPLICIT_LITTLE_ENDIAN, '1.2.840.10008.1.2.1'];

const REQUIRED = {
  x00080016: 'SOPClassUID',
  x00080018: 'SOPInstanceUID',
  x0020000d: 'StudyInstanceUID',
  x0020000e: 'SeriesInstanceUID',
} as const;

/**
 * Gives a DICOM file other UIDs and leaves every other byte as it is, but for the lengths that count the changed
 * values. Deflated files are deflated again, which may change their compressed bytes.
 *
 * @throws Error with the reason, where the file cannot be read as DICOM Part 10 or lacks an identifying attribute;
 * the reason never holds a value of the file
 */
export function rewriteUids(original: Buffer, uids: NewUids): RewrittenFile {
  if (original.subarray(128, 132).toString('latin1') !== 'DICM')
    throw new Error("no DICOM file: 'DICM' is missing at offset 128");
  const dataSet = parse(original);
  const transferSyntax = dataSet.string('x00020010') ?? '';
  const missing = Object.entries(REQUIRED).filter(([tag]) => (dataSet.string(tag) ?? '') === '');
  if (missing.length > 0) throw new Error(`the file has no ${missing.map(([, name]) => name).join(', ')}`);

  const bytes = Buffer.from(dataSet.byteArray);
  const metaEnd = endOfMeta(dataSet);
  const splices = [
    ...valueSplices(dataSet, 'x00020003', uids.sopInstanceUid, 'little'),
    ...(
      [
        ['x00080018', uids.sopInstanceUid],
        ['x0020000d', uids.studyInstanceUid],
        ['x0020000e', uids.seriesInstanceUid],
      ] as const
    ).flatMap(([tag, uid]) =>
      valueSplices(dataSet, tag, uid, transferSyntax === BIG_ENDIAN ? 'big' : 'little', transferSyntax),
    ),
  ];
  splices.push(...groupLengthSplice(dataSet, splices, metaEnd));
  const metaGrowth = splices
    .filter(({ at }) => at < metaEnd)
    .reduce((sum, { bytes: to, length }) => sum + to.length - length, 0);
  const spliced = applySplices(bytes, splices);
  const newMetaEnd = metaEnd + metaGrowth;
  const file =
    transferSyntax === DEFLATED
      ? Buffer.concat([spliced.subarray(0, newMetaEnd), evenly(deflateRawSync(spliced.subarray(newMetaEnd)))])
      : spliced;
  return {
    file,
    sopClassUid: dataSet.string('x00080016') ?? '',
    frames: nativeFrames(dataSet, bytes, transferSyntax),
  };
}

function parse(file: Buffer): DataSet {
  let dataSet: DataSet;
  try {
    const meta = readPart10Header(file);
    dataSet = meta.string('x00020010') === DEFLATED ? parseDeflated(file, meta) : parseDicom(file);
  } catch (error) {
    throw new Error(`not readable as DICOM: ${reasonOf(error).replace(/^dicomParser[.:][\w.]+: /, '')}`, {
      cause: error,
    });
  }
  const { length: end } = dataSet.byteArray;
  const elements = Object.values(dataSet.elements) as readonly Element[];
  if (elements.some(({ dataOffset, length }) => dataOffset + length > end))
    throw new Error('not readable as DICOM: the file ends within an element');
  return dataSet;
}

/** Not parseDicom: of a deflated file it reads the preamble as elements too. */
function parseDeflated(file: Buffer, meta: DataSet): DataSet {
  const start = endOfMeta(meta);
  const bytes = Buffer.concat([file.subarray(0, start), inflateRawSync(file.subarray(start))]);
  meta.byteArray = bytes;
  parseDicomDataSetExplicit(meta, new ByteStream(littleEndianByteArrayParser, bytes, start));
  return meta;
}

/** dicom-parser throws texts and objects as well as errors. */
function reasonOf(error: unknown): string {
  if (types.isNativeError(error)) return error.message;
  if (typeof error === 'object' && error !== null && 'exception' in error) return reasonOf(error.exception);
  return String(error);
}

/** Splices for a value and for the length in front of it. */
function valueSplices(
  dataSet: DataSet,
  tag: string,
  uid: string,
  endian: 'little' | 'big',
  transferSyntax = 'explicit',
): readonly Splice[] {
  const element: Element | undefined = dataSet.elements[tag];
  if (element === undefined) return [];
  const bytes = Buffer.from(uid.length % 2 === 0 ? uid : `${uid}\0`, 'ascii');
  const width = transferSyntax === IMPLICIT_LITTLE_ENDIAN || element.vr === 'UN' ? 4 : 2;
  const length = Buffer.alloc(width);
  if (endian === 'big') length.writeUIntBE(bytes.length, 0, width);
  else length.writeUIntLE(bytes.length, 0, width);
  return [
    { at: element.dataOffset - width, length: width, bytes: length },
    { at: element.dataOffset, length: element.length, bytes },
  ];
}

/** File meta information tells its own length, in (0002,0000). */
function groupLengthSplice(dataSet: DataSet, splices: readonly Splice[], metaEnd: number): readonly Splice[] {
  const element: Element | undefined = dataSet.elements['x00020000'];
  if (element === undefined) return [];
  const growth = splices
    .filter(({ at }) => at < metaEnd)
    .reduce((sum, { bytes, length }) => sum + bytes.length - length, 0);
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE((dataSet.uint32('x00020000') ?? 0) + growth);
  return [{ at: element.dataOffset, length: 4, bytes }];
}

function endOfMeta(dataSet: DataSet): number {
  const ends = Object.entries(dataSet.elements)
    .filter(([tag]) => tag.startsWith('x0002'))
    .map(([, element]) => element.dataOffset + element.length);
  return Math.max(132, ...ends);
}

function applySplices(bytes: Buffer, splices: readonly Splice[]): Buffer {
  const chunks: Buffer[] = [];
  let at = 0;
  for (const splice of [...splices].sort((a, b) => a.at - b.at)) {
    chunks.push(bytes.subarray(at, splice.at), splice.bytes);
    at = splice.at + splice.length;
  }
  return Buffer.concat([...chunks, bytes.subarray(at)]);
}

/** Frames of little-endian native pixel data; none where pixels are compressed, absent or not whole bytes a frame. */
function nativeFrames(dataSet: DataSet, bytes: Buffer, transferSyntax: string): readonly Buffer[] {
  const element: Element | undefined = dataSet.elements['x7fe00010'];
  if (element === undefined || !NATIVE.includes(transferSyntax)) return [];
  const count = Number(dataSet.string('x00280008') ?? '1');
  const bits =
    (dataSet.uint16('x00280010') ?? 0) *
    (dataSet.uint16('x00280011') ?? 0) *
    (dataSet.uint16('x00280002') ?? 1) *
    (dataSet.uint16('x00280100') ?? 0);
  const size = bits / 8;
  if (!Number.isInteger(size) || size === 0 || size * count > element.length) return [];
  return Array.from({ length: count }, (_, index) => {
    const start = element.dataOffset + index * size;
    return bytes.subarray(start, start + size);
  });
}

function evenly(bytes: Buffer): Buffer {
  return bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(1)]);
}
