import { ROLES } from '../../../contract';
import { ManualClock } from '../../../emulator';
import { parseMetricsFilter } from '../../../emulator/arm/metrics-filter';
import { armOf, assignRole, provisionLake, startTestEmulator } from '../../support/emulator';
import { type RawAnswer, rawRequests } from '../../support/raw-arm';
import { storageClients } from '../../support/storage-clients';

const BLOB_TYPE = 'Azure Data Lake Storage';
const HALF_PAST_SIX = Date.UTC(2026, 5, 1, 6, 30);

interface Bench extends AsyncDisposable {
  readonly accountId: string;
  readonly groupId: string;
  readonly dicomServiceId: string;
  /** Asks the blob service, with a query that differs from a right one as told. */
  readonly ask: (changes?: Readonly<Record<string, string | undefined>>, id?: string) => Promise<RawAnswer>;
  readonly clients: ReturnType<typeof storageClients>;
}

const QUERY = {
  'api-version': '2023-10-01',
  metricnames: 'BlobCapacity,BlobCount',
  aggregation: 'Average',
  interval: 'PT1H',
  timespan: '2026-06-01T03:00:00Z/2026-06-01T06:00:00Z',
  $filter: "Tier eq '*'",
};

async function startBench(): Promise<Bench> {
  const emulator = await startTestEmulator({ clock: new ManualClock(HALF_PAST_SIX) });
  const { accountId, groupId, dicomServiceId, ...lake } = await provisionLake(emulator);
  const { deployer } = emulator.ready.credentials;
  await assignRole(armOf(emulator), accountId, ROLES.storageBlobDataOwner.id, deployer.objectId, 9);
  const send = await rawRequests(emulator);
  const target = (changes: Readonly<Record<string, string | undefined>>, id: string): string => {
    const query = new URLSearchParams();
    const all: typeof changes = { ...QUERY, ...changes };
    for (const [name, value] of Object.entries(all)) if (value !== undefined) query.set(name, value);
    return `${id}/providers/Microsoft.Insights/metrics?${query.toString()}`;
  };
  const service = `${accountId}/blobServices/default`;
  return {
    accountId,
    groupId,
    dicomServiceId,
    ask: (changes = {}, id = service) => send('GET', target(changes, id)),
    clients: storageClients(emulator, { accountId, groupId, dicomServiceId, ...lake }),
    [Symbol.asyncDispose]: () => emulator.close(),
  };
}

interface Metric {
  readonly name: { readonly value: string };
  readonly timeseries: readonly {
    readonly metadatavalues: readonly { readonly name: { readonly value: string }; readonly value: string }[];
    readonly data: readonly Readonly<Record<string, unknown>>[];
  }[];
}

/** Values of the last point of every series, by the values of its dimensions. */
function lastOf({ body }: RawAnswer, metric: string): Readonly<Record<string, unknown>> {
  const { value } = body as { readonly value: readonly Metric[] };
  const series = value.find(({ name }) => name.value === metric)?.timeseries ?? [];
  return Object.fromEntries(
    series.map(({ metadatavalues, data }) => [
      metadatavalues.map((one) => one.value).join('/'),
      data.at(-1)?.['average'],
    ]),
  );
}

test('the capacity of an account is that of all its files, tier by tier, at the last full hour', async () => {
  await using bench = await startBench();
  const { container, blobs } = bench.clients;
  const other = blobs.getContainerClient('other');
  await other.create();
  for (const [where, name, length, tier] of [
    [container, 'a/one.dcm', 100, 'Hot'],
    [container, 'a/two.dcm', 20, 'Cool'],
    [container, 'b.dcm', 3, 'Archive'],
    [container, 'c.dcm', 4, 'Archive'],
    [container, 'gone.dcm', 1000, 'Hot'],
    [other, 'd.dcm', 5000, 'Cold'],
  ] as const)
    await where.getBlockBlobClient(name).upload(Buffer.alloc(length), length, { tier });
  await container.deleteBlob('gone.dcm');

  const answer = await bench.ask();
  expect(answer.status).toBe(200);
  expect(lastOf(answer, 'BlobCapacity')).toEqual({ Hot: 100, Cool: 20, Cold: 5000, Archive: 7 });
  expect(lastOf(answer, 'BlobCount')).toEqual({ Hot: 1, Cool: 1, Cold: 1, Archive: 2 });
  const id = `${bench.accountId}/blobServices/default/providers/Microsoft.Insights/metrics/BlobCapacity`;
  expect(answer.body).toMatchObject({
    cost: 0,
    timespan: '2026-06-01T03:00:00Z/2026-06-01T06:00:00Z',
    interval: 'PT1H',
    namespace: 'microsoft.storage/storageaccounts/blobservices',
    resourceregion: 'westeurope',
    value: [{ id, type: 'Microsoft.Insights/metrics', unit: 'Bytes', errorCode: 'Success' }, {}],
  });
  const [capacity] = (answer.body as { readonly value: readonly Metric[] }).value;
  expect(capacity?.timeseries[0]).toEqual({
    metadatavalues: [{ name: { value: 'tier', localizedValue: 'tier' }, value: 'Cold' }],
    data: [
      { timeStamp: '2026-06-01T03:00:00Z' },
      { timeStamp: '2026-06-01T04:00:00Z' },
      { timeStamp: '2026-06-01T05:00:00Z', average: 5000 },
    ],
  });
  const none = await bench.ask({ timespan: '2026-06-01T03:00:00Z/2026-06-01T05:00:00Z' });
  expect(lastOf(none, 'BlobCapacity')).toEqual({
    Hot: undefined,
    Cool: undefined,
    Cold: undefined,
    Archive: undefined,
  });

  const open = await bench.ask({
    timespan: '2026-06-01T04:30:00Z/2026-06-01T07:30:00Z',
    $filter: "Tier eq 'Cool'",
  });
  expect((open.body as { readonly value: readonly Metric[] }).value[0]?.timeseries[0]?.data).toEqual([
    { timeStamp: '2026-06-01T04:30:00Z', average: 20 },
    { timeStamp: '2026-06-01T05:30:00Z' },
  ]);

  expect(lastOf(await bench.ask({ $filter: undefined }), 'BlobCapacity')).toEqual({ '': 5127 });
  const both = await bench.ask({
    $filter: "BlobType eq '*' and Tier eq 'archive' or Tier eq 'Cool'",
    top: '1',
  });
  expect(lastOf(both, 'BlobCapacity')).toEqual({ [`${BLOB_TYPE}/Cool`]: 20 });
  expect(lastOf(both, 'BlobCount')).toEqual({ [`${BLOB_TYPE}/Archive`]: 2 });
  const least = await bench.ask({ top: '1', orderby: 'average asc', aggregation: 'minimum,maximum,count' });
  expect(least.body).toMatchObject({
    value: [{ timeseries: [{ data: [{}, {}, { minimum: 7, maximum: 7, count: 1 }] }] }, {}],
  });
  const viaAccount = await bench.ask(
    { metricnamespace: 'microsoft.storage/storageaccounts/blobservices' },
    bench.accountId,
  );
  expect(lastOf(viaAccount, 'BlobCount')).toEqual(lastOf(answer, 'BlobCount'));
  expect(viaAccount.body).toMatchObject({ value: [{ id }, {}] });
});

test('what is no question is refused as Azure Monitor does, its errors in no `error`', async () => {
  await using bench = await startBench();
  const refusals = [
    [
      { metricnames: 'BlobSize' },
      /^Failed to find metric configuration for provider: Microsoft.Storage, resource Type: storageAccounts\/blobServices, metric: BlobSize, Valid metrics: BlobCapacity,/,
    ],
    [{ interval: 'PT10M' }, /^Invalid time grain duration: PT10M, supported ones are: 00:01:00,/],
    [{ interval: undefined }, /^Detected invalid time grain input PT1M/],
    [{ timespan: 'yesterday' }, /^Invalid timespan 'yesterday'/],
    [{ timespan: '2026-06-01T06:00:00Z/2026-06-01T03:00:00Z' }, /^Invalid timespan/],
    [{ timespan: '2026-06-01/2026-06-02/2026-06-03' }, /^Invalid timespan/],
    [{ aggregation: 'Median' }, /^Invalid aggregation type: Median/],
    [{ $filter: "Tier = 'Hot'" }, /^Invalid filter expression/],
    [
      { $filter: "Tiers eq '*'" },
      /^Metric: BlobCapacity does not support requested dimension combination: tiers, supported ones are: BlobType,Tier$/,
    ],
    [{ top: '0' }, /^Invalid value of top/],
    [{ orderby: 'tier' }, /^Invalid value of orderby/],
    [
      { metricnamespace: 'Microsoft.Compute/virtualMachines' },
      /^Microsoft.Compute\/virtualMachines is not a supported platform metric namespace/,
    ],
  ] as const;
  for (const [changes, message] of refusals) {
    const { status, body } = await bench.ask(changes);
    expect({ changes, status, body }).toEqual({
      changes,
      status: 400,
      body: { code: 'BadRequest', message: expect.stringMatching(message) as string },
    });
  }
  expect(await bench.ask({ metricnames: 'BlobCount' }, bench.accountId)).toMatchObject({
    status: 400,
    body: { message: expect.stringMatching(/resource Type: storageAccounts, metric: BlobCount/) as string },
  });
  expect(await bench.ask({}, bench.dicomServiceId)).toMatchObject({
    status: 400,
    body: {
      message: expect.stringMatching(
        /^Microsoft.HealthcareApis\/workspaces\/dicom.*not a supported/i,
      ) as string,
    },
  });
  expect(await bench.ask({ 'api-version': undefined })).toMatchObject({
    status: 400,
    body: { error: { code: 'MissingApiVersionParameter' } },
  });
  expect(
    await bench.ask({}, `${bench.groupId}/providers/Microsoft.Storage/storageAccounts/no`),
  ).toMatchObject({
    status: 404,
    body: { error: { code: 'ResourceNotFound' } },
  });
});

test('what Azure has and the emulator has not is answered 501', async () => {
  await using bench = await startBench();
  for (const changes of [
    { metricnames: 'Transactions' },
    { metricnames: undefined },
    { interval: 'P1D' },
    { interval: 'FULL' },
    { timespan: 'P1D' },
    { rollupby: 'Tier' },
    { resultType: 'metadata' },
  ])
    expect({ changes, ...(await bench.ask(changes)) }).toMatchObject({
      changes,
      status: 501,
      body: { code: 'NotImplementedInEmulator' },
    });
});

test('a grain is adjusted, and a filter of unknown dimensions let go, where that is asked for', async () => {
  await using bench = await startBench();
  const adjusted = await bench.ask({ interval: 'PT1M', AutoAdjustTimegrain: 'true' });
  expect(adjusted).toMatchObject({ status: 200, body: { interval: 'PT1H' } });
  const unchecked = await bench.ask({ $filter: "Tiers eq '*'", ValidateDimensions: 'False' });
  expect(lastOf(unchecked, 'BlobCount')).toEqual({ '': 0 });
});

test('metrics need a right to read them', async () => {
  await using emulator = await startTestEmulator();
  const { accountId } = await provisionLake(emulator, { grantCallers: false });
  const id = `${accountId}/blobServices/default/providers/Microsoft.Insights/metrics`;
  const ask = (): Promise<unknown> =>
    armOf(emulator, 'verifier').get(id, '2023-10-01', { metricnames: 'BlobCount', interval: 'PT1H' });
  await expect(ask()).rejects.toMatchObject({ status: 403, code: 'AuthorizationFailed' });
  const { verifier } = emulator.ready.credentials;
  await assignRole(armOf(emulator), accountId, ROLES.reader.id, verifier.objectId, 9);
  await expect(ask()).resolves.toMatchObject({ interval: 'PT1H' });
});

test('`or` stands between values of one dimension', () => {
  expect(parseMetricsFilter("A eq 'a''1' and B eq 'b1' or b EQ 'b2' and C eq '*'")).toEqual([
    { dimension: 'A', values: ["a'1"] },
    { dimension: 'B', values: ['b1', 'b2'] },
    { dimension: 'C', values: ['*'] },
  ]);
  for (const text of ['', 'A', "A eq '1' or B eq '2'", "A eq '1' B eq '2'", "A eq '1' and", "or A eq '1'"])
    expect(parseMetricsFilter(text)).toBeUndefined();
});
