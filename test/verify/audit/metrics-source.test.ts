import { ROLES } from '../../../contract';
import { ManualClock } from '../../../emulator';
import type { AuditSource } from '../../../verify/audit/audit-source';
import { metricsSource } from '../../../verify/audit/metrics-source';
import type { AuditedLake } from '../../../verify/audit/model';
import { connectionForEmulator } from '../../../verify';
import { ManualClock as VerifyClock } from '../../../verify/clock';
import { armOf, assignRole, provisionLake, startTestEmulator } from '../../support/emulator';
import { rejectionOf } from '../../support/errors';
import { storageClients } from '../../support/storage-clients';
import { startVerifyBench, type VerifyBench } from '../../support/verify-bench';

const NOW = Date.UTC(2026, 5, 4, 6, 30);
const NEWEST = '2026-06-04T05:00:00Z';
const SOURCE: AuditSource = metricsSource;

interface Point {
  readonly timeStamp: string;
  readonly average?: unknown;
}

function series(blobType: string, tier: string, ...data: readonly Point[]): object {
  const metadatavalues = Object.entries({ blobtype: blobType, tier }).map(([name, value]) => ({
    name: { value: name, localizedValue: name },
    value,
  }));
  return { metadatavalues, data };
}

function at(timeStamp: string, average?: unknown): Point {
  return average === undefined ? { timeStamp } : { timeStamp, average };
}

function metric(name: string, timeseries: unknown, errorCode = 'Success'): object {
  return { name: { value: name }, timeseries, errorCode };
}

/** What Azure Resource Manager answers the question for metrics with. */
let answered: { readonly status: number; readonly body: unknown };
let bench: VerifyBench;

beforeAll(async () => {
  bench = await startVerifyBench({
    arm: (_request, forward) =>
      forward().then((real) => ({
        ...real,
        status: answered.status,
        body: Buffer.from(JSON.stringify(answered.body)),
      })),
  });
});

afterAll(() => bench[Symbol.asyncDispose]());

async function audited({ target }: Pick<VerifyBench, 'target'>): Promise<AuditedLake> {
  if (target.kind !== 'deployment') throw new Error('a bench has a deployment');
  const { manifest, azure } = target;
  return SOURCE({
    manifest,
    azure,
    clock: new VerifyClock(NOW),
    signal: new AbortController().signal,
    plans: [],
    progress: () => undefined,
    onFound: () => undefined,
  });
}

async function auditOf(body: unknown, status = 200): Promise<AuditedLake> {
  answered = { status, body };
  return audited(bench);
}

test('the metrics of the emulator tell what lies in which tier of the account', async () => {
  await using emulator = await startTestEmulator({ clock: new ManualClock(NOW) });
  const lake = await provisionLake(emulator);
  const { container } = storageClients(emulator, lake);
  for (const [name, length, tier] of [
    ['AHDS/testws/dicom/images/Microsoft.Default/1_2.dcm', 300, 'Hot'],
    ['elsewhere/notes.txt', 40, 'Hot'],
    ['AHDS/testws/dicom/images/Microsoft.Default/3_4.dcm', 20, 'Cool'],
    ['AHDS/testws/dicom/images/Microsoft.Default/5_6.dcm', 6, 'Cold'],
    ['AHDS/testws/dicom/images/Microsoft.Default/7_8.dcm', 1, 'Archive'],
    ['AHDS/testws/dicom/images/Microsoft.Default/9_1.dcm', 2, 'Archive'],
  ] as const)
    await container.getBlockBlobClient(name).upload(Buffer.alloc(length), length, { tier });
  const azure = connectionForEmulator(emulator.ready, emulator.ca);
  const found = await audited({ target: { kind: 'deployment', manifest: lake.manifest, azure } });
  expect(found).toEqual({
    tiers: expect.arrayContaining([
      { tier: 'Hot', count: 2, bytes: 340 },
      { tier: 'Cool', count: 1, bytes: 20 },
      { tier: 'Cold', count: 1, bytes: 6 },
      { tier: 'Archive', count: 2, bytes: 3 },
    ]) as unknown,
    findings: [{ finding: 'archived', count: 2, bytes: 3, first: [] }],
    source: { kind: 'metrics', scope: 'storage account' },
    asOf: '2026-06-04T05:00:00.000Z',
    complete: true,
  });
  expect('tiers' in found ? found.tiers : []).toHaveLength(4);
});

test('a refusal names the role that cures it', async () => {
  await using emulator = await startTestEmulator({ clock: new ManualClock(NOW) });
  const lake = await provisionLake(emulator, { grantCallers: false });
  const azure = connectionForEmulator(emulator.ready, emulator.ca);
  const target = { kind: 'deployment', manifest: lake.manifest, azure } as const;
  expect(await rejectionOf(audited({ target }))).toMatchObject({
    name: 'EvidenceError',
    code: 'NOT_AUTHORIZED',
    message:
      'reading Microsoft.Insights/metrics was answered 403 AuthorizationFailed: the caller may not read this resource',
    remedy: "grant Monitoring Reader or Reader on the storage account 'testlake'",
  });
  const { verifier } = emulator.ready.credentials;
  await assignRole(armOf(emulator), lake.accountId, ROLES.reader.id, verifier.objectId, 9);
  await expect(audited({ target })).resolves.toMatchObject({ complete: true });
});

test('any other refusal stays what it is, with the code that Azure Monitor puts into no `error`', async () => {
  expect(await rejectionOf(auditOf({ code: 'BadRequest', message: 'no' }, 400))).toMatchObject({
    name: 'ServiceRefusal',
    message: 'reading Microsoft.Insights/metrics was answered 400 BadRequest',
  });
});

test('one request asks for three days, by types of blobs and tiers, for all series', async () => {
  const value = ['BlobCapacity', 'BlobCount'].map((name) =>
    metric(name, [series('BlockBlob', 'Hot', at(NEWEST, 1))]),
  );
  const before = bench.requests.length;
  await auditOf({ value });
  const sent = bench.requests.slice(before);
  const query = new URLSearchParams(sent[0]?.path.split('?')[1]);
  expect(sent).toHaveLength(1);
  expect(Object.fromEntries(query)).toEqual({
    'api-version': '2023-10-01',
    metricnames: 'BlobCapacity,BlobCount',
    aggregation: 'Average',
    interval: 'PT1H',
    timespan: '2026-06-01T06:00:00.000Z/2026-06-04T06:00:00.000Z',
    $filter: "BlobType eq '*' and Tier eq '*'",
    top: '1000',
  });
});

test('the newest value of every series counts, whatever the type of blob, unless the series has ended', async () => {
  const found = await auditOf({
    value: [
      metric('BlobCapacity', [
        series(
          'Azure Data Lake Storage',
          'Hot',
          at('2026-06-04T04:00:00Z', 9),
          at(NEWEST, 10.4),
          at('2026-06-04T03:00:00Z', 8),
        ),
        series('BlockBlob', 'Hot', at(NEWEST, 5)),
        series('BlockBlob', 'Cool', at('2026-06-03T06:00:00Z', 77), at(NEWEST)),
        series('BlockBlob', 'Cold', at('2026-06-02T06:00:00Z', 1000)),
        series('BlockBlob', 'Untiered', at(NEWEST, 0)),
        series('BlockBlob', 'Archive'),
      ]),
      metric('BlobCount', [
        series('Azure Data Lake Storage', 'Hot', at(NEWEST, 3)),
        series('BlockBlob', 'Hot', at(NEWEST, 2)),
        series('BlockBlob', 'Cool', at(NEWEST, 1)),
      ]),
    ],
  });
  expect(found).toMatchObject({ asOf: '2026-06-03T06:00:00.000Z', findings: [] });
  expect('tiers' in found && found.tiers).toEqual([
    { tier: 'Hot', count: 5, bytes: 15 },
    { tier: 'Cool', count: 1, bytes: 77 },
  ]);
});

test.each([
  ['no values at all', [series('BlockBlob', 'Hot', at(NEWEST))]],
  ['no series', []],
  ['values from before', [series('BlockBlob', 'Hot', at('2026-06-01T05:00:00Z', 7))]],
])('%s cannot be observed', async (_what, timeseries) => {
  const full = [series('BlockBlob', 'Hot', at(NEWEST, 1))];
  for (const value of [
    [metric('BlobCapacity', timeseries), metric('BlobCount', full)],
    [metric('BlobCapacity', full), metric('BlobCount', timeseries)],
  ])
    expect(await rejectionOf(auditOf({ value }))).toMatchObject({
      code: 'NOT_OBSERVABLE',
      message: "Azure Monitor has no capacity of 'testlake' from the last 3 days",
      remedy: 'audit with another source; a new account has its first values within a day',
    });
});

test.each<[string, unknown, string]>([
  [
    'one metric only',
    [metric('BlobCapacity', [series('BlockBlob', 'Hot', at(NEWEST, 1))])],
    'it has no BlobCount',
  ],
  ['no list of series', [metric('BlobCapacity', 'none')], 'BlobCapacity has no list of series'],
  [
    'a series without tier',
    [metric('BlobCapacity', [{ metadatavalues: [], data: [at(NEWEST, 1)] }])],
    'a series of BlobCapacity has no tier',
  ],
  [
    'a text as value',
    [metric('BlobCapacity', [series('BlockBlob', 'Hot', at(NEWEST, '12'))])],
    'a value of BlobCapacity is no number at a time',
  ],
  [
    'a negative value',
    [metric('BlobCapacity', [series('BlockBlob', 'Hot', at(NEWEST, -1))])],
    'a value of BlobCapacity is no number at a time',
  ],
  [
    'a value without time',
    [metric('BlobCapacity', [series('BlockBlob', 'Hot', at('noon', 1))])],
    'a value of BlobCapacity is no number at a time',
  ],
  ['no list of metrics', 'none', 'it has no BlobCapacity'],
])('%s cannot be read', async (_what, value, reason) => {
  expect(await rejectionOf(auditOf({ value }))).toMatchObject({
    name: 'UnreadableAnswer',
    operation: 'the capacity metrics',
    reason,
  });
});

test('a metric that failed within an answer of success is no empty lake', async () => {
  for (const [code, shown] of [
    ['InternalServerError', 'InternalServerError'],
    ['secret of somebody', 'a code that cannot be shown'],
  ] as const)
    expect(await rejectionOf(auditOf({ value: [metric('BlobCapacity', [], code)] }))).toMatchObject({
      code: 'UNAVAILABLE',
      message: `Azure Monitor could not tell BlobCapacity: ${shown}`,
    });
});

test('a listener that goes away ends the request', async () => {
  const { target } = bench;
  if (target.kind !== 'deployment') throw new Error('a bench has a deployment');
  const { manifest, azure } = target;
  const signal = AbortSignal.abort(new Error('over'));
  const request = { manifest, azure, clock: new VerifyClock(NOW), signal };
  await expect(metricsSource(request)).rejects.toThrow('over');
});
