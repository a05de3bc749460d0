import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { type DataSet, parseDicom } from 'dicom-parser';
import { type NewUids, rewriteUids } from '../../../verify/sample/rewrite-uids';
import { metadataByDcmjs } from '../../support/dcmjs-metadata';
import {
  SYNTAX,
  type SyntheticDataset,
  syntheticDataset,
  syntheticPixels,
  uidOf,
  writeDicomFile,
} from '../../support/dicom-file';
import { errorOf } from '../../support/errors';

/** One UID of even length and two of odd length. */
const NEW: NewUids = {
  studyInstanceUid: '2.25.11',
  seriesInstanceUid: '2.25.222',
  sopInstanceUid: '2.25.33333',
};
const NAMES = { study: 'a study', series: 'a series', instance: 'an instance' };

/** An image with elements that hold UIDs, but not its own. */
const DATASET = syntheticDataset(NAMES, {
  '00081140': {
    vr: 'SQ',
    value: [
      {
        '00080018': { vr: 'UI', value: uidOf(NAMES.instance) },
        '00081155': { vr: 'UI', value: uidOf('another instance') },
        '0020000D': { vr: 'UI', value: uidOf(NAMES.study) },
      },
    ],
  },
  '00090010': { vr: 'LO', value: 'DICOM-LAKE' },
  '00091001': { vr: 'OB', value: syntheticPixels('private', 33) },
  '00200052': { vr: 'UI', value: uidOf('frame of reference') },
  '00280008': { vr: 'IS', value: '1' },
});

const SYNTAXES = Object.entries(SYNTAX);

function datasetFor(transferSyntaxUid: string): SyntheticDataset {
  const compressed = transferSyntaxUid === SYNTAX.jpeg2000 || transferSyntaxUid === SYNTAX.rle;
  if (!compressed) return DATASET;
  const fragments = [syntheticPixels('first', 11), syntheticPixels('second', 8)];
  return { ...DATASET, '7FE00010': { vr: 'OB', value: { fragments } } };
}

function withUids(dataset: SyntheticDataset, uids: NewUids): SyntheticDataset {
  return {
    ...dataset,
    '00080018': { vr: 'UI', value: uids.sopInstanceUid },
    '0020000D': { vr: 'UI', value: uids.studyInstanceUid },
    '0020000E': { vr: 'UI', value: uids.seriesInstanceUid },
  };
}

/** The same elements without deflation. dicom-parser reads a deflated file from its preamble on, so it gets this. */
function inflated(file: Buffer): Buffer {
  const endOfGroupLength = 144;
  const metaEnd = endOfGroupLength + file.readUInt32LE(endOfGroupLength - 4);
  const meta = Buffer.from(file.subarray(0, metaEnd));
  const syntax = meta.indexOf(SYNTAX.deflated);
  if (syntax < 0) return file;
  meta.write('\0\0\0', syntax + SYNTAX.explicit.length);
  return Buffer.concat([meta, inflateRawSync(file.subarray(metaEnd))]);
}

function parsed(file: Buffer): DataSet {
  return parseDicom(inflated(file));
}

/** Value of every element, but for those that have to change. */
function otherValues(file: Buffer): ReadonlyMap<string, Buffer> {
  const dataSet = parsed(file);
  const bytes = inflated(file);
  const changed = ['x00020000', 'x00020003', 'x00080018', 'x0020000d', 'x0020000e'];
  return new Map(
    Object.entries(dataSet.elements)
      .filter(([tag]) => !changed.includes(tag))
      .map(([tag, { dataOffset, length }]) => [tag, bytes.subarray(dataOffset, dataOffset + length)]),
  );
}

function expectUidsByParser(file: Buffer, uids: NewUids): void {
  const dataSet = parsed(file);
  expect({
    media: dataSet.string('x00020003'),
    sopInstanceUid: dataSet.string('x00080018'),
    studyInstanceUid: dataSet.string('x0020000d'),
    seriesInstanceUid: dataSet.string('x0020000e'),
  }).toEqual({ media: uids.sopInstanceUid, ...uids });
}

function expectUids(file: Buffer, uids: NewUids): void {
  expectUidsByParser(file, uids);
  const byDcmjs = metadataByDcmjs(file);
  expect(['00080018', '0020000D', '0020000E'].map((tag) => byDcmjs[tag]?.Value)).toEqual([
    [uids.sopInstanceUid],
    [uids.studyInstanceUid],
    [uids.seriesInstanceUid],
  ]);
}

describe.each(SYNTAXES)('a file of transfer syntax %s', (_name, transferSyntaxUid) => {
  const dataset = datasetFor(transferSyntaxUid);
  const original = writeDicomFile(dataset, { transferSyntaxUid });
  const { file, sopClassUid } = rewriteUids(original, NEW);

  test('has the new UIDs, by dicom-parser and by dcmjs', () => {
    expectUids(file, NEW);
  });

  test('is, byte for byte, what another writer makes of the same elements', () => {
    expect(inflated(file)).toEqual(inflated(writeDicomFile(withUids(dataset, NEW), { transferSyntaxUid })));
  });

  test('keeps every other element, by dicom-parser', () => {
    const before = otherValues(original);
    expect(before.size).toBe(Object.keys(dataset).length - 3 + 4);
    expect(otherValues(file)).toEqual(before);
  });

  test('tells its SOP class, and comes back under its first UIDs', () => {
    expect(sopClassUid).toBe('1.2.840.10008.5.1.4.1.1.2');
    const first = {
      studyInstanceUid: uidOf(NAMES.study),
      seriesInstanceUid: uidOf(NAMES.series),
      sopInstanceUid: uidOf(NAMES.instance),
    };
    expect(inflated(rewriteUids(file, first).file)).toEqual(inflated(original));
  });

  test('takes UIDs of every length', () => {
    for (let length = 6; length <= 64; length += 1) {
      const uid = `2.25.${'1'.repeat(length - 5)}`;
      const uids = { studyInstanceUid: uid, seriesInstanceUid: `${uid.slice(0, -1)}2`, sopInstanceUid: uid };
      expectUidsByParser(rewriteUids(original, uids).file, uids);
    }
  });
});

describe('a file', () => {
  test('of odd spelling, with UIDs in VR UN, is rewritten as well', () => {
    const dataset: SyntheticDataset = {
      ...DATASET,
      '0020000D': { vr: 'UN', value: Buffer.from('1.2.3.4.55', 'ascii') },
    };
    const { file } = rewriteUids(writeDicomFile(dataset), NEW);
    expect(parsed(file).string('x0020000d')).toBe(NEW.studyInstanceUid);
    expect(otherValues(file)).toEqual(otherValues(writeDicomFile(dataset)));
  });

  test('that is deflated is of even length after that', () => {
    for (let length = 6; length <= 20; length += 1) {
      const uid = `2.25.${'1'.repeat(length - 5)}`;
      const original = writeDicomFile(DATASET, { transferSyntaxUid: SYNTAX.deflated });
      const uids = { studyInstanceUid: uid, seriesInstanceUid: uid, sopInstanceUid: uid };
      expect(rewriteUids(original, uids).file.length % 2).toBe(0);
    }
  });

  test('without a group length gets none', () => {
    const original = writeDicomFile(DATASET);
    const headerAndValue = 12;
    const without = Buffer.concat([original.subarray(0, 132), original.subarray(132 + headerAndValue)]);
    const { file } = rewriteUids(without, NEW);
    const dataSet = parseDicom(file);
    expect(dataSet.string('x00020003')).toBe(NEW.sopInstanceUid);
    expect(dataSet.string('x0020000d')).toBe(NEW.studyInstanceUid);
    expect(dataSet.elements['x00020000']).toBeUndefined();
  });

  test.each<readonly [tags: readonly string[], names: string]>([
    [['00080016'], 'SOPClassUID'],
    [['00080018'], 'SOPInstanceUID'],
    [['0020000D'], 'StudyInstanceUID'],
    [['0020000E'], 'SeriesInstanceUID'],
    [['0020000E', '00080018'], 'SOPInstanceUID, SeriesInstanceUID'],
  ])('without %j fails naming them, absent or empty', (tags, names) => {
    const absent = Object.fromEntries(tags.map((tag) => [tag, undefined]));
    const empty = Object.fromEntries(tags.map((tag) => [tag, { vr: 'UI', value: '' }]));
    for (const changes of [absent, empty]) {
      const file = writeDicomFile({ ...DATASET, ...changes });
      expect(errorOf(() => rewriteUids(file, NEW))).toEqual(new Error(`the file has no ${names}`));
    }
  });

  test.each<readonly [name: string, content: Buffer]>([
    ['an empty file', Buffer.alloc(0)],
    ['a text', Buffer.from('not an image '.repeat(20))],
    ['a file whose preamble was cut off', writeDicomFile(DATASET).subarray(128)],
  ])('fails where it is %s', (_name, content) => {
    expect(errorOf(() => rewriteUids(content, NEW))).toEqual(
      new Error("no DICOM file: 'DICM' is missing at offset 128"),
    );
  });
});

describe('a file cut short', () => {
  test.each<readonly [syntax: keyof typeof SYNTAX, cut: number, reason: string]>([
    ['explicit', 10, 'buffer overrun'],
    ['bigEndian', 10, 'buffer overrun'],
    ['implicit', 10, 'the file ends within an element'],
    ['deflated', 10, 'unexpected end of file'],
  ])('fails in %s, %i bytes from its end', (syntax, cut, reason) => {
    const file = writeDicomFile(DATASET, { transferSyntaxUid: SYNTAX[syntax] });
    expect(errorOf(() => rewriteUids(file.subarray(0, -cut), NEW))).toEqual(
      new Error(`not readable as DICOM: ${reason}`),
    );
  });

  test.each(SYNTAXES)(
    'fails at any byte in %s with a reason that holds no value',
    (_name, transferSyntaxUid) => {
      const dataset = syntheticDataset(NAMES);
      const file = writeDicomFile(dataset, { transferSyntaxUid });
      const whole = otherValues(file).size;
      let failures = 0;
      for (let length = 0; length < file.length; length += 1) {
        const cut = file.subarray(0, length);
        try {
          // Where it ends between two elements nobody can see that there were more.
          const rewritten = rewriteUids(cut, NEW).file;
          expect(otherValues(rewritten)).toEqual(otherValues(cut));
          expect(otherValues(rewritten).size).toBeLessThan(whole);
        } catch (error) {
          failures += 1;
          expect((error as Error).message).toMatch(
            /^(no DICOM file: |not readable as DICOM: |the file has no )./,
          );
          expect((error as Error).message).not.toMatch(/Phantom|2\.25\./);
        }
      }
      expect(failures).toBeGreaterThan(file.length - 20);
    },
  );
});

describe('frames', () => {
  const framesOf = (
    changes: SyntheticDataset,
    transferSyntaxUid: string = SYNTAX.explicit,
  ): readonly Buffer[] =>
    rewriteUids(writeDicomFile({ ...DATASET, ...changes }, { transferSyntaxUid }), NEW).frames;
  const pixels = syntheticPixels('pixels', 96);
  const three: SyntheticDataset = {
    '00280008': { vr: 'IS', value: '3' },
    '7FE00010': { vr: 'OW', value: pixels },
  };

  test.each([SYNTAX.explicit, SYNTAX.implicit])('are told apart in %s', (syntax) => {
    expect(framesOf(three, syntax)).toEqual([
      pixels.subarray(0, 32),
      pixels.subarray(32, 64),
      pixels.subarray(64, 96),
    ]);
  });

  test('are one where the file names no number', () => {
    expect(framesOf({ '00280008': undefined, '7FE00010': { vr: 'OW', value: pixels } })).toEqual([
      pixels.subarray(0, 32),
    ]);
  });

  test('count every sample of a pixel', () => {
    const color = { '00280002': { vr: 'US', value: [3] }, '00280100': { vr: 'US', value: [8] } };
    const content = { vr: 'OB', value: pixels.subarray(0, 48) };
    expect(framesOf({ ...color, '7FE00010': content })).toEqual([pixels.subarray(0, 48)]);
  });

  test.each<readonly [name: string, syntax: string, changes: SyntheticDataset]>([
    ['big endian', SYNTAX.bigEndian, three],
    ['deflated', SYNTAX.deflated, three],
    ['compressed', SYNTAX.jpeg2000, { '7FE00010': { vr: 'OB', value: { fragments: [pixels] } } }],
    ['absent', SYNTAX.explicit, { '7FE00010': undefined }],
    ['shorter than their number says', SYNTAX.explicit, { ...three, '00280008': { vr: 'IS', value: '4' } }],
    ['without rows', SYNTAX.explicit, { ...three, '00280010': undefined }],
    [
      'packed bits',
      SYNTAX.explicit,
      {
        '00280010': { vr: 'US', value: [3] },
        '00280011': { vr: 'US', value: [3] },
        '00280100': { vr: 'US', value: [1] },
      },
    ],
  ])('are not told where they are %s', (_name, syntax, changes) => {
    expect(framesOf(changes, syntax)).toEqual([]);
  });
});

const folder = process.env['TEST_DICOM_FOLDER'] ?? '';
const names = folder === '' ? [] : readdirSync(folder).filter((name) => name.endsWith('.dcm'));

(folder === '' ? describe.skip : describe)(
  'files of others (skipped unless TEST_DICOM_FOLDER names their folder)',
  () => {
    test('are there', () => {
      expect(names.length).toBeGreaterThan(0);
    });

    test.each(names)('%s is rewritten, or the reason is given', (name) => {
      const original = readFileSync(path.join(folder, name));
      let rewritten: Buffer;
      try {
        rewritten = rewriteUids(original, NEW).file;
      } catch (error) {
        expect((error as Error).message).toMatch(/^(not readable as DICOM: |the file has no )./);
        expect(name).toMatch(/truncated/);
        return;
      }
      expectUids(rewritten, NEW);
      expect(otherValues(rewritten)).toEqual(otherValues(original));
    });
  },
);
