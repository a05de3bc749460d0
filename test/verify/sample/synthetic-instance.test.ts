import { parseDicom } from 'dicom-parser';
import { digestsOf } from '../../../verify/sample/sample-instance';
import { syntheticInstance } from '../../../verify/sample/synthetic-instance';
import { uidFrom } from '../../../verify/sample/uid';
import { metadataByDcmjs } from '../../support/dcmjs-metadata';

const STUDY = '2.25.123456789012345678901234567890';
const SECONDARY_CAPTURE = '1.2.840.10008.5.1.4.1.1.7.3';

describe('a synthetic instance', () => {
  const instance = syntheticInstance(STUDY, 'synthetic');
  const { seriesInstanceUid, sopInstanceUid } = instance;

  test('is read by dcmjs as what it says it is', () => {
    expect(metadataByDcmjs(instance.file)).toEqual({
      '00080016': { vr: 'UI', Value: [SECONDARY_CAPTURE] },
      '00080018': { vr: 'UI', Value: [sopInstanceUid] },
      '00080020': { vr: 'DA', Value: ['20000101'] },
      '00080030': { vr: 'TM', Value: ['000000'] },
      '00080050': { vr: 'SH', Value: ['DICOM-LAKE'] },
      '00080060': { vr: 'CS', Value: ['OT'] },
      '00080064': { vr: 'CS', Value: ['SYN'] },
      '00080090': { vr: 'PN' },
      '00081030': { vr: 'LO', Value: ['dicom-lake verify'] },
      '00100010': { vr: 'PN', Value: [{ Alphabetic: 'DICOM-LAKE^VERIFY' }] },
      '00100020': { vr: 'LO', Value: ['DICOM-LAKE-VERIFY'] },
      '00100030': { vr: 'DA' },
      '00100040': { vr: 'CS', Value: ['O'] },
      '0020000D': { vr: 'UI', Value: [STUDY] },
      '0020000E': { vr: 'UI', Value: [seriesInstanceUid] },
      '00200010': { vr: 'SH', Value: ['1'] },
      '00200011': { vr: 'IS', Value: [1] },
      '00200013': { vr: 'IS', Value: [1] },
      '00280002': { vr: 'US', Value: [1] },
      '00280004': { vr: 'CS', Value: ['MONOCHROME2'] },
      '00280008': { vr: 'IS', Value: [2] },
      '00280010': { vr: 'US', Value: [16] },
      '00280011': { vr: 'US', Value: [16] },
      '00280100': { vr: 'US', Value: [16] },
      '00280101': { vr: 'US', Value: [16] },
      '00280102': { vr: 'US', Value: [15] },
      '00280103': { vr: 'US', Value: [0] },
    });
  });

  test('is read by dicom-parser to its last byte, with the frames it tells', () => {
    const dataSet = parseDicom(instance.file);
    expect(dataSet.warnings).toEqual([]);
    expect(dataSet.string('x00020002')).toBe(SECONDARY_CAPTURE);
    expect(dataSet.string('x00020003')).toBe(sopInstanceUid);
    expect(dataSet.string('x00020010')).toBe('1.2.840.10008.1.2.1');
    const pixels = dataSet.elements['x7fe00010'];
    const start = pixels?.dataOffset ?? 0;
    const end = start + (pixels?.length ?? 0);
    expect(end).toBe(instance.file.length);
    expect(instance.file.subarray(start, end)).toEqual(Buffer.concat(instance.frames));
    expect(instance.frames.map(({ length }) => length)).toEqual([512, 512]);
    expect(instance.frames[0]).not.toEqual(instance.frames[1]);
  });

  test('tells the length of its file meta information', () => {
    const dataSet = parseDicom(instance.file);
    const firstOfDataSet = dataSet.elements['x00080016']?.dataOffset ?? 0;
    const header = 8;
    const endOfGroupLength = (dataSet.elements['x00020000']?.dataOffset ?? 0) + 4;
    expect(dataSet.uint32('x00020000')).toBe(firstOfDataSet - header - endOfGroupLength);
  });

  test('pads UIDs of odd length with a zero byte, and texts with a space', () => {
    const { file } = syntheticInstance('2.25.1234', 'synthetic');
    const { elements } = parseDicom(file);
    const lastByteOf = (tag: string): number | undefined => {
      const element = elements[tag];
      return element === undefined ? undefined : file[element.dataOffset + element.length - 1];
    };
    expect(elements['x0020000d']?.length).toBe(10);
    expect(lastByteOf('x0020000d')).toBe(0);
    expect(elements['x00100020']?.length).toBe(18);
    expect(lastByteOf('x00100020')).toBe(0x20);
  });

  test('expects metadata that dcmjs finds in it', () => {
    const found = metadataByDcmjs(instance.file);
    const values = Object.keys(instance.expectedMetadata).map((tag) => [tag, String(found[tag]?.Value?.[0])]);
    expect(Object.fromEntries(values)).toEqual(instance.expectedMetadata);
    expect(Object.keys(instance.expectedMetadata)).toContain('00100020');
  });

  test('is the same for the same study and name, and another for another', () => {
    expect(syntheticInstance(STUDY, 'synthetic')).toEqual(instance);
    for (const other of [syntheticInstance(STUDY, 'another'), syntheticInstance('2.25.7', 'synthetic')]) {
      expect(other.sopInstanceUid).not.toBe(sopInstanceUid);
      expect(other.seriesInstanceUid).not.toBe(seriesInstanceUid);
      expect(other.file).not.toEqual(instance.file);
    }
  });
});

describe('digests', () => {
  const file = Buffer.concat([Buffer.alloc(128, 7), Buffer.from('abc')]);

  test('are SHA-256, of the whole and from offset 128 on', () => {
    expect(digestsOf(file)).toMatchObject({
      bytes: 131,
      fromPreamble: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
      preambleIsZero: false,
    });
  });

  test('agree from the preamble on for a file whose preamble was overwritten by zeros, and only there', () => {
    const zeroed = digestsOf(Buffer.concat([Buffer.alloc(128), Buffer.from('abc')]));
    expect(zeroed).toMatchObject({ fromPreamble: digestsOf(file).fromPreamble, preambleIsZero: true });
    expect(zeroed.whole).not.toBe(digestsOf(file).whole);
  });
});

describe('a UID from a seed', () => {
  const seeds = Array.from({ length: 500 }, (_, seed) => `seed ${seed}`);

  test('is a valid UID under 2.25, and no other for another seed', () => {
    const uids = seeds.map(uidFrom);
    for (const uid of uids) {
      expect(uid).toMatch(/^2\.25\.(0|[1-9][0-9]{0,38})$/);
      expect(BigInt(uid.slice(5))).toBeLessThan(2n ** 128n);
    }
    expect(new Set(uids).size).toBe(seeds.length);
  });

  test('is the same for the same seed', () => {
    expect(uidFrom('dicom-lake')).toBe(uidFrom('dicom-lake'));
  });
});
