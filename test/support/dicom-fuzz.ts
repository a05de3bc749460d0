import * as fc from 'fast-check';
import { syntheticDataset, SYNTAX, writeDicomFile, type SyntheticDataset } from './dicom-file';

/** Bytes that mean something in a DICOM file, at a place where they do not belong. */
const MEANINGFUL = [
  ...['fffffffe', 'ffffffff', '00000000', '00000080', 'ffffff7f', 'feff00e0', 'feff0de0', 'feffdde0'],
  ...['feff00e0ffffffff', '53510000ffffffff', 'e07f10004f420000ffffffff', '554e0000ffffffff', '4f56', '5556'],
  ...['5351', '554e', '4f57', '5549', '5049', '1b2442', '1b2943', '1b', '5c', '3d3d3d', '00', 'ff'],
].map((hex) => Buffer.from(hex, 'hex'));

const PLACE = fc.oneof(fc.nat(132), fc.integer({ min: 132, max: 600 }), fc.nat(50_000));

const MUTATION: fc.Arbitrary<(bytes: Buffer) => Buffer> = fc.oneof(
  fc
    .tuple(PLACE, fc.integer({ min: 1, max: 255 }))
    .map(([at, bits]) =>
      spoil((bytes) => bytes.writeUInt8((bytes[at % bytes.length] ?? 0) ^ bits, at % bytes.length)),
    ),
  fc
    .tuple(PLACE, fc.constantFrom(...MEANINGFUL))
    .map(([at, written]) => spoil((bytes) => written.copy(bytes, at % bytes.length))),
  fc
    .tuple(
      PLACE,
      fc.oneof(
        fc.constantFrom(...MEANINGFUL),
        fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
      ),
    )
    .map(([at, inserted]) => splice(at, 0, inserted)),
  fc.tuple(PLACE, fc.nat(40)).map(([at, length]) => splice(at, length, Buffer.alloc(0))),
  PLACE.map((at) => (bytes: Buffer) => bytes.subarray(0, at % (bytes.length + 1))),
  fc.nat(300).map((length) => (bytes: Buffer) => bytes.subarray(0, Math.max(0, bytes.length - length))),
  fc.tuple(PLACE, fc.nat(200)).map(
    ([at, length]) =>
      (bytes: Buffer) =>
        splice(at, 0, bytes.subarray(at % (bytes.length + 1)).subarray(0, length))(bytes),
  ),
);

function spoil(change: (bytes: Buffer) => void): (bytes: Buffer) => Buffer {
  return (bytes) => {
    const spoiled = Buffer.from(bytes);
    if (spoiled.length > 0) change(spoiled);
    return spoiled;
  };
}

function splice(at: number, removed: number, inserted: Buffer): (bytes: Buffer) => Buffer {
  return (bytes) => {
    const from = at % (bytes.length + 1);
    return Buffer.concat([bytes.subarray(0, from), inserted, bytes.subarray(from + removed)]);
  };
}

const VRS = [
  ...[
    'AE',
    'AS',
    'AT',
    'CS',
    'DA',
    'DS',
    'DT',
    'FD',
    'FL',
    'IS',
    'LO',
    'LT',
    'OB',
    'OD',
    'OF',
    'OL',
    'OV',
    'OW',
  ],
  ...[
    'PN',
    'SH',
    'SL',
    'SQ',
    'SS',
    'ST',
    'SV',
    'TM',
    'UC',
    'UI',
    'UL',
    'UN',
    'UR',
    'US',
    'UT',
    'UV',
    'ZZ',
    '\0\0',
  ],
];
/** What the service reads, and some that it does not. */
const TAGS = [
  ...[
    '00080005',
    '00080016',
    '00080018',
    '00080020',
    '00080050',
    '00080060',
    '00080061',
    '00080090',
    '00081030',
  ],
  ...[
    '00081090',
    '00100010',
    '00100020',
    '00100030',
    '0020000D',
    '0020000E',
    '00201208',
    '00280002',
    '00280004',
  ],
  ...[
    '00280008',
    '00280010',
    '00280011',
    '00280100',
    '00280103',
    '00280106',
    '00400244',
    '00400275',
    '7FE00001',
  ],
  ...['00090010', '00091001', '7FE00008', '7FE00010', 'FFFAFFFA', 'FFFEE000', '00020010', '00000000'],
];
const CHARACTER_SETS = [
  ...[
    'ISO_IR 192',
    'ISO 2022 IR 13\\ISO 2022 IR 87',
    '\\ISO 2022 IR 149',
    'GB18030',
    '\\ISO 2022 IR 58',
    '\\',
  ],
  ...['ISO_IR 999', '__proto__', 'ISO 2022 IR 100\\ISO 2022 IR 126'],
];
const VALUE = fc.oneof(
  fc.uint8Array({ maxLength: 80 }).map((bytes) => Buffer.from(bytes)),
  fc.constantFrom(...MEANINGFUL),
  fc
    .constantFrom(
      '',
      '\\',
      '\\\\\\',
      '^',
      '===',
      '0',
      '-1',
      '1e400',
      '99999999999',
      '2147483647',
      '1.2.3',
      'CT',
      'a'.repeat(300),
    )
    .map((text) => Buffer.from(text, 'latin1')),
);

/** Files whose structure is sound but whose values are not. */
const STRANGE_VALUES: fc.Arbitrary<Buffer> = fc
  .tuple(
    fc.dictionary(fc.constantFrom(...TAGS), fc.record({ vr: fc.constantFrom(...VRS), value: VALUE }), {
      maxKeys: 5,
    }),
    fc.option(fc.constantFrom(...CHARACTER_SETS), { nil: undefined }),
    fc.constantFrom(...Object.values(SYNTAX)),
  )
  .map(([changes, charset, transferSyntaxUid]) =>
    fileWith(
      { ...(charset === undefined ? {} : { '00080005': { vr: 'CS', value: charset } }), ...changes },
      transferSyntaxUid,
    ),
  );

function fileWith(changes: SyntheticDataset, transferSyntaxUid: string = SYNTAX.explicit): Buffer {
  const names = { study: 'fuzz', series: 'fuzz', instance: 'fuzz' };
  return writeDicomFile(syntheticDataset(names, changes), { transferSyntaxUid });
}

/** Sequences in sequences, all of them left open. */
const DEEP: fc.Arbitrary<Buffer> = fc.integer({ min: 1, max: 5000 }).map((depth) => {
  const level = Buffer.from('40007502' + '53510000' + 'ffffffff' + 'feff00e0' + 'ffffffff', 'hex');
  const end = Buffer.from('feff0de000000000' + 'feffdde000000000', 'hex');
  const levels = Array.from({ length: depth }, () => level);
  const ends = Array.from({ length: depth }, () => end);
  return Buffer.concat([fileWith({ '7FE00010': undefined }), ...levels, ...ends]);
});

const FRAGMENTS = { fragments: [Buffer.alloc(10, 1), Buffer.alloc(12, 2)], offsetTable: [0, 18] };
const NESTED = [{ '00400007': { vr: 'LO', value: 'a' }, '00400008': { vr: 'SQ', value: [{}] } }, {}];
const SOUND: readonly Buffer[] = [
  ...Object.values(SYNTAX).map((syntax) => fileWith({ '00400275': { vr: 'SQ', value: NESTED } }, syntax)),
  fileWith({ '00280008': { vr: 'IS', value: '2' }, '7FE00010': { vr: 'OB', value: FRAGMENTS } }, SYNTAX.rle),
];

/** Puts up to four things into a file that do not belong there. */
export const SPOILING: fc.Arbitrary<(bytes: Buffer) => Buffer> = fc
  .array(MUTATION, { maxLength: 4 })
  .map((mutations) => (bytes) => mutations.reduce((spoiled, mutate) => mutate(spoiled), bytes));

/** DICOM files that are not what they should be, some of them made of real ones. */
export function strangeFile(real: readonly Buffer[]): fc.Arbitrary<Buffer> {
  const spoiled = fc.tuple(fc.constantFrom(...SOUND, ...real), SPOILING).map(([file, spoil]) => spoil(file));
  return fc.oneof(
    { weight: 12, arbitrary: spoiled },
    { weight: 6, arbitrary: STRANGE_VALUES },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)) },
    { weight: 1, arbitrary: DEEP },
  );
}

/** The same bytes in pieces. */
export function inPieces(bytes: Buffer, cuts: readonly number[]): readonly Buffer[] {
  const ends = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  return [...ends, bytes.length].map((end, at) => Buffer.from(bytes.subarray(ends[at - 1] ?? 0, end)));
}
