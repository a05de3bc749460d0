import { AUDIENCES, AZURE_CLOUD_NAMES, AZURE_CLOUDS, ROLES } from '../../../contract';
import type { DicomService } from '../../../constructs';
import { healthWritesQuery, refusedServiceQuery } from '../../../constructs/lake-monitoring-query';
import { ManualClock } from '../../../emulator';
import { send } from '../../support/dicom-http';
import { startDicomService, type TestDicomService } from '../../support/dicom-service';
import { armOf, assignRole, credentialOf } from '../../support/emulator';
import { keepLogs, logsClientOf, queryLogs, stopLogs, workspaceIn } from '../../support/storage-logs';

const MINUTE = 60_000;
const COUNT =
  'StorageBlobLogs | summarize Rows = count() by Category, OperationName | order by OperationName asc';

async function start(): Promise<TestDicomService & { readonly clock: ManualClock }> {
  const clock = new ManualClock();
  const service = await startDicomService({ clock });
  return { ...service, clock };
}

function rows(
  { emulator, lake }: TestDicomService,
  query: string,
  options: Parameters<typeof queryLogs>[3] = {},
): ReturnType<typeof queryLogs> {
  return queryLogs(emulator, lake.accountId, query, options);
}

/** Some of what a refusal of the SDK says. */
function refusal(status: number, code: string): object {
  return { statusCode: status, code };
}

describe('rows', () => {
  test('arrive two minutes after what they tell of', async () => {
    await using service = await start();
    await keepLogs(service.emulator, service.lake);
    await service.clock.advance(5_000);
    await service.clock.advance(2 * MINUTE - 1);
    expect(await rows(service, 'StorageBlobLogs | count')).toEqual([{ Count: 0 }]);
    await service.clock.advance(1);
    // The file of the check and the former one, which is not there.
    expect(await rows(service, COUNT)).toEqual([
      { Category: 'StorageDelete', OperationName: 'DeleteBlob', Rows: 2 },
      { Category: 'StorageWrite', OperationName: 'PutBlob', Rows: 1 },
    ]);
  });

  test('tell who did what, and what came of it', async () => {
    await using service = await start();
    await keepLogs(service.emulator, service.lake);
    await service.fileSystem.getFileClient('mine.txt').upload(Buffer.from('x'));
    const missing = service.fileSystem.getFileClient('missing.txt').delete();
    await expect(missing).rejects.toMatchObject({ statusCode: 404 });
    await service.clock.advance(2 * MINUTE);
    const { accountName } = service.lake;
    const mine = await rows(service, 'StorageBlobLogs | where Uri contains "mine.txt" | take 1');
    expect(mine).toEqual([
      {
        TimeGenerated: new Date(Date.UTC(2026, 0, 1)),
        AccountName: accountName,
        Category: 'StorageWrite',
        OperationName: 'PathCreatefile',
        AuthenticationType: 'OAuth',
        StatusCode: '201',
        StatusText: 'Success',
        Uri: `${service.lake.accountUrl}/dicom/mine.txt`,
        ObjectKey: `/${accountName}/dicom/mine.txt`,
        RequesterObjectId: service.emulator.ready.credentials.deployer.objectId,
        ServiceType: 'blob',
        Type: 'StorageBlobLogs',
        _ResourceId: service.lake.accountId.toLowerCase(),
      },
    ]);
    expect(
      await rows(
        service,
        'StorageBlobLogs | where Uri contains "missing.txt" | project Category, StatusCode, StatusText',
      ),
    ).toEqual([{ Category: 'StorageDelete', StatusCode: '404', StatusText: 'PathNotFound' }]);
  });

  test.each([
    ['reads where they are asked for', [{ category: 'StorageRead', enabled: true }], ['StorageRead']],
    ['no reads otherwise', [{ category: 'StorageWrite', enabled: true }], ['StorageWrite']],
    ['nothing of a disabled category', [{ category: 'StorageWrite', enabled: false }], []],
    [
      'everything of a group',
      [{ categoryGroup: 'allLogs', enabled: true }],
      ['StorageDelete', 'StorageRead', 'StorageWrite'],
    ],
  ])('are kept by diagnostic settings: %s', async (_what, logs, categories) => {
    await using service = await start();
    await keepLogs(service.emulator, service.lake, logs);
    await service.clock.advance(2 * MINUTE + 5_000);
    const found = await rows(
      service,
      'StorageBlobLogs | summarize count() by Category | order by Category asc',
    );
    expect(found.map(({ Category }) => Category)).toEqual(categories);
  });

  test('are kept of the time of a diagnostic setting only', async () => {
    await using service = await start();
    await service.clock.advance(MINUTE);
    await keepLogs(service.emulator, service.lake);
    await service.clock.advance(MINUTE);
    await stopLogs(service.emulator, service.lake);
    await service.clock.advance(5 * MINUTE);
    const [found] = await rows(
      service,
      'StorageBlobLogs | where OperationName == "PutBlob" | summarize Writes = count(), First = min(TimeGenerated), Last = max(TimeGenerated)',
    );
    expect(found).toEqual({
      Writes: 2,
      First: new Date(Date.UTC(2026, 0, 1, 0, 1, 5)),
      Last: new Date(Date.UTC(2026, 0, 1, 0, 1, 35)),
    });
  });

  test('are those of the time span that was asked for', async () => {
    await using service = await start();
    await keepLogs(service.emulator, service.lake);
    await service.clock.advance(10 * MINUTE);
    const writes = 'StorageBlobLogs | where OperationName == "PutBlob" | count';
    expect(await rows(service, writes)).toEqual([{ Count: 16 }]);
    expect(await rows(service, writes, { duration: 'PT4M' })).toEqual([{ Count: 4 }]);
  });

  test('that the firewall or a missing role brought about are there for the alert', async () => {
    await using service = await start();
    await keepLogs(service.emulator, service.lake);
    await service.clock.advance(5_000);
    await service.revoke();
    await service.clock.advance(3 * MINUTE);
    const kit = kitService(service);
    const refused = await rows(service, `${refusedServiceQuery(kit)} | summarize count() by StatusText`);
    expect(refused.map(({ StatusText }) => StatusText)).toEqual(['AuthorizationPermissionMismatch']);
    expect(await rows(service, healthWritesQuery(kit))).toEqual([{ Writes: 1 }]);
  });
});

/** What the alerts of the kit are made from, with the names of the test. */
function kitService({ lake }: TestDicomService): DicomService {
  return {
    ...Object.create(null),
    workspaceName: 'testws',
    dicomServiceName: 'images',
    dicomServiceId: lake.dicomServiceId,
    principals: [{ principalId: lake.principalId.toUpperCase() }],
    lake: { storageAccountName: lake.accountName, containerName: lake.containerName },
  } as DicomService;
}

describe('whoever', () => {
  test('may read the account may read its logs, others not', async () => {
    const clock = new ManualClock();
    await using service = await startDicomService({ clock, grantCallers: false });
    await keepLogs(service.emulator, service.lake);
    await clock.advance(3 * MINUTE);
    await expect(rows(service, COUNT)).rejects.toMatchObject(refusal(403, 'InsufficientAccessError'));
    const { objectId } = service.emulator.ready.credentials.verifier;
    await assignRole(armOf(service.emulator), service.lake.accountId, ROLES.reader.id, objectId, 50);
    expect(await rows(service, COUNT)).not.toEqual([]);
  });

  test('may read the account sees nothing of a workspace that asks for permissions of its own', async () => {
    const clock = new ManualClock();
    await using service = await startDicomService({ clock, grantCallers: false });
    const { emulator, lake } = service;
    await keepLogs(emulator, lake, undefined, { enableLogAccessUsingOnlyResourcePermissions: false });
    const { objectId } = emulator.ready.credentials.verifier;
    await assignRole(armOf(emulator), lake.accountId, ROLES.reader.id, objectId, 50);
    await clock.advance(3 * MINUTE);
    expect(await rows(service, COUNT)).toEqual([]);
    await assignRole(armOf(emulator), workspaceIn(lake), ROLES.reader.id, objectId, 51);
    expect(await rows(service, COUNT)).not.toEqual([]);
    await armOf(emulator).delete(workspaceIn(lake), '2023-09-01');
    expect(await rows(service, COUNT)).toEqual([]);
  });

  test('asks of a resource that is not there is told so', async () => {
    await using service = await start();
    await expect(
      queryLogs(
        service.emulator,
        `${service.lake.groupId}/providers/Microsoft.Storage/storageAccounts/nolake`,
        COUNT,
      ),
    ).rejects.toMatchObject(refusal(404, 'ResourceNotFoundError'));
  });

  test.each([
    ['asks for a table that is not there', 'Missing | count', 'SemanticError'],
    ['makes a mistake', 'StorageBlobLogs | where', 'SyntaxError'],
  ])('%s is told so', async (_what, query, code) => {
    await using service = await start();
    const asked = logsClientOf(service.emulator).queryResource(service.lake.accountId.slice(1), query, {
      duration: 'P1D',
    });
    await expect(asked).rejects.toMatchObject({
      ...refusal(400, 'BadArgumentError'),
      details: { error: { innererror: { code } } },
    });
  });
});

describe('without the client', () => {
  let service: TestDicomService;
  beforeAll(async () => {
    service = await start();
  });
  afterAll(() => service[Symbol.asyncDispose]());

  async function ask(
    { emulator, lake }: TestDicomService,
    request: {
      readonly audience?: string;
      readonly path?: string;
      readonly body?: unknown;
      readonly method?: string;
    },
  ): Promise<readonly [status: number, code: unknown]> {
    const {
      audience,
      path = `/v1${lake.accountId}/query`,
      body = { query: COUNT },
      method = 'POST',
    } = request;
    const headers =
      audience === undefined
        ? {}
        : {
            Authorization: `Bearer ${(await credentialOf(emulator, 'verifier').getToken(`${audience}/.default`)).token}`,
          };
    const { status, json } = await send(`${emulator.ready.endpoints.logs}${path}`, emulator.ca, {
      method,
      headers: { 'Content-Type': 'application/json', ...headers },
      ...(method === 'GET'
        ? {}
        : { body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)) }),
    });
    return [status, (json as { readonly error?: { readonly code: string } }).error?.code];
  }
  const audience = AZURE_CLOUDS.AzurePublicCloud.logsAudience;

  test('a token is needed, and for this API', async () => {
    expect(await ask(service, {})).toEqual([401, 'AuthenticationFailed']);
    expect(await ask(service, { audience: AUDIENCES.arm })).toEqual([403, 'InvalidAuthenticationToken']);
    for (const name of AZURE_CLOUD_NAMES)
      expect(await ask(service, { audience: AZURE_CLOUDS[name].logsAudience })).toEqual([200, undefined]);
  });

  test.each<readonly [string, Parameters<typeof ask>[1]]>([
    ['no JSON', { body: '{' }],
    ['a list', { body: '7' }],
    ['no query', { body: {} }],
    ['an empty query', { body: { query: '' } }],
    ['a wrong time span', { body: { query: COUNT, timespan: 'yesterday' } }],
    ['no duration at all', { body: { query: COUNT, timespan: 'P' } }],
    ['three ends', { body: { query: COUNT, timespan: 'PT1H/PT1H/PT1H' } }],
    ['too much', { body: { query: ' '.repeat(1024 * 1024) } }],
  ])('%s is a bad argument', async (_what, request) => {
    expect(await ask(service, { audience, ...request })).toEqual([400, 'BadArgumentError']);
  });

  test.each(['PT1H30M', 'P1DT0.5S', 'P1W', '2026-01-01/P1D', 'P1D/2026-01-02', '2026-01-01/2026-01-02'])(
    'the time span %s is one',
    async (timespan) => {
      expect(await ask(service, { audience, body: { query: COUNT, timespan } })).toEqual([200, undefined]);
    },
  );

  test('what is not known is said to be so', async () => {
    const workspaces = '/v1/workspaces/00000000-0000-0000-0000-000000000000/query';
    expect(await ask(service, { audience, path: workspaces })).toEqual([404, 'PathNotFoundError']);
    expect(await ask(service, { audience, method: 'PUT' })).toEqual([404, 'PathNotFoundError']);
    const path = `/v1${service.lake.accountId}/query?query=${encodeURIComponent(COUNT)}&timespan=PT1H`;
    expect(await ask(service, { audience, method: 'GET', path })).toEqual([200, undefined]);
  });
});
