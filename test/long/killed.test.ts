import { randomInt } from 'node:crypto';
import { mkdirSync, readdirSync, watch, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ChildProcess } from 'node:child_process';
import { ROLES } from '../../contract';
import type { Emulator } from '../../emulator';
import { SystemClock } from '../../verify';
import { type CliResult, runCli, temporaryFolder } from '../support/cli';
import { syntheticDataset, writeDicomFile } from '../support/dicom-file';
import { dicomSender, multipartOf, type SendDicom } from '../support/dicom-http';
import { fileSystemOf } from '../support/dicom-service';
import {
  assignRole,
  armOf,
  type ProvisionedLake,
  provisionLake,
  startTestEmulator,
} from '../support/emulator';
import { journalFilesBelow } from '../support/journals';

/** `KILL_MOMENTS=50` for a long run; `KILL_SEED` repeats one that failed. */
const MOMENTS = Number(process.env['KILL_MOMENTS'] ?? 2);
const SEED = Number(process.env['KILL_SEED'] ?? randomInt(2 ** 31));

jest.setTimeout(60_000 + MOMENTS * 20_000);

const PARTITIONS = ['ward-7', 'ward-8'];
const STATE = 'journal';

interface Bench extends AsyncDisposable {
  readonly folder: string;
  run(args: readonly string[], onStart?: (child: ChildProcess) => void): Promise<CliResult>;
  /** Studies in the index and DICOM files in the lake. */
  planes(): Promise<Planes>;
}

interface Planes {
  readonly studies: readonly string[];
  readonly files: readonly string[];
}

async function setUp(): Promise<Bench> {
  const emulator = await startTestEmulator({ fileRemovalPeriodMs: 100 });
  const lake = await provisionLake(emulator, { dataPartitionsEnabled: true });
  const { objectId } = emulator.ready.credentials.verifier;
  await assignRole(armOf(emulator), lake.containerId, ROLES.storageBlobDataContributor.id, objectId, 7);
  const folder = temporaryFolder();
  const { dicomService } = lake.manifest;
  const manifest = { ...lake.manifest, dicomService: { ...dicomService, partitions: PARTITIONS } };
  writeFileSync(path.join(folder.path, 'ready.json'), JSON.stringify(emulator.ready));
  writeFileSync(path.join(folder.path, 'manifest.json'), JSON.stringify(manifest));
  mkdirSync(path.join(folder.path, STATE));
  const send = await storeForeignStudies(emulator, lake);
  return {
    folder: folder.path,
    run: (args, onStart) =>
      runCli([...args, 'manifest.json', '--emulator', 'ready.json', '--state', STATE], {
        cwd: folder.path,
        ...(onStart === undefined ? {} : { onStart }),
      }),
    planes: () => planesOf(send, emulator, lake),
    [Symbol.asyncDispose]: async () => {
      await emulator.close();
      folder[Symbol.dispose]();
    },
  };
}

/** Images that are nobody's of the verifier, one in each partition. */
async function storeForeignStudies(emulator: Emulator, lake: ProvisionedLake): Promise<SendDicom> {
  const send = await dicomSender(emulator, lake);
  for (const partition of PARTITIONS) {
    const file = writeDicomFile(syntheticDataset({ study: partition, series: 's', instance: partition }));
    const { status } = await send(`/partitions/${partition}/studies`, {
      method: 'POST',
      accept: 'application/dicom+json',
      ...multipartOf([file]),
    });
    expect(status).toBe(200);
  }
  return send;
}

async function planesOf(send: SendDicom, emulator: Emulator, lake: ProvisionedLake): Promise<Planes> {
  const found = await Promise.all(
    PARTITIONS.map((partition) =>
      send(`/partitions/${partition}/studies`, { accept: 'application/dicom+json' }),
    ),
  );
  const studies = found.flatMap(({ text }, index) =>
    text === ''
      ? []
      : (JSON.parse(text) as StudyJson[]).map((study) => `${PARTITIONS[index]} ${uidIn(study)}`),
  );
  const files: string[] = [];
  for await (const { name = '', isDirectory } of fileSystemOf(emulator, lake).listPaths({ recursive: true }))
    if (isDirectory !== true && !name.includes('/healthCheck/')) files.push(name);
  return { studies: studies.sort(), files: files.sort() };
}

interface StudyJson {
  readonly '0020000D': { readonly Value: readonly string[] };
}

function uidIn(study: StudyJson): string {
  return study['0020000D'].Value[0] ?? '';
}

const VERIFY = [
  'verify',
  '--only',
  'dicomweb/instance-stored',
  'dicomweb/search-matches',
  'contract/file-removed-after-delete',
  '--file-removal-deadline',
  '20',
  '--health-window',
  '1',
];

/** When a run is killed: so long after its start, or as soon as its journal has changed so many times. */
type Moment = { readonly afterMs: number } | { readonly changes: number };

/** Every other one while the journal is being written; together all over the run. */
function momentsOf({ durationMs, changes }: Healthy): readonly Moment[] {
  const random = randomFrom(SEED);
  return Array.from({ length: MOMENTS }, (_, index) => {
    const share = (index + random()) / MOMENTS;
    return index % 2 === 0
      ? { afterMs: Math.round(share * durationMs) }
      : { changes: 1 + Math.floor(share * changes) };
  });
}

/** @see https://en.wikipedia.org/wiki/Linear_congruential_generator */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

interface Healthy {
  readonly durationMs: number;
  readonly changes: number;
}

const CLOCK = new SystemClock();

/** How long a run takes that nobody kills, and how often it changes its journal. */
async function measureHealthy(bench: Bench): Promise<Healthy> {
  await bench.run(VERIFY);
  let changes = 0;
  const watcher = watch(journalFolderOf(bench), () => (changes += 1));
  const start = CLOCK.now();
  const { exitCode, stdout } = await bench.run(VERIFY);
  watcher.close();
  expect([exitCode, stdout]).toEqual([0, expect.any(String)]);
  return { durationMs: CLOCK.now() - start, changes };
}

/** There is one service, so there is one folder. */
function journalFolderOf({ folder }: Bench): string {
  const state = path.join(folder, STATE);
  const [service = ''] = readdirSync(state);
  return path.join(state, service);
}

async function runAndKill(bench: Bench, moment: Moment): Promise<CliResult> {
  const end = new AbortController();
  const result = await bench.run(VERIFY, (child) => {
    const kill = (): unknown => child.kill('SIGKILL');
    if ('afterMs' in moment) {
      CLOCK.sleep(moment.afterMs, end.signal).then(kill, () => undefined);
      return;
    }
    let changes = 0;
    watch(journalFolderOf(bench), { signal: end.signal }, () => {
      changes += 1;
      if (changes === moment.changes) kill();
    });
  });
  end.abort();
  return result;
}

/** The service removes files of deleted images in its own time. */
async function planesInTheEnd(bench: Bench, wanted: Planes): Promise<Planes> {
  for (let tries = 0; ; tries += 1) {
    const planes = await bench.planes();
    if (tries === 30 || planes.files.length === wanted.files.length) return planes;
    await CLOCK.sleep(100);
  }
}

test(`a run that is killed at any of ${MOMENTS} moments leaves nothing that the next run or a sweep does not delete (KILL_SEED=${SEED})`, async () => {
  await using bench = await setUp();
  const before = await bench.planes();
  expect(before).toMatchObject({ studies: { length: 2 }, files: { length: 2 } });
  const moments = momentsOf(await measureHealthy(bench));
  const counts = { killed: 0, leftAJournal: 0, leftSomething: 0 };
  for (const [index, moment] of moments.entries()) {
    const { exitCode } = await runAndKill(bench, moment);
    if (exitCode === null) counts.killed += 1;
    if (journalFilesBelow(path.join(bench.folder, STATE)).length > 0) counts.leftAJournal += 1;
    if ((await bench.planes()).studies.length > 2) counts.leftSomething += 1;

    const next = await bench.run(index % 2 === Math.floor(index / 2) % 2 ? ['sweep', '--json'] : VERIFY);
    const seen = {
      moment,
      exitCode: next.exitCode,
      journals: journalFilesBelow(path.join(bench.folder, STATE)),
      planes: await planesInTheEnd(bench, before),
    };
    expect(seen).toEqual({ moment, exitCode: 0, journals: [], planes: before });
  }
  if (process.env['KILL_MOMENTS'] !== undefined)
    process.stderr.write(`${JSON.stringify({ SEED, ...counts })}\n`);
  expect(counts.killed).toBeGreaterThan(MOMENTS / 2);
  expect(counts.leftAJournal).toBeGreaterThan(0);
});
