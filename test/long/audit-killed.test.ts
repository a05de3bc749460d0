import { randomInt } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ROLES } from '../../contract';
import { type AuditReport, SystemClock } from '../../verify';
import { runCli, temporaryFolder } from '../support/cli';
import { recordsOf } from '../support/csv';
import { armOf, assignRole } from '../support/emulator';
import { type ListedLakeBench, startListedLake } from '../support/listed-lake';

/** `KILL_MOMENTS=50` for a long run. */
const MOMENTS = Math.min(10, Number(process.env['KILL_MOMENTS'] ?? 3));
const FILES = 20_000;
/** Of each page, so that a listing takes some seconds. */
const DELAY_MS = 700;

jest.setTimeout(120_000 + MOMENTS * 30_000);

const clock = new SystemClock();
let bench: ListedLakeBench;
let folder: ReturnType<typeof temporaryFolder>;

beforeAll(async () => {
  bench = await startListedLake(FILES);
  folder = temporaryFolder();
  const { manifest } = bench.request();
  const { objectId } = bench.emulator.ready.credentials.verifier;
  const container = `${manifest.lake.storageAccountId}/blobServices/default/containers/dicom`;
  await assignRole(armOf(bench.emulator), container, ROLES.storageBlobDataReader.id, objectId, 3);
  writeFileSync(path.join(folder.path, 'manifest.json'), JSON.stringify(manifest));
  writeFileSync(path.join(folder.path, 'ready.json'), JSON.stringify(bench.emulator.ready));
});

afterAll(async () => {
  folder[Symbol.dispose]();
  await bench[Symbol.asyncDispose]();
});

const AUDIT = [
  'audit',
  'manifest.json',
  '--emulator',
  'ready.json',
  '--concurrency',
  '2',
  '--json',
  '--quiet',
];

/** What does not depend on when it was asked, and how often. */
function answerIn(name: string, stdout: string): object {
  const { total, byTier, byKind, byPartition, byAge, findings } = JSON.parse(stdout) as AuditReport;
  const found = recordsOf(readFileSync(path.join(folder.path, name), 'utf8'))
    .map(({ finding, path: file }) => `${finding} ${file}`)
    .sort();
  return { total, byTier, byKind, byPartition, byAge, findings, found };
}

test(`killed at ${MOMENTS} moments, it goes on and answers the same`, async () => {
  const whole = await runCli([...AUDIT, '--findings', 'whole.csv'], { cwd: folder.path });
  expect(whole.exitCode).toBe(1);
  const truth = answerIn('whole.csv', whole.stdout);
  expect(truth).toMatchObject({ total: { count: FILES } });
  bench.tamper = async (_request, forward) => {
    await clock.sleep(DELAY_MS);
    // Whoever asked may have been killed meanwhile.
    return await forward().catch(() => 'cut' as const);
  };
  let resumed = 0;
  for (let moment = 0; moment < MOMENTS; moment += 1) {
    const [checkpoint, findings] = [`checkpoint-${moment}.json`, `findings-${moment}.csv`];
    const args = [...AUDIT, '--checkpoint', checkpoint, '--findings', findings];
    const killAfter = randomInt(1_500, 5_500);
    const killed = await runCli(args, {
      cwd: folder.path,
      onStart: (child) => void clock.sleep(killAfter).then(() => child.kill('SIGKILL')),
    });
    if (killed.exitCode === null && existsSync(path.join(folder.path, checkpoint))) resumed += 1;
    const before = bench.requests.length;
    const result = await runCli(args, { cwd: folder.path });
    const after = bench.requests.length - before;
    expect([moment, killAfter, answerIn(findings, result.stdout)]).toEqual([moment, killAfter, truth]);
    expect(after).toBeGreaterThan(0);
    expect(existsSync(path.join(folder.path, checkpoint))).toBe(false);
  }
  expect(resumed).toBeGreaterThan(0);
});
