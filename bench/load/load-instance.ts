import { createHash } from 'node:crypto';
import type { Chance } from './chance';

/** The header before the data set: 128 bytes that the service fills with zeros. */
export const PREAMBLE_BYTES = 128;

const EXPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2.1';
const CT_IMAGE = '1.2.840.10008.5.1.4.1.1.2';
const COLUMNS = 512;
/** Over 8 MiB the emulator holds no instance in memory. */
const LARGE_BYTES = 9 * 1024 * 1024;

/** A DICOM file to be stored, and what has to come back of it. */
export interface LoadInstance {
  readonly uid: string;
  readonly series: string;
  /** Its InstanceNumber: grows each time the instance is stored again. */
  readonly version: number;
  readonly file: Buffer;
  /** Of everything behind the preamble. */
  readonly digest: string;
  readonly frameDigest: string;
}

/** One frame of 16 bits a pixel, mostly a few KiB, now and then 9 MiB. */
export function makeInstance(
  { study, series, uid }: { readonly study: string; readonly series: string; readonly uid: string },
  version: number,
  chance: Chance,
): LoadInstance {
  const rowBytes = COLUMNS * 2;
  const rows = chance.below(400) === 0 ? LARGE_BYTES / rowBytes : 4 + chance.below(30);
  const pixels = chance.bytes(rows * rowBytes);
  const meta = Buffer.concat([
    element(0x0002, 0x0001, 'OB', Buffer.from([0, 1])),
    element(0x0002, 0x0002, 'UI', CT_IMAGE),
    element(0x0002, 0x0003, 'UI', uid),
    element(0x0002, 0x0010, 'UI', EXPLICIT_LITTLE_ENDIAN),
    element(0x0002, 0x0012, 'UI', '2.25.1'),
  ]);
  const metaLength = Buffer.alloc(4);
  metaLength.writeUInt32LE(meta.length);
  const behindPreamble = Buffer.concat([
    Buffer.from('DICM'),
    element(0x0002, 0x0000, 'UL', metaLength),
    meta,
    element(0x0008, 0x0016, 'UI', CT_IMAGE),
    element(0x0008, 0x0018, 'UI', uid),
    element(0x0008, 0x0020, 'DA', '20260131'),
    element(0x0008, 0x0060, 'CS', 'CT'),
    element(0x0010, 0x0010, 'PN', 'Phantom^Load'),
    element(0x0010, 0x0020, 'LO', 'PHANTOM-LOAD'),
    element(0x0020, 0x000d, 'UI', study),
    element(0x0020, 0x000e, 'UI', series),
    element(0x0020, 0x0013, 'IS', String(version)),
    element(0x0028, 0x0002, 'US', short(1)),
    element(0x0028, 0x0004, 'CS', 'MONOCHROME2'),
    element(0x0028, 0x0010, 'US', short(rows)),
    element(0x0028, 0x0011, 'US', short(COLUMNS)),
    element(0x0028, 0x0100, 'US', short(16)),
    element(0x0028, 0x0101, 'US', short(16)),
    element(0x0028, 0x0102, 'US', short(15)),
    element(0x0028, 0x0103, 'US', short(0)),
    element(0x7fe0, 0x0010, 'OW', pixels),
  ]);
  return {
    uid,
    series,
    version,
    file: Buffer.concat([Buffer.alloc(PREAMBLE_BYTES, 0xa5), behindPreamble]),
    digest: digestOf(behindPreamble),
    frameDigest: digestOf(pixels),
  };
}

/** A UID of its own for every name. */
export function uidOf(name: string): string {
  return `2.25.${BigInt(`0x${digestOf(Buffer.from(name)).slice(0, 30)}`)}`;
}

export function digestOf(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Explicit VR, little endian (PS3.5, 7.1.2). */
function element(group: number, number: number, vr: string, value: string | Buffer): Buffer {
  const bytes = typeof value === 'string' ? Buffer.from(value, 'latin1') : value;
  const padding = Buffer.alloc(bytes.length % 2, vr === 'UI' ? 0 : 0x20);
  const length = bytes.length + padding.length;
  const isLong = vr === 'OB' || vr === 'OW';
  const head = Buffer.alloc(isLong ? 12 : 8);
  head.writeUInt16LE(group, 0);
  head.writeUInt16LE(number, 2);
  head.write(vr, 4, 'latin1');
  if (isLong) head.writeUInt32LE(length, 8);
  else head.writeUInt16LE(length, 6);
  return Buffer.concat([head, bytes, padding]);
}

function short(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}
