import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Journal, type JournalledStudy } from '../../../verify/sample/journal';
import { temporaryFolder } from '../../support/cli';
import { errorOf } from '../../support/errors';

const SERVICE = 'https://hospital-images.dicom.azurehealthcareapis.com';
const FIRST: JournalledStudy = { studyInstanceUid: '2.25.1', baseUrl: `${SERVICE}/v2` };
const SECOND: JournalledStudy = { studyInstanceUid: '2.25.2', baseUrl: `${SERVICE}/v2` };
const FIRST_ELSEWHERE: JournalledStudy = {
  studyInstanceUid: '2.25.1',
  baseUrl: `${SERVICE}/v2/partitions/ward-7`,
};

function onlyFileOf(folder: string): string {
  const names = readdirSync(folder);
  expect(names).toHaveLength(1);
  return path.join(folder, names[0] ?? '');
}

function onDisk(folder: string): unknown {
  return JSON.parse(readFileSync(onlyFileOf(folder), 'utf8'));
}

describe('a journal', () => {
  test('writes nothing before there is something to write', () => {
    using folder = temporaryFolder();
    expect(Journal.open(folder.path, SERVICE).studies).toEqual([]);
    expect(readdirSync(folder.path)).toEqual([]);
  });

  test('has a study on disk as soon as it was added, in a folder that it makes', () => {
    using folder = temporaryFolder();
    const deep = path.join(folder.path, 'state', 'verify');
    const journal = Journal.open(deep, SERVICE);
    journal.add(FIRST);
    expect(onDisk(deep)).toEqual({ studies: [FIRST] });
    journal.add(SECOND);
    expect(onDisk(deep)).toEqual({ studies: [FIRST, SECOND] });
  });

  test('can be read by its owner only', () => {
    using folder = temporaryFolder();
    Journal.open(folder.path, SERVICE).add(FIRST);
    expect(statSync(onlyFileOf(folder.path)).mode & 0o777).toBe(0o600);
  });

  test('comes back as it was', () => {
    using folder = temporaryFolder();
    const journal = Journal.open(folder.path, SERVICE);
    for (const study of [FIRST, SECOND, FIRST_ELSEWHERE]) journal.add(study);
    expect(Journal.open(folder.path, SERVICE).studies).toEqual([FIRST, SECOND, FIRST_ELSEWHERE]);
  });

  test('strikes one study in one place only, in memory and on disk', () => {
    using folder = temporaryFolder();
    const journal = Journal.open(folder.path, SERVICE);
    for (const study of [FIRST, SECOND, FIRST_ELSEWHERE]) journal.add(study);
    journal.remove(FIRST);
    expect(journal.studies).toEqual([SECOND, FIRST_ELSEWHERE]);
    expect(onDisk(folder.path)).toEqual({ studies: [SECOND, FIRST_ELSEWHERE] });
    journal.remove(FIRST);
    expect(Journal.open(folder.path, SERVICE).studies).toEqual([SECOND, FIRST_ELSEWHERE]);
  });

  test('is another for another service', () => {
    using folder = temporaryFolder();
    Journal.open(folder.path, SERVICE).add(FIRST);
    const other = Journal.open(folder.path, 'https://pacs.example.org/dicom-web');
    expect(other.studies).toEqual([]);
    other.add({ studyInstanceUid: '2.25.9', baseUrl: 'https://pacs.example.org/dicom-web' });
    expect(Journal.open(folder.path, SERVICE).studies).toEqual([FIRST]);
  });

  test('keeps what is on disk where a new entry cannot be written, and does not pretend', () => {
    using folder = temporaryFolder();
    const journal = Journal.open(folder.path, SERVICE);
    journal.add(FIRST);
    mkdirSync(`${onlyFileOf(folder.path)}.next`);
    expect(errorOf(() => journal.add(SECOND))).toMatchObject({ code: 'EISDIR' });
    expect(journal.studies).toEqual([FIRST]);
    expect(Journal.open(folder.path, SERVICE).studies).toEqual([FIRST]);
  });

  test('is not confused by the rest of a run that died while writing', () => {
    using folder = temporaryFolder();
    const journal = Journal.open(folder.path, SERVICE);
    journal.add(FIRST);
    const file = onlyFileOf(folder.path);
    writeFileSync(`${file}.next`, '{"studies": [{"studyInst');
    const next = Journal.open(folder.path, SERVICE);
    expect(next.studies).toEqual([FIRST]);
    next.add(SECOND);
    expect(onDisk(folder.path)).toEqual({ studies: [FIRST, SECOND] });
  });
});

describe('a journal on disk', () => {
  const tellsToLookIntoIt = (content: string, problem: string): void => {
    using folder = temporaryFolder();
    Journal.open(folder.path, SERVICE).add(FIRST);
    const file = onlyFileOf(folder.path);
    writeFileSync(file, content);
    expect(errorOf(() => Journal.open(folder.path, SERVICE))).toMatchObject({
      name: 'ConfigError',
      message: `the journal '${file}' cannot be read: ${problem}; it names studies of the verifier that may still be in the service: look into it before you remove it`,
    });
    expect(readFileSync(file, 'utf8')).toBe(content);
  };

  test.each<readonly [name: string, content: string, problem: string]>([
    ['is cut short', '{"studies": [', 'Unexpected end of JSON input'],
    ['is empty', '', 'Unexpected end of JSON input'],
    ['is null', 'null', 'it has no list of studies'],
    ['has no studies', '{}', 'it has no list of studies'],
    ['has studies that are no list', '{"studies": {"0": 1}}', 'it has no list of studies'],
  ])('fails where it %s', (_name, content, problem) => {
    tellsToLookIntoIt(content, problem);
  });

  test.each<readonly [name: string, entry: unknown]>([
    ['null', null],
    ['a text', '2.25.1'],
    ['without a place', { studyInstanceUid: '2.25.1' }],
    ['of a study that the verifier cannot have made', { ...FIRST, studyInstanceUid: '1.2.840.113619.2.1' }],
    ['of a UID with a path in it', { ...FIRST, studyInstanceUid: '2.25.1/series/2' }],
    ['of a UID that is too long', { ...FIRST, studyInstanceUid: `2.25.${'1'.repeat(40)}` }],
    ['of another service', { ...FIRST, baseUrl: 'https://evil.example.org/v2' }],
    ['of a service whose name begins alike', { ...FIRST, baseUrl: `${SERVICE}.evil.example.org/v2` }],
    ['without https', { ...FIRST, baseUrl: FIRST.baseUrl.replace('https', 'http') }],
  ])('fails where an entry is %s', (_name, entry) => {
    tellsToLookIntoIt(
      JSON.stringify({ studies: [SECOND, entry] }),
      'an entry is malformed, or of another service',
    );
  });

  test('is good with the URL of the service itself, with or without a slash', () => {
    using folder = temporaryFolder();
    const journal = Journal.open(folder.path, `${SERVICE}/`);
    journal.add({ studyInstanceUid: '2.25.1', baseUrl: SERVICE });
    expect(Journal.open(folder.path, `${SERVICE}/`).studies).toHaveLength(1);
  });
});
