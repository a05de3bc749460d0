import { chmodSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseDicom } from 'dicom-parser';
import { readGivenFiles } from '../../../verify/sample/given-files';
import { temporaryFolder } from '../../support/cli';
import { SYNTAX, syntheticDataset, uidOf, writeDicomFile } from '../../support/dicom-file';
import { errorOf } from '../../support/errors';

const STUDY = '2.25.4711';

function image(instance: string): Buffer {
  const names = { study: 'theirs', series: 'theirs', instance };
  return writeDicomFile(syntheticDataset(names, { '00100020': { vr: 'LO', value: instance } }));
}

/** A folder with these files. */
function folderWith(files: Readonly<Record<string, Buffer | string>>): ReturnType<typeof temporaryFolder> {
  const folder = temporaryFolder();
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder.path, name)), { recursive: true });
    writeFileSync(path.join(folder.path, name), content);
  }
  return folder;
}

describe('given files', () => {
  test('are read from every depth, by numbers in the order of their paths', () => {
    using folder = folderWith({ 'b.dcm': image('b'), 'a/2.dcm': image('a2'), 'a/1/IM0001': image('a1') });
    const { instances, unreadable } = readGivenFiles(folder.path, STUDY);
    expect(instances.map(({ label }) => label)).toEqual([
      'given file 1 of 3',
      'given file 2 of 3',
      'given file 3 of 3',
    ]);
    expect(instances.map(({ file }) => parseDicom(file).string('x00100020'))).toEqual(['a1', 'a2', 'b']);
    expect(unreadable).toEqual([]);
  });

  test('get UIDs of their own in the study of the verifier, and are expected to keep them', () => {
    using folder = folderWith({ '1.dcm': image('1'), '2.dcm': image('2') });
    const { instances } = readGivenFiles(folder.path, STUDY);
    const uids = instances.flatMap((one) => [one.seriesInstanceUid, one.sopInstanceUid]);
    expect(new Set(uids).size).toBe(4);
    expect(uids).not.toContain(uidOf('1'));
    for (const instance of instances) {
      const dataSet = parseDicom(instance.file);
      expect(instance.origin).toBe('given');
      expect(instance.expectedMetadata).toEqual({
        '00080016': dataSet.string('x00080016'),
        '00080018': dataSet.string('x00080018'),
        '0020000D': STUDY,
        '0020000E': dataSet.string('x0020000e'),
      });
      expect(dataSet.string('x0020000d')).toBe(STUDY);
      expect([instance.sopInstanceUid, instance.seriesInstanceUid]).toEqual([
        dataSet.string('x00080018'),
        dataSet.string('x0020000e'),
      ]);
    }
  });

  test('get the same UIDs in the same study, and others in another', () => {
    using folder = folderWith({ '1.dcm': image('1') });
    const first = readGivenFiles(folder.path, STUDY);
    expect(readGivenFiles(folder.path, STUDY)).toEqual(first);
    const [other] = readGivenFiles(folder.path, '2.25.4712').instances;
    expect(other?.sopInstanceUid).not.toBe(first.instances[0]?.sopInstanceUid);
  });

  test('bring their frames where these can be told', () => {
    const pixels = Buffer.alloc(32, 9);
    const dataset = {
      ...syntheticDataset({ study: 's', series: 's', instance: 'i' }),
      '7FE00010': { vr: 'OW', value: pixels },
    };
    using folder = folderWith({
      '1.dcm': writeDicomFile(dataset),
      '2.dcm': writeDicomFile(dataset, { transferSyntaxUid: SYNTAX.bigEndian }),
    });
    const { instances } = readGivenFiles(folder.path, STUDY);
    expect(instances.map(({ frames }) => frames)).toEqual([[pixels], []]);
  });

  test('that cannot be read are named with the reason, beside those that can', () => {
    using folder = folderWith({
      'good.dcm': image('good'),
      'sub/notes.txt': 'Phantom^Synthetic',
      'cut.dcm': image('cut').subarray(0, -10),
      'nobody.dcm': writeDicomFile(
        syntheticDataset({ study: 's', series: 's', instance: 'i' }, { '0020000E': undefined }),
      ),
    });
    const { instances, unreadable } = readGivenFiles(folder.path, STUDY);
    expect(instances.map(({ label }) => label)).toEqual(['given file 2 of 4']);
    expect(unreadable).toEqual([
      { file: 'given file 1 of 4', reason: 'not readable as DICOM: buffer overrun' },
      { file: 'given file 3 of 4', reason: 'the file has no SeriesInstanceUID' },
      { file: 'given file 4 of 4', reason: "no DICOM file: 'DICM' is missing at offset 128" },
    ]);
  });

  test('follow links to files, and name a link to nothing or to itself', () => {
    using folder = folderWith({ 'store/1': image('1') });
    symlinkSync('store/1', path.join(folder.path, 'linked.dcm'));
    symlinkSync('loop.dcm', path.join(folder.path, 'loop.dcm'));
    symlinkSync('nowhere', path.join(folder.path, 'dangling.dcm'));
    symlinkSync('store', path.join(folder.path, 'folder'));
    const { instances, unreadable } = readGivenFiles(folder.path, STUDY);
    expect(instances.map(({ label }) => label)).toEqual(['given file 2 of 4', 'given file 4 of 4']);
    expect(unreadable).toEqual([
      { file: 'given file 1 of 4', reason: 'it cannot be read (ENOENT)' },
      { file: 'given file 3 of 4', reason: 'it cannot be read (ELOOP)' },
    ]);
  });

  test('leave hidden files out', () => {
    using folder = folderWith({ '1.dcm': image('1'), '.DS_Store': 'x' });
    expect(readGivenFiles(folder.path, STUDY)).toMatchObject({
      instances: [{ label: 'given file 1 of 1' }],
      unreadable: [],
    });
  });

  test('are left as they are', () => {
    using folder = folderWith({ '1.dcm': image('1') });
    chmodSync(folder.path, 0o500);
    readGivenFiles(folder.path, STUDY);
    expect(readdirSync(folder.path)).toEqual(['1.dcm']);
    chmodSync(folder.path, 0o700);
  });
});

describe('a folder', () => {
  test('fails where it is not there', () => {
    using folder = temporaryFolder();
    const missing = path.join(folder.path, 'missing');
    expect(errorOf(() => readGivenFiles(missing, STUDY))).toMatchObject({
      name: 'ConfigError',
      message: `the folder of DICOM files '${missing}' cannot be read: ENOENT: no such file or directory, scandir '${missing}'`,
    });
  });

  test('fails where it is a file', () => {
    using folder = folderWith({ 'a.dcm': image('a') });
    const file = path.join(folder.path, 'a.dcm');
    expect(errorOf(() => readGivenFiles(file, STUDY))).toMatchObject({
      name: 'ConfigError',
      message: `the folder of DICOM files '${file}' cannot be read: ENOTDIR: not a directory, scandir '${file}'`,
    });
  });

  test.each<readonly [name: string, files: Readonly<Record<string, string>>]>([
    ['is empty', {}],
    ['holds hidden files only', { '.DS_Store': 'x' }],
  ])('fails where it %s', (_name, files) => {
    using folder = folderWith(files);
    mkdirSync(path.join(folder.path, 'empty'));
    expect(errorOf(() => readGivenFiles(folder.path, STUDY))).toMatchObject({
      name: 'ConfigError',
      message: `the folder of DICOM files '${folder.path}' holds no file`,
    });
  });
});
