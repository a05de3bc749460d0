import { readFileSync } from 'node:fs';
import path from 'node:path';
import { SystemClock } from '../../verify';
import { ATTRIBUTES, CHECK_EVENT, METRICS, SPANS } from '../../verify/watch/signals';
import {
  AUTHORIZATION,
  JSON_SETTINGS,
  point,
  startTelemetryBench,
  watchConfigFor,
} from '../support/telemetry-bench';

jest.setTimeout(60_000);

const before = { ...process.env };
afterEach(() => {
  process.env = { ...before };
});

test('a fault between two runs is in metrics and traces, and so is its end', async () => {
  await using setUp = await startTelemetryBench();
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

test('what is waived is no failure in metrics and traces, and is told as waived', async () => {
  await using setUp = await startTelemetryBench();
  const { bench, receiver, telemetry, watchRuns } = setUp;
  const check = 'dicomweb/instance-stored';
  await bench.emulator.faults.set('lake/role-removed');
  let runs = 0;
  const statuses: unknown[] = [];
  const status = (): void => {
    const of = (outcome: string): number | undefined =>
      point(receiver, METRICS.checkStatus.name, `id=${check},outcome=${outcome},severity=blocker`);
    statuses.push({ fail: of('fail'), waived: of('waived') });
  };
  const until = new Date(new SystemClock().now()).toISOString().slice(0, 10);
  await watchRuns([() => undefined, status], { only: [check] }, () => {
    runs += 1;
    if (runs === 2) throw new RangeError('secret-in-a-message');
    return { waivers: [{ check, reason: 'known', until }], sha256: 'f'.repeat(64) };
  });
  await telemetry.close();
  status();
  expect(statuses).toEqual([
    { fail: 0, waived: 1 },
    { fail: 1, waived: 0 },
  ]);
  const roots = receiver.spans().filter(({ name }) => name === SPANS.run.name);
  expect(
    roots.map(({ status: { code, message }, attributes, events }) => [
      code,
      message,
      attributes[ATTRIBUTES.waiversUsable.name],
      events.map((event) => [
        event.attributes[ATTRIBUTES.checkOutcome.name],
        event.attributes[ATTRIBUTES.checkWaivedUntil.name],
      ]),
    ]),
  ).toEqual([
    [0, undefined, true, [['waived', until]]],
    [2, `failed: ${check}`, false, [['fail', undefined]]],
  ]);
  expect(receiver.requests.map(({ body }) => body.toString()).join()).not.toContain('secret-in-a-message');
});

test('each run is a trace of its own, with a span for each kind of evidence', async () => {
  await using setUp = await startTelemetryBench();
  const { receiver, telemetry, watchRuns } = setUp;
  const began = new SystemClock().now();
  const [run] = await watchRuns([() => undefined, () => undefined], {
    only: ['dicomweb/instance-stored', 'tiers'],
  });
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
  await using setUp = await startTelemetryBench();
  const { bench, receiver, telemetry, watchRuns } = setUp;
  process.env['OTEL_RESOURCE_ATTRIBUTES'] = 'deployment.environment.name=test';
  await bench.fileSystem
    .getFileClient('AHDS/testws/dicom/images/Microsoft.Default/9000_1.dcm')
    .upload(Buffer.from('12345'));
  await watchRuns(
    [
      () => undefined,
      () => bench.emulator.faults.set('arm/throttled', { retryAfterSeconds: 0 }).then(() => undefined),
    ],
    { deadlineSeconds: 3 },
  );
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
  await using setUp = await startTelemetryBench();
  await setUp.watchRuns([() => undefined], { only: ['tiers'] });
  await setUp.telemetry.close();
  expect(setUp.receiver.resource()).toMatchObject({
    'service.name': 'canary',
    'service.instance.id': 'west',
    'deployment.environment.name': 'test',
  });
});

test('after a run without a report, no check has a status', async () => {
  await using setUp = await startTelemetryBench();
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
  await using setUp = await startTelemetryBench();
  const { bench, receiver, telemetry, watchRuns } = setUp;
  const tokens: string[] = [];
  const { target } = watchConfigFor(bench);
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
    path.resolve(__dirname, '../../verify/sample/synthetic-instance.ts'),
    'utf8',
  );
  const names = Array.from(synthetic.matchAll(/'([^'\n]*\^[^'\n]*)'/g), ([, name]) => name ?? '');
  expect(names).toContain('DICOM-LAKE^VERIFY');
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
  await using setUp = await startTelemetryBench({
    ...JSON_SETTINGS,
    metrics: 'http/protobuf',
    traces: 'http/protobuf',
  });
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

function byName(one: { readonly name: string }, other: { readonly name: string }): number {
  return one.name.localeCompare(other.name);
}
