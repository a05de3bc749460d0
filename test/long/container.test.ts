import { chmodSync, cpSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type HandMadeImage, makeImage, runIn, type RunOptions, whyNoImage } from '../support/image-by-hand';
import { SystemClock } from '../../verify';
import { startVerifyBench, type VerifyBench } from '../support/verify-bench';

/** The steps of the Dockerfile, done by hand, and what they make, run as an engine would run it. */
const ROOT = path.resolve(__dirname, '../..');
const missing = whyNoImage();
if (missing !== undefined && process.env['REQUIRE_PEERS'] === '1')
  throw new Error(`The image was demanded, but ${missing}`);
const describeImage = missing === undefined ? describe : describe.skip;

const BUILD_MS = 1_200_000;

const clock = new SystemClock();

jest.setTimeout(60_000);

describeImage(`the image of the Dockerfile${missing === undefined ? '' : ` (skipped: ${missing})`}`, () => {
  let folder: string;
  let image: HandMadeImage;

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'dicom-lake-image-'));
    image = await makeImage(ROOT, folder);
  }, BUILD_MS);

  afterAll(() => rmSync(folder, { recursive: true, force: true }), BUILD_MS);

  function run(args: readonly string[], options: RunOptions = {}) {
    return runIn(image, [...(image.entrypoint ?? []), ...args], { readOnly: true, ...options });
  }

  test('says what it can do where it is asked for nothing', async () => {
    const { exitCode, stdout, output } = await run(image.command ?? []).ended;
    expect([exitCode, output]).toEqual([0, stdout]);
    expect(stdout).toContain('Usage: dicom-lake');
  });

  test('holds what runs: no tests, no compiler, nothing of a deployment', () => {
    const inside = path.join(image.root, 'opt/dicom-lake');
    expect(readdirSync(inside).sort()).toEqual(['dist', 'node_modules', 'package-lock.json', 'package.json']);
    const packages = readdirSync(path.join(inside, 'node_modules'));
    expect(packages).toContain('commander');
    expect(packages.filter((name) => ['jest', 'typescript', 'eslint'].includes(name))).toEqual([]);
  });

  test('verifies with its exit codes, as nobody, with a file system that cannot be written to', async () => {
    await using bench = await startVerifyBench();
    const mounts = { '/deployment': deploymentIn(bench, folder) };
    const before = filesIn(path.join(image.root, 'opt'));
    const passed = await run([...VERIFY, '--profile', 'quick'], { mounts }).ended;
    expect(passed).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/ 0 failed, 0 inconclusive/) as string,
    });
    await bench.emulator.faults.set('lake/role-removed');
    const failed = await run([...VERIFY, '--profile', 'quick'], { mounts }).ended;
    expect(failed).toMatchObject({
      exitCode: 1,
      stdout: expect.stringContaining('FAIL  dicomweb/instance-stored') as string,
    });
    expect(filesIn(path.join(image.root, 'opt'))).toEqual(before);
  });

  test('cannot write but where it may, and is nobody', async () => {
    const attempt = (file: string) =>
      runIn(image, ['sh', '-c', `echo x > ${file}`], { readOnly: true }).ended;
    expect((await attempt('/opt/dicom-lake/x')).output).toMatch(/Read-only file system|Permission denied/);
    expect((await attempt('/x')).output).toMatch(/Read-only file system|Permission denied/);
    expect(await attempt('/state/x')).toMatchObject({ exitCode: 0, output: '' });
    const { stdout } = await runIn(image, ['sh', '-c', 'id -u; id -g; id -G; echo $$'], { readOnly: true })
      .ended;
    expect(stdout).toBe('1000\n1000\n1000\n1\n');
  });

  test('watches as process 1 until SIGTERM, and deletes what it sent', async () => {
    await using bench = await startVerifyBench();
    const mounts = { '/deployment': deploymentIn(bench, folder) };
    const watching = run(['watch', ...VERIFY.slice(1), '--only', 'dicomweb', '--alive-file', 'alive'], {
      mounts,
    });
    await watching.printed('run 1: pass');
    watching.signal('SIGTERM');
    expect(await watching.ended).toMatchObject({ exitCode: 130 });
    // The service removes the files of deleted images a moment later.
    for (let look = 0; look < 100 && (await bench.files()).length > 0; look += 1) await clock.sleep(50);
    expect(await bench.files()).toEqual([]);
  });

  test('takes the manifest from the environment, as a scheduled job gives it', async () => {
    await using bench = await startVerifyBench();
    const mounts = { '/deployment': deploymentIn(bench, folder) };
    const env = { DICOM_LAKE_MANIFEST: JSON.stringify(bench.lake.manifest) };
    const args = ['verify', '--emulator', '/deployment/ready.json', '--profile', 'quick', '--quiet'];
    const { exitCode, output } = await run(args, { mounts, env }).ended;
    expect([exitCode, output]).toEqual([0, expect.stringMatching(/ 0 failed, 0 inconclusive/)]);
  });
});

const VERIFY = ['verify', '/deployment/manifest.json', '--emulator', '/deployment/ready.json'];

/** What the container is given of a deployment, readable for everybody. */
function deploymentIn({ emulator, lake }: VerifyBench, parent: string): string {
  const folder = mkdtempSync(path.join(parent, 'deployment-'));
  const ready = { ...emulator.ready, caPath: '/deployment/ca.pem' };
  cpSync(emulator.ready.caPath, path.join(folder, 'ca.pem'));
  writeFileSync(path.join(folder, 'ready.json'), JSON.stringify(ready));
  writeFileSync(path.join(folder, 'manifest.json'), JSON.stringify(lake.manifest));
  chmodSync(folder, 0o755);
  for (const file of readdirSync(folder)) chmodSync(path.join(folder, file), 0o644);
  return folder;
}

/** Files with their time of change. */
function filesIn(root: string): readonly string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .map((name) => `${name} ${String(statSync(path.join(root, name), { throwIfNoEntry: false })?.mtimeMs)}`)
    .sort();
}
