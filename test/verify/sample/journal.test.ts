import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { Journal } from '../../../verify/sample/journal';
import type { JournalledStudy } from '../../../verify/sample/journal-entry';
import { studyUid } from '../../../verify/sample/journal-entry';
import { temporaryFolder } from '../../support/cli';
import { errorOf } from '../../support/errors';
import { journalFilesBelow } from '../../support/journals';

const SERVICE = 'https://hospital-images.dicom.azurehealthcareapis.com';
const SERVICE_PATH = 'AHDS/hospital/dicom/images';
const V2 = `${SERVICE}/v2`;

/** A journal with three studies of its run. */
function withThree(folder: string): {
  readonly journal: Journal;
  readonly studies: readonly JournalledStudy[];
} {
  const journal = Journal.open(folder, SERVICE);
  const studies = [
    { studyInstanceUid: journal.runUid, baseUrl: V2 },
    { studyInstanceUid: studyUid(journal.runUid, 'search'), baseUrl: V2, name: 'search' },
    { studyInstanceUid: journal.runUid, baseUrl: `${V2}/partitions/ward-7` },
  ];
  for (const study of studies) journal.add(study);
  return { journal, studies };
}

function onlyFileOf(folder: string): string {
  const [file, ...others] = journalFilesBelow(folder);
  expect(others).toEqual([]);
  return file ?? '';
}

function onDisk(folder: string): unknown {
  return JSON.parse(readFileSync(onlyFileOf(folder), 'utf8'));
}

describe('a journal', () => {
  test('writes nothing before there is something to write', () => {
    using folder = temporaryFolder();
    const journal = Journal.open(folder.path, SERVICE);
    expect(journal.studies).toEqual([]);
    journal.beat(1_800_000_000_000);
    journal.end();
    expect(readdirSync(folder.path)).toEqual([]);
  });

  test('has what is added on disk at once, under the UID of the run, in a folder that it makes', () => {
    using folder = temporaryFolder();
    const deep = path.join(folder.path, 'state', 'verify');
    const owner = { host: 'runner-1', pid: 4711, processStart: '99' };
    const journal = Journal.open(deep, SERVICE, { owner, servicePath: SERVICE_PATH });
    journal.add({ studyInstanceUid: journal.runUid, baseUrl: V2 });
    expect(path.basename(onlyFileOf(deep))).toBe(`${journal.runUid}.json`);
    const study = { kind: 'study', studyInstanceUid: journal.runUid, baseUrl: V2 };
    const seed = expect.stringMatching(/^[0-9a-f-]{36}$/) as unknown;
    expect(onDisk(deep)).toEqual({ schemaVersion: 1, seed, owner, entries: [study] });
    journal.addFolder(`dicom-lake-verify/${journal.runUid}`);
    expect(onDisk(deep)).toMatchObject({
      entries: [study, { kind: 'lake-folder', path: `dicom-lake-verify/${journal.runUid}` }],
    });
  });

  test('can be read by its owner only', () => {
    using folder = temporaryFolder();
    withThree(folder.path);
    expect(statSync(onlyFileOf(folder.path)).mode & 0o777).toBe(0o600);
  });

  test('is a file of its own for each run, in a folder for each service', () => {
    using folder = temporaryFolder();
    const runs = [SERVICE, SERVICE, `${SERVICE}/`, 'https://pacs.example.org/dicom-web'].map((url) => {
      const journal = Journal.open(folder.path, url);
      journal.add({ studyInstanceUid: journal.runUid, baseUrl: url.replace(/\/$/, '') });
      return journal.runUid;
    });
    expect(new Set(runs).size).toBe(4);
    expect(
      readdirSync(folder.path)
        .map((name) => readdirSync(path.join(folder.path, name)).length)
        .sort(),
    ).toEqual([1, 3]);
  });

  test('strikes one study in one place only, in memory and on disk', () => {
    using folder = temporaryFolder();
    const { journal, studies } = withThree(folder.path);
    const [first, second, elsewhere] = studies as [JournalledStudy, JournalledStudy, JournalledStudy];
    expect(journal.studies).toEqual(studies);
    journal.remove(first);
    expect(journal.studies).toEqual([second, elsewhere]);
    expect(onDisk(folder.path)).toMatchObject({ entries: [second, elsewhere] });
    journal.remove(first);
    expect(journal.studies).toEqual([second, elsewhere]);
  });

  test('is no file any more when nothing is in it', () => {
    using folder = temporaryFolder();
    const { journal, studies } = withThree(folder.path);
    journal.addFolder(`dicom-lake-verify/${journal.runUid}`);
    for (const study of studies) journal.remove(study);
    expect(journal.folders).toEqual([`dicom-lake-verify/${journal.runUid}`]);
    expect(journalFilesBelow(folder.path)).toHaveLength(1);
    journal.removeFolder(`dicom-lake-verify/${journal.runUid}`);
    expect(journalFilesBelow(folder.path)).toEqual([]);
  });

  test('strikes nothing while it is not known what became of a request', () => {
    using folder = temporaryFolder();
    const { journal, studies } = withThree(folder.path);
    journal.doubt();
    for (const study of studies) journal.remove(study);
    expect(journal.studies).toEqual(studies);
    expect(onDisk(folder.path)).toMatchObject({ entries: studies });
    journal.settle();
    for (const study of studies) journal.remove(study);
    expect(journalFilesBelow(folder.path)).toEqual([]);
  });

  test('shows by the time of its file that its run lives, and comes back where somebody removed it', () => {
    using folder = temporaryFolder();
    const { journal, studies } = withThree(folder.path);
    const file = onlyFileOf(folder.path);
    utimesSync(file, 1, 1);
    journal.beat(1_800_000_000_000);
    expect(statSync(file).mtimeMs).toBe(1_800_000_000_000);
    rmSync(file);
    journal.beat(1_800_000_000_000);
    expect(onDisk(folder.path)).toMatchObject({ entries: studies });
  });

  test('says that its run has ended where it leaves something', () => {
    using folder = temporaryFolder();
    const { journal, studies } = withThree(folder.path);
    journal.end();
    expect(onDisk(folder.path)).toMatchObject({ ended: true, entries: studies });
  });

  test('keeps what is on disk where a new entry cannot be written, and does not pretend', () => {
    using folder = temporaryFolder();
    const journal = Journal.open(folder.path, SERVICE);
    const first = { studyInstanceUid: journal.runUid, baseUrl: V2 };
    journal.add(first);
    mkdirSync(`${onlyFileOf(folder.path)}.next`);
    const second = { ...first, baseUrl: `${V2}/partitions/ward-7` };
    expect(errorOf(() => journal.add(second))).toMatchObject({ code: 'EISDIR' });
    expect(journal.studies).toEqual([first]);
    expect(onDisk(folder.path)).toMatchObject({ entries: [first] });
  });
});

describe('a journal takes nothing that is not of its run:', () => {
  test.each<readonly [name: string, study: (runUid: string) => object]>([
    ['a study of somebody else', () => ({ studyInstanceUid: '2.25.1', baseUrl: V2 })],
    [
      'a study under a name from which another UID follows',
      (run) => ({ studyInstanceUid: run, baseUrl: V2, name: 'a' }),
    ],
    [
      'a study at another service',
      (run) => ({ studyInstanceUid: run, baseUrl: 'https://evil.example.org/v2' }),
    ],
    ['a study above the service', (run) => ({ studyInstanceUid: run, baseUrl: `${V2}/../..` })],
    ['a study with a query behind', (run) => ({ studyInstanceUid: run, baseUrl: `${V2}?sig=x` })],
  ])('%s', (_name, study) => {
    using folder = temporaryFolder();
    const journal = Journal.open(folder.path, SERVICE);
    expect(() => journal.add(study(journal.runUid) as JournalledStudy)).toThrow("the run's own");
    expect(readdirSync(folder.path)).toEqual([]);
  });

  test.each<readonly [name: string, path: (runUid: string) => string]>([
    ['the root of the container', () => ''],
    ['the folder of all runs', () => 'dicom-lake-verify'],
    ['the folder of another run', () => 'dicom-lake-verify/2.25.1'],
    ['a folder of the run at the root', (run) => run],
    ['a folder of the run elsewhere', (run) => `research/${run}`],
    ['the folder of the service', () => SERVICE_PATH],
    ['the folder of another service', (run) => `AHDS/hospital/dicom/images-2/${run}`],
    ['a way up', (run) => `${SERVICE_PATH}/../${run}`],
    ['what begins with a slash', (run) => `/dicom-lake-verify/${run}`],
    ['what ends with one', (run) => `dicom-lake-verify/${run}/`],
    ['an empty segment', (run) => `${SERVICE_PATH}//${run}`],
    ['an escape', (run) => `${SERVICE_PATH}/%2e%2e/${run}`],
    ['what lies below the folder of the run', (run) => `dicom-lake-verify/${run}/deeper`],
  ])('%s', (_name, pathOf) => {
    using folder = temporaryFolder();
    const journal = Journal.open(folder.path, SERVICE, { servicePath: SERVICE_PATH });
    expect(() => journal.addFolder(pathOf(journal.runUid))).toThrow("the run's own");
    expect(readdirSync(folder.path)).toEqual([]);
  });

  test('but a folder named with its UID below that of the service', () => {
    using folder = temporaryFolder();
    const journal = Journal.open(folder.path, SERVICE, { servicePath: SERVICE_PATH });
    const own = `${SERVICE_PATH}/Microsoft.Default/${journal.runUid}`;
    journal.addFolder(own);
    expect(journal.folders).toEqual([own]);
    const knowsNoLake = Journal.open(folder.path, SERVICE);
    expect(() => knowsNoLake.addFolder(`${SERVICE_PATH}/${knowsNoLake.runUid}`)).toThrow("the run's own");
  });
});
