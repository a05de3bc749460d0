import type { SampleInstance } from './sample-instance';
import { uidFrom } from './uid';

const MULTI_FRAME_GRAYSCALE_WORD_SECONDARY_CAPTURE = '1.2.840.10008.5.1.4.1.1.7.3';
const EXPLICIT_VR_LITTLE_ENDIAN = '1.2.840.10008.1.2.1';
const ROWS = 16;
const COLUMNS = 16;
const FRAMES = 2;

/**
 * A small secondary capture image of nobody: two frames of a gradient, explicit VR, with a patient that says what it
 * is. The same run id and name give the same bytes.
 *
 * @param studyInstanceUid study of the run
 * @param name tells the synthetic instances of a run apart
 */
export function syntheticInstance(studyInstanceUid: string, name: string): SampleInstance {
  const seriesInstanceUid = uidFrom(`${studyInstanceUid}/${name}/series`);
  const sopInstanceUid = uidFrom(`${studyInstanceUid}/${name}/instance`);
  const frames = Array.from({ length: FRAMES }, (_, frame) => gradient(frame));
  const dataSet = Buffer.concat([
    text(0x0008, 0x0016, 'UI', MULTI_FRAME_GRAYSCALE_WORD_SECONDARY_CAPTURE),
    text(0x0008, 0x0018, 'UI', sopInstanceUid),
    text(0x0008, 0x0020, 'DA', '20000101'),
    text(0x0008, 0x0030, 'TM', '000000'),
    text(0x0008, 0x0050, 'SH', 'DICOM-LAKE'),
    text(0x0008, 0x0060, 'CS', 'OT'),
    text(0x0008, 0x0064, 'CS', 'SYN'),
    text(0x0008, 0x0090, 'PN', ''),
    text(0x0008, 0x1030, 'LO', 'dicom-lake verify'),
    text(0x0010, 0x0010, 'PN', 'DICOM-LAKE^VERIFY'),
    text(0x0010, 0x0020, 'LO', 'DICOM-LAKE-VERIFY'),
    text(0x0010, 0x0030, 'DA', ''),
    text(0x0010, 0x0040, 'CS', 'O'),
    text(0x0020, 0x000d, 'UI', studyInstanceUid),
    text(0x0020, 0x000e, 'UI', seriesInstanceUid),
    text(0x0020, 0x0010, 'SH', '1'),
    text(0x0020, 0x0011, 'IS', '1'),
    text(0x0020, 0x0013, 'IS', '1'),
    short(0x0028, 0x0002, 1),
    text(0x0028, 0x0004, 'CS', 'MONOCHROME2'),
    text(0x0028, 0x0008, 'IS', String(FRAMES)),
    short(0x0028, 0x0010, ROWS),
    short(0x0028, 0x0011, COLUMNS),
    short(0x0028, 0x0100, 16),
    short(0x0028, 0x0101, 16),
    short(0x0028, 0x0102, 15),
    short(0x0028, 0x0103, 0),
    element(0x7fe0, 0x0010, 'OW', Buffer.concat(frames)),
  ]);
  return {
    label: name,
    origin: 'synthetic',
    studyInstanceUid,
    seriesInstanceUid,
    sopInstanceUid,
    file: partTen(sopInstanceUid, dataSet),
    expectedMetadata: {
      '00080016': MULTI_FRAME_GRAYSCALE_WORD_SECONDARY_CAPTURE,
      '00080018': sopInstanceUid,
      '0020000D': studyInstanceUid,
      '0020000E': seriesInstanceUid,
      '00100020': 'DICOM-LAKE-VERIFY',
      '00280008': String(FRAMES),
      '00280010': String(ROWS),
    },
    frames,
  };
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
  const padding = value.length % 2 === 0 ? '' : vr === 'UI' ? '\0' : ' ';
  return element(group, number, vr, Buffer.from(value + padding, 'ascii'));
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
