import { readDicomFile } from '../../emulator/domain/dicom-file';
import { readMetadata, type DicomMetadata } from '../../emulator/domain/dicom-json';
import { metadataByDcmjs, withoutCharacterSet } from '../support/dcmjs-metadata';
import { syntheticDataset, SYNTAX, writeDicomFile, type SyntheticDataset } from '../support/dicom-file';

const NAMES = { study: 'study', series: 'series', instance: 'instance' };
/** One element of each VR that the service returns, and of each that it leaves out. */
const ALL_VRS: SyntheticDataset = {
  '00080005': { vr: 'CS', value: 'ISO_IR 192' },
  '00080008': { vr: 'CS', value: 'DERIVED\\SECONDARY' },
  '00080054': { vr: 'AE', value: 'ARCHIVE' },
  '0008002A': { vr: 'DT', value: '20260131120000.5+0100' },
  '00080031': { vr: 'TM', value: '120000' },
  '00080119': { vr: 'UC', value: 'A long code' },
  '00081190': { vr: 'UR', value: 'https://example.org/a' },
  '00081048': { vr: 'PN', value: Buffer.from('A^B=田中=たなか\\C^D', 'utf8') },
  '00091001': { vr: 'UN', value: Buffer.from([1, 2, 3, 4]) },
  '00101010': { vr: 'AS', value: '042Y' },
  '00104000': { vr: 'LT', value: 'two lines\r\nand a \\ in them' },
  '00181063': { vr: 'DS', value: '33.3' },
  '00189073': { vr: 'FD', value: [0.1, -2.5] },
  '00186020': { vr: 'SL', value: [-70_000] },
  '00186018': { vr: 'SL', value: [-1, 2] },
  '00280009': { vr: 'AT', value: [0x0018_1063, 0x0020_0037] },
  '00280106': { vr: 'SS', value: [-5] },
  '00720026': { vr: 'AT', value: [0x0010_0010] },
  '00720076': { vr: 'FL', value: [1.5] },
  '00720078': { vr: 'UL', value: [4_000_000_000] },
  '0040A160': { vr: 'UT', value: 'text without end' },
  '00400275': {
    vr: 'SQ',
    value: [
      {
        '00400007': { vr: 'LO', value: 'Step one' },
        '00400008': { vr: 'SQ', value: [{ '00080100': { vr: 'SH', value: 'T1' } }] },
      },
      { '00400007': { vr: 'LO' } },
    ],
  },
  '00420011': { vr: 'OB', value: Buffer.from('%PDF') },
  '00660016': { vr: 'OF', value: Buffer.alloc(8) },
};

function read(changes: SyntheticDataset, transferSyntaxUid: string = SYNTAX.explicit): DicomMetadata {
  const file = writeDicomFile(syntheticDataset(NAMES, changes), { transferSyntaxUid });
  return readMetadata(readDicomFile(file).dataSet);
}

test.each([
  ['explicit VR little endian', SYNTAX.explicit],
  ['explicit VR big endian', SYNTAX.bigEndian],
  ['deflated', SYNTAX.deflated],
])('with %s, every VR is read as dcmjs reads it', (_, transferSyntaxUid) => {
  const file = writeDicomFile(syntheticDataset(NAMES, ALL_VRS), { transferSyntaxUid });
  const { dataset, invalid } = readMetadata(readDicomFile(file).dataSet);
  expect(invalid).toEqual([]);
  expect(withoutCharacterSet(dataset)).toEqual(metadataByDcmjs(file));
});

test('values are in the DICOM JSON model', () => {
  expect(read(ALL_VRS).dataset).toMatchObject({
    '00080008': { vr: 'CS', Value: ['DERIVED', 'SECONDARY'] },
    '00081048': {
      vr: 'PN',
      Value: [{ Alphabetic: 'A^B', Ideographic: '田中', Phonetic: 'たなか' }, { Alphabetic: 'C^D' }],
    },
    '00104000': { vr: 'LT', Value: ['two lines\r\nand a \\ in them'] },
    '00280009': { vr: 'AT', Value: ['00181063', '00200037'] },
    '00280030': { vr: 'DS', Value: [0.5, 0.5] },
    '00280106': { vr: 'SS', Value: [-5] },
    '00720078': { vr: 'UL', Value: [4_000_000_000] },
    '00400275': { vr: 'SQ', Value: [{ '00400008': { Value: [{ '00080100': { Value: ['T1'] } }] } }, {}] },
  });
});

test.each(['00091001', '00420011', '00660016', '7FE00010', '00020010', '00080000'])(
  '%s is left out',
  (tag) => {
    expect(read({ ...ALL_VRS, '00080000': { vr: 'UL', value: [100] } }).dataset).not.toHaveProperty(tag);
  },
);

test('an empty attribute has no Value, and an empty one among several is null', () => {
  const { dataset } = read({
    '00080050': { vr: 'SH' },
    '00080008': { vr: 'CS', value: 'DERIVED\\\\AXIAL' },
    '00189087': { vr: 'FD', value: [] },
  });
  expect(dataset['00080050']).toEqual({ vr: 'SH' });
  expect(dataset['00080008']).toEqual({ vr: 'CS', Value: ['DERIVED', null, 'AXIAL'] });
  expect(dataset['00189087']).toEqual({ vr: 'FD' });
});

test('numbers that JSON does not know are words', () => {
  const { dataset } = read({ '00189073': { vr: 'FD', value: [Number.NaN, Infinity, -Infinity] } });
  expect(dataset['00189073']).toEqual({ vr: 'FD', Value: ['NaN', 'inf', '-inf'] });
});

test('with implicit VR, the dictionary tells the VR and unknown attributes are left out', () => {
  const changes: SyntheticDataset = {
    '00091001': { vr: 'LO', value: 'private' },
    '00280103': { vr: 'US', value: [1] },
    '00280106': { vr: 'SS', value: [-5] },
    '00081140': { vr: 'SQ', value: [{ '00081155': { vr: 'UI', value: '1.2.3' } }] },
    '00189999': { vr: 'SQ', value: [{ '00081155': { vr: 'UI', value: '1.2.4' } }] },
  };
  const implicit = read(changes, SYNTAX.implicit).dataset;
  const explicit = read({ ...changes, '00091001': undefined }).dataset;
  expect(implicit).toEqual(explicit);
});

test('items without a character set have that of the data set around them', () => {
  const item = { '00400007': { vr: 'LO', value: Buffer.from('Straße', 'utf8') } };
  const other = {
    ...item,
    '00080005': { vr: 'CS', value: 'ISO_IR 101' },
    '00400007': { vr: 'LO', value: 'Ji\xf8\xed' },
  };
  const { dataset } = read({
    '00080005': { vr: 'CS', value: 'ISO_IR 192' },
    '00400275': { vr: 'SQ', value: [item, other] },
  });
  expect(dataset['00400275']).toMatchObject({
    Value: [{ '00400007': { Value: ['Straße'] } }, { '00400007': { Value: ['Jiří'] } }],
  });
});

test('a decimal string that no number can hold is text', () => {
  const { dataset } = read({ '00280030': { vr: 'DS', value: '1e400\\-1E-400' } });
  expect(dataset['00280030']).toEqual({ vr: 'DS', Value: ['1e400', -0] });
});

test('numbers of 64 bits are text where JSON would lose digits', () => {
  const { dataset } = read({
    '00720081': { vr: 'OV', value: Buffer.alloc(16) },
    '00720082': { vr: 'SV', value: [-5, -(2 ** 60)] },
    '00720083': { vr: 'UV', value: [2 ** 53 - 1, 2 ** 63] },
  });
  expect(dataset).not.toHaveProperty('00720081');
  expect(dataset['00720082']).toEqual({ vr: 'SV', Value: [-5, '-1152921504606846976'] });
  expect(dataset['00720083']).toEqual({ vr: 'UV', Value: [9007199254740991, '9223372036854775808'] });
});

describe('a value that breaks the rules of its VR is left out and named', () => {
  test.each([
    ['00080020', 'DA', '2026-01-31'],
    ['00080020', 'DA', '20261301'],
    ['00080031', 'TM', '250000'],
    ['0008002A', 'DT', 'yesterday'],
    ['00080060', 'CS', 'ct'],
    ['00080060', 'CS', 'A'.repeat(17)],
    ['00080054', 'AE', 'A'.repeat(17)],
    ['00080050', 'SH', 'A'.repeat(17)],
    ['00081030', 'LO', 'A'.repeat(65)],
    ['00101010', 'AS', '42'],
    ['00181063', 'DS', '1,5'],
    ['00181063', 'DS', '1.23456789012345678'],
    ['00200013', 'IS', '1.5'],
    ['00200013', 'IS', '99999999999'],
    ['00100010', 'PN', 'A=B=C=D'],
    ['00200052', 'UI', '1.2.x'],
  ])('%s %s %s', (tag, vr, value) => {
    const { dataset, invalid } = read({ [tag]: { vr, value } });
    expect(dataset).not.toHaveProperty(tag);
    expect(invalid).toEqual([{ tag, problem: `Content "${value}" does not validate VR ${vr}` }]);
  });

  test('also where it is no text', () => {
    const { dataset, invalid } = read({ '00280106': { vr: 'SS', value: Buffer.from([1, 2, 3]) } });
    expect(dataset).toHaveProperty('00280106');
    expect(invalid).toEqual([]);
    const odd = read({ '00720078': { vr: 'UL', value: Buffer.from([1, 2, 3, 4, 5, 6]) } });
    expect(odd.dataset).not.toHaveProperty('00720078');
    expect(odd.invalid).toEqual([{ tag: '00720078', problem: 'A value of 6 bytes does not validate VR UL' }]);
  });
});
