import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ATTRIBUTES, METRICS, SPANS } from '../../verify/watch/signals';
import { SystemClock } from '../../verify';
import { type CliResult, runCli, temporaryFolder } from '../support/cli';
import { manifestFixture } from '../support/manifest';
import { type OtlpReceiver, startOtlpReceiver } from '../support/otlp-receiver';
import { until } from '../support/telemetry-bench';
import { startVerifyBench, type VerifyBench } from '../support/verify-bench';

jest.setTimeout(60_000);

const clock = new SystemClock();

/** A folder with what the command needs to watch the deployment of a bench. */
function prepare({ emulator, lake, folder }: VerifyBench): string {
  writeFileSync(path.join(folder, 'ready.json'), JSON.stringify(emulator.ready));
  writeFileSync(path.join(folder, 'manifest.json'), JSON.stringify(lake.manifest));
  return folder;
}

const WATCH = ['watch', 'manifest.json', '--emulator', 'ready.json', '--state', 'journal', '--jitter', '0'];

function otlp({ endpoint }: OtlpReceiver): Readonly<Record<string, string>> {
  return { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' };
}

function rootOutcomes(receiver: OtlpReceiver): readonly unknown[] {
  return receiver
    .spans()
    .filter(({ name }) => name === SPANS.run.name)
    .map(({ attributes }) => attributes[ATTRIBUTES.runOutcome.name]);
}

/** The process, as soon as it runs, and what it ends with. */
function started(
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
): { readonly child: ChildProcess; readonly ended: Promise<CliResult> } {
  const children: ChildProcess[] = [];
  const ended = runCli(args, { cwd, env, onStart: (child) => children.push(child) });
  const [child] = children;
  if (child === undefined) throw new Error('no process was started');
  return { child, ended };
}

test('dicom-lake watch ends with the outcome of its runs, which it prints, sends and writes down', async () => {
  await using bench = await startVerifyBench();
  await using receiver = await startOtlpReceiver();
  const cwd = prepare(bench);
  await bench.emulator.faults.set('lake/role-removed');
  const args = [...WATCH, '--only', 'dicomweb', '--max-runs', '1', '--alive-file', 'alive'];
  const failed = await runCli([...args, '--json'], { cwd, env: otlp(receiver) });
  expect(failed).toMatchObject({ exitCode: 1, stderr: '' });
  expect(failed.stdout).toMatch(/^[^\n]+\n$/);
  expect(JSON.parse(failed.stdout)).toMatchObject({
    run: 1,
    outcome: 'fail',
    changes: [{ id: 'dicomweb/instance-stored', to: 'fail' }],
    problems: [{ id: 'dicomweb/instance-stored' }],
  });
  expect(JSON.parse(readFileSync(path.join(cwd, 'alive'), 'utf8'))).toMatchObject({
    run: 1,
    outcome: 'fail',
  });
  expect(rootOutcomes(receiver)).toEqual(['fail']);
  expect(receiver.metrics().find(({ name }) => name === METRICS.runs.name)?.points).toEqual({
    'outcome=fail': 1,
  });

  await bench.emulator.faults.clear('lake/role-removed');
  const passed = await runCli(args, { cwd });
  expect(passed).toMatchObject({
    exitCode: 0,
    stderr: 'telemetry: none is sent; set OTEL_EXPORTER_OTLP_ENDPOINT to send metrics and traces\n',
  });
  expect(passed.stdout).toMatch(
    /^\S+Z {2}run 1: pass in \d+\.\d s\. \d+ passed, 0 warned, 0 failed, [^\n]*\n$/,
  );
});

test('dicom-lake watch reads its waivers before each run', async () => {
  await using bench = await startVerifyBench();
  const cwd = prepare(bench);
  await bench.emulator.faults.set('lake/role-removed');
  const until = new Date(clock.now() + 86_400_000).toISOString().slice(0, 10);
  const file = path.join(cwd, 'waivers.yaml');
  writeFileSync(file, `- { check: dicomweb/instance-stored, reason: known, until: ${until} }`);
  const { child, ended } = started(
    [
      ...WATCH,
      '--only',
      'dicomweb/instance-stored',
      '--waivers',
      'waivers.yaml',
      '--json',
      '--interval',
      '10',
      '--max-runs',
      '2',
    ],
    cwd,
    {},
  );
  await new Promise((resolve) => child.stdout?.once('data', resolve));
  writeFileSync(file, '- { check: dicomweb/instance-stored }');
  const { exitCode, stdout } = await ended;
  expect(exitCode).toBe(1);
  const [first, second] = stdout.split('\n');
  expect(JSON.parse(first ?? '')).toMatchObject({ outcome: 'pass', counts: { fail: 0, waived: 1 } });
  expect(JSON.parse(second ?? '')).toMatchObject({
    outcome: 'fail',
    changes: [{ id: 'dicomweb/instance-stored', from: 'waived', to: 'fail' }],
    waiverProblem: expect.stringContaining("the waivers in 'waivers.yaml' cannot be used\n[0].") as unknown,
  });
});

test('dicom-lake watch stopped by SIGTERM in a run cleans up, sends what it has and ends with 130', async () => {
  await using bench = await startVerifyBench({ fileRemovalPeriodMs: 30_000 });
  await using receiver = await startOtlpReceiver();
  const { child, ended } = started(
    [...WATCH, '--only', 'contract', '--alive-file', 'alive'],
    prepare(bench),
    otlp(receiver),
  );
  await until(() => bench.journalled().length > 0);
  child.kill('SIGTERM');
  const { exitCode, stdout, stderr } = await ended;
  expect({ exitCode, stderr }).toEqual({ exitCode: 130, stderr: '' });
  expect(stdout).toContain('run 1: interrupted in ');
  expect(bench.journalled()).toEqual([]);
  expect(rootOutcomes(receiver)).toEqual(['interrupted']);
  expect(existsSync(path.join(bench.folder, 'alive'))).toBe(false);
});

test('dicom-lake watch stopped between two runs ends at once, whoever listens to its telemetry', async () => {
  await using bench = await startVerifyBench();
  const { child, ended } = started([...WATCH, '--only', 'tiers'], prepare(bench), {
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1',
    OTEL_EXPORTER_OTLP_TIMEOUT: '1000',
  });
  await new Promise((resolve) => child.stdout?.once('data', resolve));
  await clock.sleep(1_500);
  const stopped = clock.now();
  child.kill('SIGTERM');
  const { exitCode, stdout, stderr } = await ended;
  expect(exitCode).toBe(130);
  expect(clock.now() - stopped).toBeLessThan(4_000);
  expect(stdout).toMatch(/^\S+ {2}run 1: pass [^\n]*\n$/);
  expect(stderr.split('\n').sort()).toEqual([
    '',
    'telemetry: metrics do not get through (ECONNREFUSED); the checks go on without',
    'telemetry: traces do not get through (ECONNREFUSED); the checks go on without',
  ]);
});

test.each([
  [
    'wrong numbers, all at once',
    ['manifest.json', '--interval', '5', '--jitter', '101', '--max-runs', '0'],
    {},
    [
      'error: some options cannot be used',
      "  - --interval must be a whole number from 10 to 86400, got '5'",
      "  - --jitter must be a whole number from 0 to 100, got '101'",
      "  - --max-runs must be a whole number from 1 to 1000000, got '0'",
    ],
  ],
  [
    'an alive file that can never be written',
    ['manifest.json', '--alive-file', 'absent/alive'],
    {},
    ["error: the alive file 'absent/alive' cannot be written: there is no such folder"],
  ],
  [
    'a folder as alive file',
    ['manifest.json', '--alive-file', 'folder'],
    {},
    ["error: the alive file 'folder' cannot be written: it is a folder"],
  ],
  [
    'waivers on standard input',
    ['manifest.json', '--waivers', '-'],
    { OTEL_SDK_DISABLED: 'true' },
    ['error: --waivers takes no standard input here: it is read before each run'],
  ],
  [
    'waivers that cannot be used in the first run',
    ['manifest.json', '--waivers', 'manifest.json'],
    { OTEL_SDK_DISABLED: 'true' },
    [
      'telemetry: none is sent; set OTEL_EXPORTER_OTLP_ENDPOINT to send metrics and traces',
      "error: the waivers in 'manifest.json' cannot be used",
    ],
  ],
  [
    'telemetry that it cannot send, all at once',
    ['manifest.json'],
    {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4317',
      OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'grpc',
      OTEL_METRIC_EXPORT_INTERVAL: '5',
    },
    [
      'error: telemetry cannot be sent as the environment asks',
      '  - OTEL_EXPORTER_OTLP_ENDPOINT must be a URL that starts with http:// or https://',
      "  - OTEL_EXPORTER_OTLP_TRACES_PROTOCOL must be http/protobuf or http/json, got 'grpc'; collectors listen for these on port 4318",
      '  - OTEL_METRIC_EXPORT_INTERVAL must be milliseconds from 1000 to 3600000',
    ],
  ],
  [
    'an unknown check',
    ['manifest.json', '--only', 'tears'],
    { OTEL_SDK_DISABLED: 'true' },
    [
      'telemetry: none is sent; set OTEL_EXPORTER_OTLP_ENDPOINT to send metrics and traces',
      "error: there is no check or topic 'tears'",
    ],
  ],
] as const)('dicom-lake watch fails on %s', async (_what, args, env, messages) => {
  using folder = temporaryFolder();
  writeFileSync(path.join(folder.path, 'manifest.json'), JSON.stringify(manifestFixture()));
  mkdirSync(path.join(folder.path, 'folder'));
  const { exitCode, stdout, stderr } = await runCli(['watch', ...args], { cwd: folder.path, env });
  expect(stderr.split('\n').slice(0, messages.length)).toEqual(messages);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
});
