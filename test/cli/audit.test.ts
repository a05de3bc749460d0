import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ManualClock } from '../../emulator';
import type { AuditReport } from '../../verify';
import { type CliResult, runCli, temporaryFolder } from '../support/cli';
import { recordsOf } from '../support/csv';
import { syntheticDataset, writeDicomFile } from '../support/dicom-file';
import { startDicomService, type TestDicomService } from '../support/dicom-service';
import { storageClients } from '../support/storage-clients';

jest.setTimeout(60_000);

let service: TestDicomService;
let folder: ReturnType<typeof temporaryFolder>;
let images: readonly string[];

beforeAll(async () => {
  // Long ago: what is younger than ten minutes may still be on its way.
  service = await startDicomService({ clock: new ManualClock(Date.UTC(2026, 0, 1)) });
  folder = temporaryFolder();
  const stored = await service.store(
    ['1', '2', '3'].map((instance) =>
      writeDicomFile(syntheticDataset({ study: 's', series: 'e', instance })),
    ),
  );
  expect(stored.status).toBe(200);
  images = await service.files();
  writeFileSync(path.join(folder.path, 'ready.json'), JSON.stringify(service.emulator.ready));
  writeFileSync(path.join(folder.path, 'manifest.json'), JSON.stringify(service.lake.manifest));
});

afterAll(async () => {
  folder[Symbol.dispose]();
  await service[Symbol.asyncDispose]();
});

function run(...args: readonly string[]): Promise<CliResult> {
  return runCli(['audit', 'manifest.json', '--emulator', 'ready.json', ...args], { cwd: folder.path });
}

function reportOf({ stdout }: CliResult): AuditReport {
  return JSON.parse(stdout) as AuditReport;
}

function written(name: string): string {
  return readFileSync(path.join(folder.path, name), 'utf8');
}

test('tells that all is well, in words and as JSON', async () => {
  const text = await run();
  expect(text).toMatchObject({ exitCode: 0, stderr: '' });
  expect(text.stdout).toContain('3 files');
  const json = await run('--json', '--index');
  expect(json.exitCode).toBe(0);
  expect(reportOf(json)).toMatchObject({
    complete: true,
    byPartition: [{ partition: 'Microsoft.Default', count: 3 }],
    findings: [],
    index: { entries: 3, images: 3, lost: { count: 0 }, unknown: { count: 0 }, unsettled: 0 },
    cost: { currency: 'USD', planned: { planOrigin: 'example' } },
  });
});

test('names what stands out, in every report and in a file of its own', async () => {
  const { container } = storageClients(service.emulator, service.lake);
  const [archived = '', deleted = ''] = images;
  const foreign = `${path.posix.dirname(archived)}/notes, "new".txt`;
  await container.getBlobClient(archived).setAccessTier('Archive');
  await container.getBlockBlobClient(foreign).upload('notes', 5);
  await container.deleteBlob(deleted);
  const reports = ['text', 'json', 'csv', 'html'].flatMap((format) => [
    '--report',
    `${format}=out/a.${format}`,
  ]);
  const result = await run('--findings', 'findings.csv', '--index', '--json', ...reports);
  expect(result).toMatchObject({ exitCode: 1, stderr: '' });
  const report = reportOf(result);
  expect(report.findings.map(({ finding, count }) => [finding, count])).toEqual([
    ['archived', 1],
    ['foreign', 1],
  ]);
  expect(report.index).toMatchObject({ lost: { count: 1, first: [deleted] }, unknown: { count: 0 } });
  expect(
    recordsOf(written('findings.csv'))
      .map((record) => [record['finding'], record['path']])
      .sort(),
  ).toEqual([
    ['archived', archived],
    ['foreign', foreign],
  ]);
  expect(statSync(path.join(folder.path, 'findings.csv')).mode & 0o777).toBe(0o600);
  expect(JSON.parse(written('out/a.json'))).toEqual(report);
  for (const format of ['text', 'html']) expect(written(`out/a.${format}`)).toContain(archived);
  expect(written('out/a.csv')).toContain('archived');
});

test('finds a file that no image has', async () => {
  const { container } = storageClients(service.emulator, service.lake);
  const stray = path.posix.join(path.posix.dirname(images[0] ?? ''), '110_77.dcm');
  await container.getBlockBlobClient(stray).upload('stray', 5);
  const result = await run('--index', '--json');
  await container.deleteBlob(stray);
  expect(reportOf(result).index).toMatchObject({ unknown: { count: 1, first: [stray] } });
  expect(result.exitCode).toBe(1);
});

test('takes a plan and prices of files, and refuses all that is wrong with them', async () => {
  writeFileSync(path.join(folder.path, 'plan.yaml'), '- { basis: creation, coldAfterDays: 7 }\n');
  expect(reportOf(await run('--json', '--plan', 'plan.yaml')).cost?.planned).toMatchObject({
    planOrigin: 'file',
    plan: [{ basis: 'creation', coldAfterDays: 7 }],
  });
  writeFileSync(
    path.join(folder.path, 'bad.yaml'),
    '- { basis: creation }\n- { basis: age, coldAfterDays: -1 }\n- { archiveAfterDays: 3, basis: creation }\n',
  );
  const bad = await run('--plan', 'bad.yaml');
  expect(bad.exitCode).toBe(2);
  expect(bad.stderr).toContain("error: the plan in 'bad.yaml' cannot be used");
  for (const problem of [
    "[1].basis must be one of lastAccess, lastModification, creation, got 'age'",
    '[1].coldAfterDays must be a whole number of days, 0 to 99999, got -1',
    '[2].archiveAfterDays is not a field of a rule; known here: basis, coolAfterDays, coldAfterDays',
  ])
    expect(bad.stderr).toContain(problem);
  writeFileSync(path.join(folder.path, 'prices.json'), '{}');
  expect(await run('--prices', 'prices.json')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining("the prices in 'prices.json' cannot be used") as string,
  });
});

test.each<[readonly string[], string]>([
  [['--source', 'metrics', '--findings', 'f.csv'], '--findings goes with --source listing or inventory'],
  [['--inventory', 'lists', '--checkpoint', 'c.json'], '--checkpoint goes with --source listing, not with'],
  [['--source', 'listing', '--inventory', 'lists'], '--inventory goes with --source inventory'],
  [['--index', '--checkpoint', 'c.json'], '--index needs the whole listing at once'],
  [['--concurrency', '65'], 'give a whole number from 1 to 64'],
  [['--report', 'junit=a.xml'], 'give text=FILE, json=FILE, csv=FILE or html=FILE'],
])('refuses %j', async (args, problem) => {
  const result = await run(...args);
  expect(result).toMatchObject({ exitCode: 2, stdout: '' });
  expect(result.stderr).toContain(problem);
});

test('takes its checkpoint away when all is listed, and refuses one of another audit', async () => {
  expect((await run('--checkpoint', 'done.json')).exitCode).toBe(1);
  expect(existsSync(path.join(folder.path, 'done.json'))).toBe(false);
  writeFileSync(path.join(folder.path, 'wrong.json'), '{"version":1}');
  const wrong = await run('--checkpoint', 'wrong.json');
  expect(wrong.exitCode).toBe(2);
  expect(wrong.stderr).toContain("wrong.json' is no checkpoint of an audit");
  expect(written('wrong.json')).toBe('{"version":1}');
});

test('says what Azure said and what to do where the lake cannot be read', async () => {
  const { lake, ...manifest } = service.lake.manifest;
  writeFileSync(
    path.join(folder.path, 'elsewhere.json'),
    JSON.stringify({ ...manifest, lake: { ...lake, containerName: 'elsewhere' } }),
  );
  const result = await runCli(['audit', 'elsewhere.json', '--emulator', 'ready.json'], { cwd: folder.path });
  expect(result).toMatchObject({ exitCode: 3, stdout: '' });
  expect(result.stderr).toMatch(
    /^error: listing the files of the lake was answered 40[34] \w+: .+\n {2}\w.+\n$/,
  );
});

test('asks the metrics for an account in seconds', async () => {
  await using other = await startDicomService();
  await other.store([writeDicomFile(syntheticDataset({ study: 's', series: 'e', instance: '1' }))]);
  writeFileSync(path.join(folder.path, 'other-ready.json'), JSON.stringify(other.emulator.ready));
  writeFileSync(path.join(folder.path, 'other.json'), JSON.stringify(other.lake.manifest));
  const result = await runCli(
    ['audit', 'other.json', '--emulator', 'other-ready.json', '--source', 'metrics', '--json'],
    { cwd: folder.path },
  );
  expect(result).toMatchObject({ exitCode: 0, stderr: '' });
  expect(reportOf(result)).toMatchObject({ source: { kind: 'metrics' }, total: { count: 1 } });
});
