import { createHash } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';

/** An element to be written. Strings are written as Latin 1; other character sets are given as bytes. */
export interface SyntheticElement {
  readonly vr: string;
  readonly value?: string | Buffer | readonly number[] | readonly SyntheticDataset[] | Fragments;
}

/** By tags of eight upper-case hexadecimal digits. */
export type SyntheticDataset = Readonly<Record<string, SyntheticElement | undefined>>;

/** Encapsulated pixel data. */
export interface Fragments {
  readonly fragments: readonly Buffer[];
  /** Offsets of the frames, from the first fragment on. @default - an empty table */
  readonly offsetTable?: readonly number[];
}

export interface SyntheticFileOptions {
  /** @default '1.2.840.10008.1.2.1' */
  readonly transferSyntaxUid?: string;
  /** @default - 128 bytes that are not zero */
  readonly preamble?: Buffer;
}

export const SYNTAX = {
  implicit: '1.2.840.10008.1.2',
  explicit: '1.2.840.10008.1.2.1',
  deflated: '1.2.840.10008.1.2.1.99',
  bigEndian: '1.2.840.10008.1.2.2',
  jpeg2000: '1.2.840.10008.1.2.4.90',
  rle: '1.2.840.10008.1.2.5',
} as const;

const CT_IMAGE = '1.2.840.10008.5.1.4.1.1.2';
/** VRs with a length of four bytes and two reserved bytes before it. */
const LONG_VRS = ['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ', 'SV', 'UC', 'UN', 'UR', 'UT', 'UV'];
const UNDEFINED_LENGTH = 0xffff_ffff;

/** A UID that is the same for the same name, and different for every other. */
export function uidOf(name: string): string {
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 30);
  return `2.25.${BigInt(`0x${digest}`)}`;
}

/** The elements of an ordinary image, 4 by 4 pixels of 16 bits; `changes` replaces elements or, with undefined, omits them. */
export function syntheticDataset(
  names: { readonly study: string; readonly series: string; readonly instance: string },
  changes: SyntheticDataset = {},
): SyntheticDataset {
  return {
    '00080005': { vr: 'CS', value: 'ISO_IR 100' },
    '00080016': { vr: 'UI', value: CT_IMAGE },
    '00080018': { vr: 'UI', value: uidOf(names.instance) },
    '00080020': { vr: 'DA', value: '20260131' },
    '00080050': { vr: 'SH', value: 'ACC-1' },
    '00080060': { vr: 'CS', value: 'CT' },
    '00080090': { vr: 'PN', value: 'Referrer^Rita' },
    '00081030': { vr: 'LO', value: 'Phantom study' },
    '00100010': { vr: 'PN', value: 'Phantom^Synthetic' },
    '00100020': { vr: 'LO', value: 'PHANTOM-1' },
    '00100030': { vr: 'DA', value: '19700101' },
    '0020000D': { vr: 'UI', value: uidOf(names.study) },
    '0020000E': { vr: 'UI', value: uidOf(names.series) },
    '00200013': { vr: 'IS', value: '7' },
    '00280002': { vr: 'US', value: [1] },
    '00280004': { vr: 'CS', value: 'MONOCHROME2' },
    '00280010': { vr: 'US', value: [4] },
    '00280011': { vr: 'US', value: [4] },
    '00280030': { vr: 'DS', value: '0.5\\0.5' },
    '00280100': { vr: 'US', value: [16] },
    '00280101': { vr: 'US', value: [16] },
    '00280102': { vr: 'US', value: [15] },
    '00280103': { vr: 'US', value: [0] },
    '7FE00010': { vr: 'OW', value: syntheticPixels(names.instance, 32) },
    ...changes,
  };
}

/** Bytes that look random and are the same for the same name. */
export function syntheticPixels(name: string, length: number): Buffer {
  const blocks = Array.from({ length: Math.ceil(length / 32) }, (_, at) =>
    createHash('sha256').update(`${name}/${at}`).digest(),
  );
  return Buffer.concat(blocks).subarray(0, length);
}

/** Writes a DICOM file (PS3.10). */
export function writeDicomFile(dataset: SyntheticDataset, options: SyntheticFileOptions = {}): Buffer {
  const { transferSyntaxUid = SYNTAX.explicit, preamble = Buffer.alloc(128, 0xa5) } = options;
  const meta = writeDataset(
    {
      '00020001': { vr: 'OB', value: Buffer.from([0, 1]) },
      '00020002': { vr: 'UI', value: textIn(dataset, '00080016') },
      '00020003': { vr: 'UI', value: textIn(dataset, '00080018') },
      '00020010': { vr: 'UI', value: transferSyntaxUid },
      '00020012': { vr: 'UI', value: '2.25.1' },
    },
    { explicit: true, littleEndian: true },
  );
  const length = writeDataset(
    { '00020000': { vr: 'UL', value: [meta.length] } },
    { explicit: true, littleEndian: true },
  );
  const body = writeDataset(dataset, {
    explicit: transferSyntaxUid !== SYNTAX.implicit,
    littleEndian: transferSyntaxUid !== SYNTAX.bigEndian,
  });
  const content = transferSyntaxUid === SYNTAX.deflated ? deflateRawSync(body) : body;
  return Buffer.concat([preamble, Buffer.from('DICM'), length, meta, content]);
}

interface Encoding {
  readonly explicit: boolean;
  readonly littleEndian: boolean;
}

function textIn(dataset: SyntheticDataset, tag: string): string {
  const value = dataset[tag]?.value;
  return typeof value === 'string' ? value : '';
}

function writeDataset(dataset: SyntheticDataset, encoding: Encoding): Buffer {
  const parts = Object.keys(dataset)
    .sort()
    .flatMap((tag) => {
      const element = dataset[tag];
      return element === undefined ? [] : [writeElement(tag, element, encoding)];
    });
  return Buffer.concat(parts);
}

function writeElement(tag: string, { vr, value = '' }: SyntheticElement, encoding: Encoding): Buffer {
  const encapsulated = typeof value === 'object' && 'fragments' in value;
  const content = encapsulated ? writeFragments(value) : writeValue(vr, value, encoding);
  const length = encapsulated ? UNDEFINED_LENGTH : content.length;
  return Buffer.concat([writeHeader(tag, vr, length, encoding), content]);
}

function writeHeader(tag: string, vr: string, length: number, encoding: Encoding): Buffer {
  const head = writeTag(tag, encoding);
  if (!encoding.explicit) return Buffer.concat([head, number(length, 4, encoding)]);
  const long = LONG_VRS.includes(vr);
  const size = long ? [Buffer.alloc(2), number(length, 4, encoding)] : [number(length, 2, encoding)];
  return Buffer.concat([head, Buffer.from(vr, 'latin1'), ...size]);
}

function writeValue(
  vr: string,
  value: Exclude<SyntheticElement['value'], Fragments | undefined>,
  encoding: Encoding,
): Buffer {
  if (Buffer.isBuffer(value)) return padded(value, 0);
  if (typeof value === 'string') return padded(Buffer.from(value, 'latin1'), vr === 'UI' ? 0 : 0x20);
  return Buffer.concat(
    value.map((one) => (typeof one === 'number' ? writeNumber(vr, one, encoding) : writeItem(one, encoding))),
  );
}

function writeItem(dataset: SyntheticDataset, encoding: Encoding): Buffer {
  const content = writeDataset(dataset, encoding);
  return Buffer.concat([writeTag('FFFEE000', encoding), number(content.length, 4, encoding), content]);
}

function writeFragments({ fragments, offsetTable = [] }: Fragments): Buffer {
  const encoding = { explicit: true, littleEndian: true };
  const table = Buffer.concat(offsetTable.map((offset) => number(offset, 4, encoding)));
  const items = [table, ...fragments.map((fragment) => padded(fragment, 0))].flatMap((item) => [
    writeTag('FFFEE000', encoding),
    number(item.length, 4, encoding),
    item,
  ]);
  return Buffer.concat([...items, writeTag('FFFEE0DD', encoding), number(0, 4, encoding)]);
}

function writeTag(tag: string, encoding: Encoding): Buffer {
  const group = number(parseInt(tag.slice(0, 4), 16), 2, encoding);
  return Buffer.concat([group, number(parseInt(tag.slice(4), 16), 2, encoding)]);
}

function writeNumber(vr: string, value: number, encoding: Encoding): Buffer {
  if (vr === 'AT') return writeTag(value.toString(16).padStart(8, '0'), encoding);
  const bytes = Buffer.alloc(vr === 'FL' ? 4 : 8);
  switch (vr) {
    case 'US':
      return number(value, 2, encoding);
    case 'SS':
      return number(value & 0xffff, 2, encoding);
    case 'UL':
      return number(value, 4, encoding);
    case 'SL':
      return number(value >>> 0, 4, encoding);
    case 'FL':
      if (encoding.littleEndian) bytes.writeFloatLE(value);
      else bytes.writeFloatBE(value);
      return bytes;
    case 'FD':
      if (encoding.littleEndian) bytes.writeDoubleLE(value);
      else bytes.writeDoubleBE(value);
      return bytes;
    case 'SV':
    case 'UV':
      if (encoding.littleEndian) bytes.writeBigInt64LE(BigInt.asIntN(64, BigInt(value)));
      else bytes.writeBigInt64BE(BigInt.asIntN(64, BigInt(value)));
      return bytes;
    default:
      throw new Error(`numbers of VR ${vr} cannot be written; known: AT, US, SS, UL, SL, FL, FD, SV, UV`);
  }
}

function number(value: number, size: 2 | 4, { littleEndian }: Encoding): Buffer {
  const bytes = Buffer.alloc(size);
  if (littleEndian) bytes.writeUIntLE(value, 0, size);
  else bytes.writeUIntBE(value, 0, size);
  return bytes;
}

function padded(bytes: Buffer, padding: number): Buffer {
  return bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.from([padding])]);
}
