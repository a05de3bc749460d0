import type { SampleInstance } from './sample-instance';
import { uidFrom } from './uid';

const MULTI_FRAME_GRAYSCALE_WORD_SECONDARY_CAPTURE = '1.2.840.10008.5.1.4.1.1.7.3';
const EXPLICIT_VR_LITTLE_ENDIAN = '1.2.840.10008.1.2.1';
const ROWS = 16;
const COLUMNS = 16;
const FRAMES = 2;

/** What makes a synthetic instance differ from the others. */
export interface SyntheticOptions {
  /** Tells the series of a study apart. @default - a series of its own */
  readonly series?: string;
  /** Attributes as VR and value by tag, in place of the usual ones or beside them; undefined leaves one out. */
  readonly attributes?: Readonly<Record<string, SyntheticAttribute | undefined>>;
}

export type SyntheticAttribute = readonly [vr: string, value: string];

/**
 * A small secondary capture image of nobody: two frames of a gradient, explicit VR, with a patient that says what it
 * is. The same run id, name and options give the same bytes.
 *
 * @param studyInstanceUid study of the run
 * @param name tells the synthetic instances of a run apart
 */
export function syntheticInstance(
  studyInstanceUid: string,
  name: string,
  { series = name, attributes = {} }: SyntheticOptions = {},
): SampleInstance {
  const seriesInstanceUid = uidFrom(`${studyInstanceUid}/${series}/series`);
  const sopInstanceUid = uidFrom(`${studyInstanceUid}/${name}/instance`);
  const frames = Array.from({ length: FRAMES }, (_, frame) => gradient(frame));
  const all: Readonly<Record<string, SyntheticAttribute | undefined>> = {
    ...USUAL,
    '00080018': ['UI', sopInstanceUid],
    '0020000D': ['UI', studyInstanceUid],
    '0020000E': ['UI', seriesInstanceUid],
    ...attributes,
  };
  const elements = Object.entries(all).sort(([one], [other]) => (one < other ? -1 : 1));
  const dataSet = Buffer.concat([
    ...elements.flatMap(([tag, attribute]) => (attribute === undefined ? [] : [elementOf(tag, attribute)])),
    element(0x7fe0, 0x0010, 'OW', Buffer.concat(frames)),
  ]);
  return {
    label: name,
    origin: 'synthetic',
    studyInstanceUid,
    seriesInstanceUid,
    sopInstanceUid,
    file: partTen(sopInstanceUid, dataSet),
    expectedMetadata: Object.fromEntries(
      EXPECTED.flatMap((tag) => (all[tag] === undefined ? [] : [[tag, all[tag][1]]])),
    ),
    frames,
  };
}

/** Attributes of every synthetic instance, but for its UIDs. */
const USUAL: Readonly<Record<string, SyntheticAttribute>> = {
  '00080016': ['UI', MULTI_FRAME_GRAYSCALE_WORD_SECONDARY_CAPTURE],
  '00080020': ['DA', '20000101'],
  '00080030': ['TM', '000000'],
  '00080050': ['SH', 'DICOM-LAKE'],
  '00080060': ['CS', 'OT'],
  '00080064': ['CS', 'SYN'],
  '00080090': ['PN', ''],
  '00081030': ['LO', 'dicom-lake verify'],
  '00100010': ['PN', 'DICOM-LAKE^VERIFY'],
  '00100020': ['LO', 'DICOM-LAKE-VERIFY'],
  '00100030': ['DA', ''],
  '00100040': ['CS', 'O'],
  '00200010': ['SH', '1'],
  '00200011': ['IS', '1'],
  '00200013': ['IS', '1'],
  '00280002': ['US', '1'],
  '00280004': ['CS', 'MONOCHROME2'],
  '00280008': ['IS', String(FRAMES)],
  '00280010': ['US', String(ROWS)],
  '00280011': ['US', String(COLUMNS)],
  '00280100': ['US', '16'],
  '00280101': ['US', '16'],
  '00280102': ['US', '15'],
  '00280103': ['US', '0'],
};

/** What the metadata of the service has to say as well. */
const EXPECTED = ['00080016', '00080018', '0020000D', '0020000E', '00100020', '00280008', '00280010'];

function elementOf(tag: string, [vr, value]: SyntheticAttribute): Buffer {
  const [group, number] = [Number.parseInt(tag.slice(0, 4), 16), Number.parseInt(tag.slice(4), 16)];
  return vr === 'US' ? short(group, number, Number(value)) : text(group, number, vr, value);
}

function gradient(frame: number): Buffer {
  const pixels = Buffer.alloc(ROWS * COLUMNS * 2);
  for (let index = 0; index < ROWS * COLUMNS; index += 1)
    pixels.writeUInt16LE((index * 257 + frame * 4099) & 0xffff, index * 2);
  return pixels;
}

/** Preamble, prefix and file meta information (PS3.10 7.1) around a data set. */
function partTen(sopInstanceUid: string, dataSet: Buffer): Buffer {
  const meta = Buffer.concat([
    element(0x0002, 0x0001, 'OB', Buffer.from([0, 1])),
    text(0x0002, 0x0002, 'UI', MULTI_FRAME_GRAYSCALE_WORD_SECONDARY_CAPTURE),
    text(0x0002, 0x0003, 'UI', sopInstanceUid),
    text(0x0002, 0x0010, 'UI', EXPLICIT_VR_LITTLE_ENDIAN),
    text(0x0002, 0x0012, 'UI', uidFrom('dicom-lake')),
    text(0x0002, 0x0013, 'SH', 'DICOM_LAKE'),
  ]);
  const groupLength = Buffer.alloc(4);
  groupLength.writeUInt32LE(meta.length);
  return Buffer.concat([
    Buffer.alloc(128),
    Buffer.from('DICM'),
    element(0x0002, 0x0000, 'UL', groupLength),
    meta,
    dataSet,
  ]);
}

function text(group: number, number: number, vr: string, value: string): Buffer {
  const padding = Buffer.byteLength(value) % 2 === 0 ? '' : vr === 'UI' ? '\0' : ' ';
  return element(group, number, vr, Buffer.from(value + padding));
}

function short(group: number, number: number, value: number): Buffer {
  const content = Buffer.alloc(2);
  content.writeUInt16LE(value);
  return element(group, number, 'US', content);
}

/** One data element in explicit VR little endian (PS3.5 7.1.2). */
function element(group: number, number: number, vr: string, value: Buffer): Buffer {
  const isLong = vr === 'OB' || vr === 'OW';
  const header = Buffer.alloc(isLong ? 12 : 8);
  header.writeUInt16LE(group, 0);
  header.writeUInt16LE(number, 2);
  header.write(vr, 4, 'ascii');
  if (isLong) header.writeUInt32LE(value.length, 8);
  else header.writeUInt16LE(value.length, 6);
  return Buffer.concat([header, value]);
}
