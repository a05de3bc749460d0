import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  connectionForEmulator,
  gatherEvidence,
  ManualClock,
  SystemClock,
  type TelemetrySettings,
  type VerifyConfig,
  watch,
  type WatchRun,
} from '../../../verify';
import { OpenTelemetry } from '../../../verify/watch/open-telemetry/open-telemetry';
import { ATTRIBUTES, CHECK_EVENT, METRICS, SPANS } from '../../../verify/watch/signals';
import { type OtlpReceiver, startOtlpReceiver } from '../../support/otlp-receiver';
import { usedHeap } from '../../support/used-heap';
import { startVerifyBench, type VerifyBench } from '../../support/verify-bench';

jest.setTimeout(60_000);

const JSON_SETTINGS: TelemetrySettings = {
  metrics: 'http/json',
  traces: 'http/json',
  metricIntervalMs: 60_000,
};
const AUTHORIZATION = 'Basic Y2FuYXJ5OmhlYWRlcg==';

const clock = new SystemClock();
const before = { ...process.env };
afterEach(() => {
  process.env = { ...before };
});

interface TelemetryBench extends AsyncDisposable {
  readonly bench: VerifyBench;
  readonly receiver: OtlpReceiver;
  readonly telemetry: OpenTelemetry;
  readonly notices: readonly string[];
  /** Watches for one run after another, with what is to happen before each; waits until each has arrived. */
  readonly watchRuns: (
    before: readonly (() => void | Promise<void>)[],
    config?: Partial<VerifyConfig>,
  ) => Promise<readonly WatchRun[]>;
}

async function start(settings: TelemetrySettings = JSON_SETTINGS): Promise<TelemetryBench> {
  const receiver = await startOtlpReceiver();
  process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = receiver.endpoint;
  process.env['OTEL_EXPORTER_OTLP_HEADERS'] = `authorization=${encodeURIComponent(AUTHORIZATION)}`;
  process.env['OTEL_EXPORTER_OTLP_TIMEOUT'] = '500';
  const notices: string[] = [];
  const bench = await startVerifyBench();
  const { manifest } = bench.lake;
  const telemetry = new OpenTelemetry({
    settings,
    version: '0.0.0',
    serviceUrl: manifest.dicomService.serviceUrl,
    notice: (message) => notices.push(message),
  });
  return {
    bench,
    receiver,
    telemetry,
    notices,
    watchRuns: async (before, config) => {
      const runs: WatchRun[] = [];
      await watch(
        async (signal) => {
          await arrived(receiver, runs.length);
          await before[runs.length]?.();
          return gatherEvidence({ ...configFor(bench), ...config }, { signal });
        },
        { intervalMs: 60_000, jitter: 0, maxRuns: before.length },
        {
          clock: new ManualClock(),
          signal: new AbortController().signal,
          random: () => 0,
          onRun: (run) => {
            runs.push(run);
            telemetry.record(run);
          },
        },
      );
      return runs;
    },
    [Symbol.asyncDispose]: async () => {
      await telemetry.close();
      await receiver[Symbol.asyncDispose]();
      await bench[Symbol.asyncDispose]();
    },
  };
}

function configFor({ emulator, lake, folder }: VerifyBench): VerifyConfig {
  return {
    target: {
      kind: 'deployment',
      manifest: lake.manifest,
      azure: connectionForEmulator(emulator.ready, emulator.ca),
    },
    journalFolder: path.join(folder, 'journal'),
    limits: { fileRemovalMs: 5_000, healthWindowMs: 10_000 },
    version: '0.0.0',
  };
}

/** Until the metrics and the traces of so many runs are there, where they are taken. */
async function arrived(receiver: OtlpReceiver, runs: number): Promise<void> {
  if (runs === 0 || receiver.manner !== 'takes') return;
  await until(() => {
    const points = receiver.metrics().find(({ name }) => name === METRICS.runs.name)?.points ?? {};
    const counted = Object.values(points).reduce((sum, value) => sum + value, 0);
    return counted >= runs && receiver.spans().filter(({ name }) => name === SPANS.run.name).length >= runs;
  });
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = clock.now() + 10_000;
  while (!condition()) {
    if (clock.now() > deadline) throw new Error('it did not come');
    await clock.sleep(20);
  }
}

function point(receiver: OtlpReceiver, name: string, label: string): number | undefined {
  return receiver.metrics().find((metric) => metric.name === name)?.points[label];
}

test('a fault between two runs is in metrics and traces, and so is its end', async () => {
  await using setUp = await start();
  const { bench, receiver, telemetry, watchRuns } = setUp;
  const statuses: unknown[] = [];
  const status = (): void => {
    const of = (outcome: string): number | undefined =>
      point(
        receiver,
        METRICS.checkStatus.name,
        `id=dicomweb/instance-stored,outcome=${outcome},severity=blocker`,
      );
    statuses.push({ pass: of('pass'), fail: of('fail'), inconclusive: of('inconclusive') });
  };
  const only = ['dicomweb/instance-stored'];
  await watchRuns(
    [
      () => undefined,
      async () => {
        status();
        await bench.emulator.faults.set('lake/role-removed');
      },
      async () => {
        status();
        await bench.emulator.faults.clear('lake/role-removed');
      },
    ],
    { only },
  );
  await telemetry.close();
  status();
  expect(statuses).toEqual([
    { pass: 1, fail: 0, inconclusive: 0 },
    { pass: 0, fail: 1, inconclusive: 0 },
    { pass: 1, fail: 0, inconclusive: 0 },
  ]);
  expect(receiver.metrics().find(({ name }) => name === METRICS.runs.name)?.points).toEqual({
    'outcome=pass': 2,
    'outcome=fail': 1,
  });

  const runs = receiver.spans().filter(({ name }) => name === SPANS.run.name);
  expect(runs.map(({ status: { code, message }, events }) => [code, message, events])).toEqual([
    [0, undefined, []],
    [
      2,
      'failed: dicomweb/instance-stored',
      [
        {
          name: CHECK_EVENT.name,
          attributes: {
            [ATTRIBUTES.checkId.name]: 'dicomweb/instance-stored',
            [ATTRIBUTES.checkSeverity.name]: 'blocker',
            [ATTRIBUTES.checkOutcome.name]: 'fail',
            [ATTRIBUTES.checkReason.name]:
              'STOW-RS was refused: the service’s identity may not read or write the lake',
          },
        },
      ],
    ],
    [0, undefined, []],
  ]);
});

test('each run is a trace of its own, with a span for each kind of evidence', async () => {
  await using setUp = await start();
  const { receiver, telemetry, watchRuns } = setUp;
  const began = clock.now();
  const [run] = await watchRuns([() => undefined, () => undefined], { skip: ['lake'] });
  await telemetry.close();
  const spans = receiver.spans();
  const roots = spans.filter(({ parentSpanId }) => parentSpanId === undefined);
  expect(roots.map(({ name, attributes }) => [name, attributes[ATTRIBUTES.runNumber.name]])).toEqual([
    ['dicom-lake verify', 1],
    ['dicom-lake verify', 2],
  ]);
  expect(new Set(roots.map(({ traceId }) => traceId)).size).toBe(2);
  const children = spans.filter(({ parentSpanId }) => parentSpanId === roots[0]?.spanId);
  expect(children.map(({ name }) => name).sort()).toEqual([
    'gather arm.blob-service',
    'gather arm.tiering-policy',
    'gather dicomweb.round-trip',
    'gather lake.tier-census',
  ]);
  if (run === undefined || run.outcome === 'error') throw new Error('there was no report');
  for (const { id, durationMs } of run.report.probes) {
    const child = children.find(({ name }) => name === `gather ${id}`);
    expect(child?.start).toBeGreaterThanOrEqual(began);
    expect((child?.end ?? 0) - (child?.start ?? 0)).toBe(durationMs);
    expect(child?.traceId).toBe(roots[0]?.traceId);
  }
  expect(roots[0]?.attributes).toMatchObject({
    [ATTRIBUTES.evidence.name]: run.report.evidenceSha256,
    [ATTRIBUTES.manifest.name]: run.report.manifestSha256,
  });
});

test('what is sent is what signals.ts says, and nothing else', async () => {
  await using setUp = await start();
  const { bench, receiver, telemetry, watchRuns } = setUp;
  process.env['OTEL_RESOURCE_ATTRIBUTES'] = 'deployment.environment.name=test';
  await bench.fileSystem
    .getFileClient('AHDS/testws/dicom/images/Microsoft.Default/9000_1.dcm')
    .upload(Buffer.from('12345'));
  await watchRuns([
    () => undefined,
    () => bench.emulator.faults.set('arm/throttled', { retryAfterSeconds: 0 }).then(() => undefined),
  ]);
  // Without an image of its own among those that are counted.
  await watchRuns([() => undefined], { only: ['tiers/files-online', 'lake'] });
  await telemetry.close();
  const metrics = receiver.metrics();
  expect(metrics.map(({ name, unit, kind }) => ({ name, unit, kind })).sort(byName)).toEqual(
    Object.values(METRICS)
      .map(({ name, unit, kind }) => ({ name, unit, kind }))
      .sort(byName),
  );
  for (const { name, attributeNames } of metrics) {
    const definition = Object.values(METRICS).find((one) => one.name === name);
    expect([name, [...attributeNames].sort()]).toEqual([
      name,
      definition?.attributes.map((attribute) => attribute.name).sort(),
    ]);
  }
  for (const { name, attributes } of receiver.spans()) {
    const definition = name === SPANS.run.name ? SPANS.run : SPANS.probe;
    const known: readonly string[] = definition.attributes.map((attribute) => attribute.name);
    expect([name, Object.keys(attributes).filter((one) => !known.includes(one))]).toEqual([name, []]);
  }
  expect(point(receiver, METRICS.fileCount.name, 'access_tier=Hot')).toBe(1);
  expect(point(receiver, METRICS.fileSize.name, 'access_tier=Hot')).toBe(5);
  expect(point(receiver, METRICS.healthFileAge.name, '')).toBeLessThan(60);
  expect(point(receiver, METRICS.leftovers.name, '')).toBe(0);
  expect(receiver.resource()).toMatchObject({
    'service.name': 'dicom-lake-watch',
    'service.version': '0.0.0',
    'service.instance.id': expect.any(String) as unknown,
  });
});

test('the environment names the resource', async () => {
  process.env['OTEL_SERVICE_NAME'] = 'canary';
  process.env['OTEL_RESOURCE_ATTRIBUTES'] = 'service.instance.id=west,deployment.environment.name=test';
  await using setUp = await start();
  await setUp.watchRuns([() => undefined], { only: ['tiers'] });
  await setUp.telemetry.close();
  expect(setUp.receiver.resource()).toMatchObject({
    'service.name': 'canary',
    'service.instance.id': 'west',
    'deployment.environment.name': 'test',
  });
});

test('after a run without a report, no check has a status', async () => {
  await using setUp = await start();
  const { receiver, telemetry, watchRuns } = setUp;
  const runs = await watchRuns(
    [() => undefined, () => Promise.reject(new RangeError('secret-in-a-message'))],
    {
      only: ['tiers'],
    },
  );
  await telemetry.close();
  expect(runs.map(({ outcome }) => outcome)).toEqual(['pass', 'error']);
  expect(receiver.metrics().map(({ name }) => name)).not.toContain(METRICS.checkStatus.name);
  expect(point(receiver, METRICS.runs.name, 'outcome=error')).toBe(1);
  const last = receiver.spans().find(({ attributes }) => attributes[ATTRIBUTES.runOutcome.name] === 'error');
  expect(last).toMatchObject({
    status: { code: 2, message: 'the run ended without a report' },
    attributes: { [ATTRIBUTES.errorType.name]: 'RangeError' },
  });
  expect(receiver.requests.map(({ body }) => body.toString()).join()).not.toContain('secret-in-a-message');
});

test('no secret and no patient is in what is sent', async () => {
  await using setUp = await start();
  const { bench, receiver, telemetry, watchRuns } = setUp;
  const tokens: string[] = [];
  const { target } = configFor(bench);
  if (target.kind !== 'deployment') throw new Error('not a deployment');
  const credential: typeof target.azure.credential = {
    getToken: async (...given) => {
      const token = await target.azure.credential.getToken(...given);
      if (token !== null) tokens.push(token.token);
      return token;
    },
  };
  const spied = { ...target, azure: { ...target.azure, credential } };
  await watchRuns(
    [
      () => undefined,
      () => bench.emulator.faults.set('lake/role-removed').then(() => undefined),
      () => bench.emulator.faults.set('dicom/failing').then(() => undefined),
    ],
    { target: spied, skip: ['lake'] },
  );
  await telemetry.close();
  const sent = receiver.requests.map(({ body }) => body.toString()).join('\n');
  expect(sent).toContain('dicomweb/instance-stored');
  const { verifier, deployer } = bench.emulator.ready.credentials;
  expect(tokens.length).toBeGreaterThan(0);
  const synthetic = readFileSync(
    path.resolve(__dirname, '../../../verify/sample/synthetic-instance.ts'),
    'utf8',
  );
  const names = Array.from(synthetic.matchAll(/'([^'\n]*\^[^'\n]*)'/g), ([, name]) => name ?? '');
  for (const secret of [
    ...tokens,
    verifier.clientSecret,
    deployer.clientSecret,
    verifier.clientId,
    'Bearer',
    'sig=',
    AUTHORIZATION,
    ...names,
  ])
    expect(sent).not.toContain(secret);
  expect(receiver.requests[0]?.headers['authorization']).toBe(AUTHORIZATION);
});

test('protobuf says the same as JSON', async () => {
  await using setUp = await start({ ...JSON_SETTINGS, metrics: 'http/protobuf', traces: 'http/protobuf' });
  const { receiver, telemetry, watchRuns } = setUp;
  await watchRuns([() => undefined], { only: ['tiers'] });
  await telemetry.close();
  for (const { headers } of receiver.requests) expect(headers['content-type']).toBe('application/x-protobuf');
  const textOf = (signal: string): string =>
    receiver.requests
      .filter(({ path: one }) => one === signal)
      .map(({ body }) => body.toString('latin1'))
      .join();
  const metrics = textOf('/v1/metrics');
  for (const text of [METRICS.runs.name, METRICS.checkStatus.name, 'tiers/files-online', '{run}'])
    expect(metrics).toContain(text);
  const traces = textOf('/v1/traces');
  for (const text of [SPANS.run.name, 'gather lake.tier-census']) expect(traces).toContain(text);
});

describe('a collector that', () => {
  test.each([
    ['refuses', 401, 'HTTP 401'],
    ['is overloaded', 503, 'no answer in time'],
    ['hangs', 'hangs', 'no answer in time'],
  ] as const)('%s neither stops nor slows the runs, and is told of once', async (_what, manner, problem) => {
    await using setUp = await start();
    const { receiver, telemetry, notices, watchRuns } = setUp;
    await watchRuns([() => undefined], { only: ['tiers'] });
    receiver.manner = manner;
    const [began, known] = [clock.now(), receiver.requests.length];
    const runs = await watchRuns(
      Array.from({ length: 20 }, () => () => undefined),
      { only: ['tiers'] },
    );
    expect(runs.map(({ outcome }) => outcome)).toEqual(Array.from({ length: 20 }, () => 'pass'));
    expect(clock.now() - began).toBeLessThan(5_000);
    // One of each signal is under way, or a few that end at once, however many runs there are.
    if (manner === 'hangs') expect(receiver.requests.length - known).toBeLessThanOrEqual(8);
    await until(() => notices.length >= 2);
    expect([...notices].sort()).toEqual([
      `telemetry: metrics do not get through (${problem}); the checks go on without`,
      `telemetry: traces do not get through (${problem}); the checks go on without`,
    ]);
    expect(notices.join()).not.toContain(AUTHORIZATION);

    receiver.manner = 'takes';
    await watchRuns([() => undefined], { only: ['tiers'] });
    await until(() => notices.length >= 4);
    expect(notices.slice(2).sort()).toEqual([
      'telemetry: metrics get through again',
      'telemetry: traces get through again',
    ]);
    await telemetry.close();
  });

  test('hangs takes no memory with every run', async () => {
    await using setUp = await start();
    const [run] = await setUp.watchRuns([() => undefined], { only: ['tiers'] });
    if (run === undefined) throw new Error('there was no run');
    setUp.receiver.manner = 'hangs';
    const heaps: number[] = [];
    for (let number = 1; number <= 9_000; number += 1) {
      setUp.telemetry.record({ ...run, number });
      if (number % 100 === 0) await clock.sleep(1);
      if (number % 3_000 === 0) heaps.push(usedHeap());
    }
    const [, second = 0, third = 0] = heaps;
    expect((third - second) / 3_000).toBeLessThan(200);
  });

  test('hangs holds the end up for a few seconds at most', async () => {
    await using setUp = await start();
    process.env['OTEL_EXPORTER_OTLP_TIMEOUT'] = '7000';
    setUp.receiver.manner = 'hangs';
    const slow = new OpenTelemetry({
      settings: JSON_SETTINGS,
      version: '0.0.0',
      serviceUrl: 'https://dicom.example.org',
      notice: () => undefined,
    });
    slow.record({ number: 1, startedAt: 0, durationMs: 1, outcome: 'error', error: new Error('none') });
    const began = clock.now();
    await slow.close();
    expect(clock.now() - began).toBeLessThan(6_000);
  });
});

function byName(one: { readonly name: string }, other: { readonly name: string }): number {
  return one.name.localeCompare(other.name);
}
