import { existsSync, mkdirSync, readFileSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { machineTime } from '../../../verify/heartbeat';
import { Journal } from '../../../verify/sample/journal';
import { type JournalSearch, otherJournals } from '../../../verify/sample/other-journals';
import {
  HEARTBEAT_MS,
  type RunIdentity,
  type RunOwner,
  SETTLE_MS,
  STALE_MS,
} from '../../../verify/sample/run-owner';
import { temporaryFolder } from '../../support/cli';
import { errorOf } from '../../support/errors';
import { journalFilesBelow } from '../../support/journals';

const SERVICE = 'https://hospital-images.dicom.azurehealthcareapis.com';
const SERVICE_PATH = 'AHDS/hospital/dicom/images';
const V2 = `${SERVICE}/v2`;
const NOW = 1_800_000_000_000;
const THERE: RunOwner = { host: 'runner-1', pid: 4711, processStart: '99' };

interface Left {
  readonly file: string;
  readonly runUid: string;
}

/** The journal of a run that gave its last sign of life so long ago. */
function leave(folder: string, beforeMs: number, owner?: RunOwner): Left {
  const journal = Journal.open(folder, SERVICE, owner === undefined ? {} : { owner });
  journal.add({ studyInstanceUid: journal.runUid, baseUrl: V2 });
  journal.beat(NOW - beforeMs);
  const file = journalFilesBelow(folder).find((name) => name.endsWith(`${journal.runUid}.json`)) ?? '';
  return { file, runUid: journal.runUid };
}

function found(folder: string, changes: Partial<JournalSearch> = {}): ReturnType<typeof otherJournals> {
  return otherJournals({ folder, serviceUrl: SERVICE, servicePath: SERVICE_PATH, now: NOW, ...changes });
}

/** This run, on a machine where other processes are as said. */
function identity(alive: boolean | undefined, host = THERE.host): RunIdentity {
  return { host, pid: 1, isAlive: () => alive };
}

describe('a journal of another run', () => {
  test('is none where there is no folder', () => {
    using folder = temporaryFolder();
    expect(found(folder.path)).toEqual([]);
  });

  test.each<
    readonly [name: string, beforeMs: number, alive: boolean | undefined | 'elsewhere', state: string]
  >([
    ['lives while its process does, without a heartbeat too', STALE_MS * 10, true, 'live'],
    ['is dead with its process', SETTLE_MS, false, 'dead'],
    ['may have a request at work where its process died a moment ago', SETTLE_MS - 1, false, 'unsettled'],
    ['goes by its heartbeat where its process cannot be told from another', STALE_MS - 1, undefined, 'live'],
    ['is dead without one', STALE_MS, undefined, 'dead'],
    ['goes by its heartbeat on another machine', STALE_MS - 1, 'elsewhere', 'live'],
    ['is dead without one there', STALE_MS, 'elsewhere', 'dead'],
    ['lives where clocks disagree', -3_600_000, 'elsewhere', 'live'],
  ])('%s', (_name, beforeMs, alive, state) => {
    using folder = temporaryFolder();
    const { runUid } = leave(folder.path, beforeMs, THERE);
    const who = alive === 'elsewhere' ? identity(false, 'runner-2') : identity(alive);
    expect(found(folder.path, { identity: who })).toMatchObject([
      { runUid, state, owner: THERE, entries: [{ studyInstanceUid: runUid }] },
    ]);
  });

  test('goes by its heartbeat where it names no process, and where who looks is none', () => {
    using folder = temporaryFolder();
    leave(folder.path, STALE_MS - 1);
    expect(found(folder.path, { identity: identity(false) })).toMatchObject([{ state: 'live' }]);
    leave(folder.path, STALE_MS - 1, THERE);
    expect(found(folder.path)).toMatchObject([{ state: 'live' }, { state: 'live' }]);
  });

  test('beats often enough to be settled soon and not to be taken for dead', () => {
    expect(HEARTBEAT_MS * 10).toBeLessThan(STALE_MS);
    expect(SETTLE_MS).toBeGreaterThan(HEARTBEAT_MS);
  });

  test('is dead at once where its run has ended, in a process that lives', () => {
    using folder = temporaryFolder();
    const journal = Journal.open(folder.path, SERVICE, { owner: THERE });
    journal.add({ studyInstanceUid: journal.runUid, baseUrl: V2 });
    journal.end();
    expect(found(folder.path, { identity: identity(true), now: machineTime() })).toMatchObject([
      { state: 'dead' },
    ]);
  });

  test('is discarded alone', () => {
    using folder = temporaryFolder();
    leave(folder.path, STALE_MS);
    leave(folder.path, 0);
    const [first, second] = found(folder.path);
    first?.discard();
    first?.discard();
    expect(found(folder.path).map(({ runUid }) => runUid)).toEqual([second?.runUid]);
  });

  test('of another service is not looked at', () => {
    using folder = temporaryFolder();
    const { file } = leave(folder.path, STALE_MS);
    writeFileSync(file, 'no journal');
    expect(found(folder.path, { serviceUrl: 'https://pacs.example.org' })).toEqual([]);
  });

  test('that was never finished is no journal, and goes once its run cannot be writing any more', () => {
    using folder = temporaryFolder();
    const { file } = leave(folder.path, 0);
    const next = `${file}.next`;
    renameSync(file, next);
    writeFileSync(next, '{"entries": [{"kind"');
    utimesSync(next, NOW / 1000 - 1, NOW / 1000 - 1);
    expect(found(folder.path)).toEqual([]);
    expect(existsSync(next)).toBe(true);
    expect(found(folder.path, { now: NOW + STALE_MS })).toEqual([]);
    expect(existsSync(next)).toBe(false);
  });
});

describe('a journal that was tampered with is refused and stays as it is:', () => {
  const refuses = (content: string, problem: string): void => {
    using folder = temporaryFolder();
    const { file } = leave(folder.path, STALE_MS);
    writeFileSync(file, content);
    expect(errorOf(() => found(folder.path))).toMatchObject({
      name: 'ConfigError',
      message: `the journal '${file}' cannot be read: ${problem}; it names what a run of the verifier may have left in the service: look into it before you remove it`,
    });
    expect(readFileSync(file, 'utf8')).toBe(content);
  };

  test.each<readonly [name: string, content: string, problem: string]>([
    ['cut short', '{"entries": [', 'it is no JSON'],
    ['empty', '', 'it is no JSON'],
    ['null', 'null', 'its schemaVersion is not 1'],
    ['a list', '[]', 'its schemaVersion is not 1'],
    ['of another version', '{"schemaVersion": 2, "entries": []}', 'its schemaVersion is not 1'],
    ['without a seed', '{"schemaVersion": 1, "entries": []}', 'its name does not follow from its seed'],
    [
      'with another seed',
      '{"schemaVersion": 1, "seed": "guess", "entries": []}',
      'its name does not follow from its seed',
    ],
  ])('%s', (_name, content, problem) => refuses(content, problem));

  test.each<readonly [name: string, changes: (runUid: string) => object, problem: string]>([
    ['without entries', () => ({ entries: undefined }), 'it has no list of entries'],
    ['with entries that are no list', () => ({ entries: { 0: 1 } }), 'it has no list of entries'],
    ['with an end that is none', () => ({ ended: 'yes' }), "its 'ended' is not true"],
    ['of no process', () => ({ owner: { host: 'runner-1', pid: -1 } }), 'its owner is no process'],
    ['of every process', () => ({ owner: { host: 'runner-1', pid: 0 } }), 'its owner is no process'],
    [
      'of a host that would paint on a terminal',
      () => ({ owner: { host: '\u001b[2J', pid: 1 } }),
      'its owner is no process',
    ],
    ...(
      [
        ['null', () => null],
        ['a text', (run: string) => run],
        ['of no kind', (run: string) => ({ studyInstanceUid: run, baseUrl: V2 })],
        ['of a kind not known', (run: string) => ({ kind: 'account', studyInstanceUid: run, baseUrl: V2 })],
        ['without a place', (run: string) => ({ kind: 'study', studyInstanceUid: run })],
        [
          'a study of a patient',
          () => ({ kind: 'study', studyInstanceUid: '1.2.840.113619.2.1', baseUrl: V2 }),
        ],
        [
          'a study of a patient under 2.25',
          () => ({ kind: 'study', studyInstanceUid: '2.25.1', baseUrl: V2 }),
        ],
        [
          'a study of a patient with a name',
          () => ({ kind: 'study', studyInstanceUid: '2.25.1', baseUrl: V2, name: 'x' }),
        ],
        [
          'a study with a path in it',
          (run: string) => ({ kind: 'study', studyInstanceUid: `${run}/series/2`, baseUrl: V2 }),
        ],
        [
          'at another service',
          (run: string) => ({ kind: 'study', studyInstanceUid: run, baseUrl: 'https://evil.example.org/v2' }),
        ],
        [
          'at a service whose name begins alike',
          (run: string) => ({
            kind: 'study',
            studyInstanceUid: run,
            baseUrl: `${SERVICE}.evil.example.org/v2`,
          }),
        ],
        [
          'without https',
          (run: string) => ({ kind: 'study', studyInstanceUid: run, baseUrl: V2.replace('https', 'http') }),
        ],
        ['the whole service in the lake', () => ({ kind: 'lake-folder', path: SERVICE_PATH })],
        [
          'a partition in the lake',
          () => ({ kind: 'lake-folder', path: `${SERVICE_PATH}/Microsoft.Default` }),
        ],
        ['another run in the lake', () => ({ kind: 'lake-folder', path: 'dicom-lake-verify/2.25.1' })],
        [
          'a way up in the lake',
          (run: string) => ({ kind: 'lake-folder', path: `dicom-lake-verify/${run}/..` }),
        ],
        ['a folder that is no text', () => ({ kind: 'lake-folder', path: ['dicom-lake-verify'] })],
      ] as const
    ).map(
      ([name, entry]) =>
        [
          `with an entry ${name}`,
          (run: string) => ({ entries: [{ kind: 'study', studyInstanceUid: run, baseUrl: V2 }, entry(run)] }),
          'an entry is malformed, or not of this run or service',
        ] as const,
    ),
  ])('%s', (_name, changes, problem) => {
    using folder = temporaryFolder();
    const { file, runUid } = leave(folder.path, STALE_MS);
    const content = JSON.stringify({
      ...(JSON.parse(readFileSync(file, 'utf8')) as object),
      ...changes(runUid),
    });
    writeFileSync(file, content);
    expect(errorOf(() => found(folder.path))).toMatchObject({
      name: 'ConfigError',
      message: expect.stringContaining(`cannot be read: ${problem}; it names`) as unknown,
    });
    expect(readFileSync(file, 'utf8')).toBe(content);
  });

  test('a good one under another name', () => {
    using folder = temporaryFolder();
    const { file } = leave(folder.path, STALE_MS);
    renameSync(file, path.join(path.dirname(file), '2.25.1.json'));
    expect(() => found(folder.path)).toThrow('its name does not follow from its seed');
  });

  test('a folder in the place of one', () => {
    using folder = temporaryFolder();
    const { file } = leave(folder.path, STALE_MS);
    mkdirSync(path.join(path.dirname(file), '2.25.2.json'));
    expect(() => found(folder.path)).toThrow('cannot be read: EISDIR;');
  });
});
