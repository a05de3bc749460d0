import { createHash } from 'node:crypto';
import { BlobServiceClient, type ContainerClient, StorageSharedKeyCredential } from '@azure/storage-blob';
import { AUDIENCES } from '../../contract';
import { type Emulator, ManualClock } from '../../emulator';
import { rejectionOf } from '../support/errors';
import {
  armOf,
  credentialOf,
  provisionLake,
  startTestEmulator,
  type ProvisionedLake,
} from '../support/emulator';
import { anonymousSender, type SendStorage, storageSender } from '../support/storage-http';

let emulator: Emulator;
let lake: ProvisionedLake;
let clock: ManualClock;
let send: SendStorage;
let container: ContainerClient;

beforeEach(async () => {
  clock = new ManualClock();
  emulator = await startTestEmulator({ clock });
  lake = await provisionLake(emulator, { deletedFileRetentionDays: 7 });
  send = await storageSender(emulator, lake);
  const options = { tlsOptions: { ca: emulator.ca } } as object;
  container = new BlobServiceClient(
    lake.accountUrl,
    credentialOf(emulator, 'deployer'),
    options,
  ).getContainerClient('dicom');
});
afterEach(() => emulator.close());

const put = (path: string, text = 'x', headers: Record<string, string> = {}) =>
  send('PUT', `/dicom/${path}`, {
    body: Buffer.from(text),
    headers: { 'x-ms-blob-type': 'BlockBlob', ...headers },
  });

describe('who may come in', () => {
  test('without a token is challenged, with the place to get one', async () => {
    const anonymous = anonymousSender(emulator, lake);
    const { status, headers, text } = await anonymous('GET', '/dicom/a');
    expect(status).toBe(401);
    expect(headers).toMatchObject({
      'x-ms-error-code': 'NoAuthenticationInformation',
      'www-authenticate': `Bearer authorization_uri=${emulator.ready.endpoints.entra}/${emulator.ready.tenantId}/oauth2/authorize resource_id=https://storage.azure.com`,
    });
    expect(text).toContain('<Code>NoAuthenticationInformation</Code>');
    expect((await anonymous('PUT', '/dicom/a', { headers: { 'x-ms-version': '2017-11-09' } })).status).toBe(
      401,
    );
  });

  test('without a token, as a browser comes, learns that nothing is public', async () => {
    const { status, headers, text } = await anonymousSender(emulator, lake)('GET', '/dicom/a', {
      headers: { 'x-ms-version': '' },
    });
    expect([status, headers['x-ms-error-code']]).toEqual([409, 'PublicAccessNotPermitted']);
    expect(text).toContain('Public access is not permitted on this storage account.');
  });

  test.each(['arm', 'dicom'] as const)('with a token for %s is refused', async (audience) => {
    const { token } = await credentialOf(emulator, 'deployer').getToken(`${AUDIENCES[audience]}/.default`);
    const { status, headers } = await send('GET', '/dicom/a', {
      headers: { Authorization: `Bearer ${token}` },
    });
    expect([status, headers['x-ms-error-code']]).toEqual([401, 'InvalidAuthenticationInfo']);
  });

  test('with a token that has expired is refused', async () => {
    expect((await put('a')).status).toBe(201);
    await clock.advance(24 * 3_600_000);
    expect((await put('a')).headers['x-ms-error-code']).toBe('InvalidAuthenticationInfo');
  });

  test('with an account key or its signature is refused while keys are off', async () => {
    const keyed = new BlobServiceClient(
      lake.accountUrl,
      new StorageSharedKeyCredential('testlake', Buffer.from('not the key').toString('base64')),
      { tlsOptions: { ca: emulator.ca } } as object,
    ).getContainerClient('dicom');
    expect(await rejectionOf(keyed.getBlobClient('a').download())).toMatchObject({
      statusCode: 403,
      code: 'KeyBasedAuthenticationNotPermitted',
    });
    const signed = await anonymousSender(emulator, lake)('GET', '/dicom/a?sv=2024-08-04&sp=r&sig=c2VjcmV0');
    expect([signed.status, signed.headers['x-ms-error-code']]).toEqual([
      403,
      'KeyBasedAuthenticationNotPermitted',
    ]);
    expect(signed.text).not.toContain('c2VjcmV0');
  });

  test('with a signature by an account key is told that the emulator knows user delegation only', async () => {
    await armOf(emulator).put(lake.accountId, '2023-05-01', {
      location: 'westeurope',
      kind: 'StorageV2',
      sku: { name: 'Standard_ZRS' },
      properties: { isHnsEnabled: true, allowSharedKeyAccess: true },
    });
    const { status, text } = await anonymousSender(emulator, lake)(
      'GET',
      '/dicom/a?sv=2024-08-04&sp=r&sig=c2VjcmV0',
    );
    expect(status).toBe(501);
    expect(text).toContain(
      'The emulator takes shared access signatures made with a user delegation key only, not with a key of the account.',
    );
  });

  test('needs a role, and does not learn without one what exists', async () => {
    const reader = await storageSender(emulator, lake, 'verifier');
    for (const target of ['/dicom/none', '/none/none']) {
      const { status, headers } = await reader('DELETE', target);
      expect([status, headers['x-ms-error-code']]).toEqual([403, 'AuthorizationPermissionMismatch']);
    }
    expect((await reader('GET', '/dicom/none')).headers['x-ms-error-code']).toBe('BlobNotFound');
    expect((await reader('PUT', '/more?restype=container')).status).toBe(403);
  });
});

describe('answers', () => {
  test('carry the ids, the version and the time of the emulator', async () => {
    const { headers } = await put('a', 'x', { 'x-ms-client-request-id': 'mine' });
    expect(headers).toMatchObject({
      'x-ms-client-request-id': 'mine',
      'x-ms-version': '2026-02-06',
      date: new Date(clock.now()).toUTCString(),
    });
    expect(headers['x-ms-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('describe a failure in XML, and only in a header where there is no body', async () => {
    const { status, headers, text } = await send('GET', '/dicom/none');
    expect(status).toBe(404);
    expect(headers['content-type']).toBe('application/xml');
    expect(text).toBe(
      '<?xml version="1.0" encoding="utf-8"?><Error><Code>BlobNotFound</Code><Message>The specified blob does not exist.\n' +
        `RequestId:${String(headers['x-ms-request-id'])}\nTime:2026-01-01T00:00:00.000Z</Message></Error>`,
    );
    const head = await send('HEAD', '/dicom/none');
    expect([head.status, head.headers['x-ms-error-code'], head.text]).toEqual([404, 'BlobNotFound', '']);
  });

  test('name what is not emulated, and what is', async () => {
    const snapshot = await send('PUT', '/dicom/a?comp=snapshot');
    expect(snapshot.status).toBe(501);
    expect(snapshot.text).toContain(
      'The emulator does not know PUT /testlake/dicom/a?comp=snapshot. It knows: ',
    );
    expect(snapshot.text).toContain('PUT /{account}/{container}/{path}?comp=tier (Set Blob Tier)');
    const tagged = await put('a', 'x', { 'x-ms-tags': 'k=v', 'x-ms-encryption-scope': '1' });
    expect(tagged.status).toBe(501);
    expect(tagged.text).toMatch(
      /The emulator does not act on (x-ms-tags, x-ms-encryption-scope|x-ms-encryption-scope, x-ms-tags)\./,
    );
    expect((await put('a', 'x', { 'x-ms-blob-type': 'PageBlob' })).text).toContain(
      "The emulator knows x-ms-blob-type BlockBlob only, got 'PageBlob'.",
    );
    expect((await send('GET', '/dicom/a')).status).toBe(404);
  });

  test('fail with 400 for a header that makes no sense, and nothing is written', async () => {
    const cases: readonly [Record<string, string>, string, string][] = [
      [{ 'x-ms-blob-type': '' }, 'MissingRequiredHeader', 'x-ms-blob-type.'],
      [
        { 'x-ms-access-tier': 'P4' },
        'InvalidHeaderValue',
        "x-ms-access-tier must be Hot, Cool, Cold or Archive, got 'P4'.",
      ],
      [
        { 'x-ms-expiry-option': 'RelativeToNow', 'x-ms-expiry-time': 'soon' },
        'InvalidHeaderValue',
        "x-ms-expiry-time must be a number of milliseconds, got 'soon'.",
      ],
      [{ 'x-ms-expiry-time': '1' }, 'MissingRequiredHeader', 'x-ms-expiry-option.'],
      [
        { 'If-Modified-Since': 'yesterday' },
        'InvalidHeaderValue',
        "if-modified-since must be a date as in RFC 1123, got 'yesterday'.",
      ],
      [
        { 'Content-MD5': createHash('md5').update('other').digest('base64') },
        'Md5Mismatch',
        'The MD5 value specified in the request did not match',
      ],
      [
        { 'x-ms-meta-a-b': '1' },
        'InvalidMetadata',
        "a name must be letters, digits and underscores and not begin with a digit, got 'a-b'.",
      ],
    ];
    for (const [headers, code, message] of cases) {
      const answer = await put('a', 'x', headers);
      expect([headers, answer.status, answer.headers['x-ms-error-code']]).toEqual([headers, 400, code]);
      expect(answer.text).toContain(message);
      expect((await send('GET', '/dicom/a')).status).toBe(404);
    }
  });

  test('fail with 400 for a path that no listing could show', async () => {
    for (const path of ['a//b', 'a%00b', 'a%0Ab', '%ff', 'x'.repeat(1025)]) {
      const { status, headers } = await put(path);
      expect([path, status, headers['x-ms-error-code']]).toEqual([path, 400, 'InvalidUri']);
    }
    expect((await put('x'.repeat(1024))).status).toBe(201);
  });
});

describe('reading', () => {
  test('gives a range with its place, and the MD5 of the part when asked for', async () => {
    await put('a', '0123456789');
    const { status, headers, text } = await send('GET', '/dicom/a', {
      headers: { Range: 'bytes=0-1', 'x-ms-range': 'bytes=3-5', 'x-ms-range-get-content-md5': 'true' },
    });
    expect([status, text]).toEqual([206, '345']);
    expect(headers).toMatchObject({
      'content-range': 'bytes 3-5/10',
      'content-length': '3',
      'content-md5': createHash('md5').update('345').digest('base64'),
      'x-ms-blob-content-md5': createHash('md5').update('0123456789').digest('base64'),
    });
    const toEnd = await send('GET', '/dicom/a', { headers: { Range: 'bytes=8-' } });
    expect([toEnd.status, toEnd.text, toEnd.headers['content-range']]).toEqual([206, '89', 'bytes 8-9/10']);
    const behind = await send('GET', '/dicom/a', { headers: { Range: 'bytes=10-11' } });
    expect([behind.status, behind.headers['x-ms-error-code']]).toEqual([416, 'InvalidRange']);
    const turned = await send('GET', '/dicom/a', { headers: { Range: 'bytes=5-3' } });
    expect([turned.status, turned.headers['x-ms-error-code']]).toEqual([400, 'InvalidHeaderValue']);
  });

  test('answers 304 without a body to a reader that has it already', async () => {
    const { etag = '' } = (await put('a')).headers;
    const same = await send('GET', '/dicom/a', { headers: { 'If-None-Match': etag } });
    expect([same.status, same.text]).toEqual([304, '']);
    const since = { 'If-Modified-Since': new Date(clock.now()).toUTCString() };
    expect((await send('HEAD', '/dicom/a', { headers: since })).status).toBe(304);
    await clock.advance(1000);
    await put('a');
    expect((await send('HEAD', '/dicom/a', { headers: since })).status).toBe(200);
    const unmodified = { 'If-Unmodified-Since': since['If-Modified-Since'] };
    expect((await send('GET', '/dicom/a', { headers: unmodified })).status).toBe(412);
  });

  test('shows a directory as an empty blob with a mark', async () => {
    await put('d/a');
    const { status, headers } = await send('HEAD', '/dicom/d/');
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-length': '0',
      'x-ms-resource-type': 'directory',
      'x-ms-meta-hdi_isfolder': 'true',
    });
    expect(headers['x-ms-access-tier']).toBeUndefined();
    const removed = await send('DELETE', '/dicom/d');
    expect([removed.status, removed.headers['x-ms-error-code']]).toEqual([409, 'DirectoryIsNotEmpty']);
    expect((await put('d')).headers['x-ms-error-code']).toBe('ResourceTypeMismatch');
    const tier = await send('PUT', '/dicom/d?comp=tier', { headers: { 'x-ms-access-tier': 'Cool' } });
    expect([tier.status, tier.headers['x-ms-error-code']]).toEqual([400, 'OperationNotSupportedOnDirectory']);
  });
});

describe('properties, through the SDK', () => {
  test('are replaced as a whole, with a new ETag', async () => {
    const blob = container.getBlockBlobClient('a');
    const { etag } = await blob.upload('x', 1, {
      blobHTTPHeaders: { blobContentLanguage: 'de', blobCacheControl: 'no-cache' },
      metadata: { old: '1' },
      tier: 'Cool',
    });
    await clock.advance(60_000);
    await blob.setMetadata({ fresh: '2' });
    await blob.setHTTPHeaders({ blobContentType: 'application/dicom', blobContentDisposition: 'inline' });
    const properties = await blob.getProperties();
    expect(properties).toMatchObject({
      metadata: { fresh: '2' },
      contentType: 'application/dicom',
      contentDisposition: 'inline',
      lastModified: new Date(clock.now()),
      createdOn: new Date(clock.now() - 60_000),
      accessTier: 'Cool',
      accessTierChangedOn: new Date(clock.now() - 60_000),
    });
    expect([properties.contentLanguage, properties.cacheControl]).toEqual([undefined, undefined]);
    expect(properties.etag).not.toBe(etag);
  });

  test('tell an inferred tier from a chosen one, in listings too', async () => {
    await container.getBlockBlobClient('chosen').upload('x', 1);
    await container.getBlockBlobClient('inferred').upload('x', 1);
    await container.getBlockBlobClient('chosen').setAccessTier('Hot');
    const listed = [];
    for await (const { name, properties } of container.listBlobsFlat()) {
      const { accessTier, accessTierInferred, accessTierChangedOn } = properties;
      listed.push([name, accessTier, accessTierInferred, accessTierChangedOn?.getTime()]);
      const alone = await container.getBlobClient(name).getProperties();
      expect(listed.at(-1)).toEqual([
        name,
        alone.accessTier,
        alone.accessTierInferred,
        alone.accessTierChangedOn?.getTime(),
      ]);
    }
    expect(listed).toEqual([
      ['chosen', 'Hot', undefined, clock.now()],
      ['inferred', 'Hot', true, undefined],
    ]);
  });

  test('show how far a file is on its way out of the archive', async () => {
    const blob = container.getBlobClient('a');
    await put('a');
    expect((await blob.setAccessTier('Archive'))._response.status).toBe(200);
    const options = { rehydratePriority: 'High' } as const;
    expect((await blob.setAccessTier('Cool', options))._response.status).toBe(202);
    expect(await blob.getProperties()).toMatchObject({
      accessTier: 'Archive',
      archiveStatus: 'rehydrate-pending-to-cool',
      rehydratePriority: 'High',
    });
    expect(await rejectionOf(blob.setAccessTier('Hot'))).toMatchObject({
      statusCode: 409,
      code: 'BlobBeingRehydrated',
    });
    for await (const { properties } of container.listBlobsFlat()) {
      expect(properties.archiveStatus).toBe('rehydrate-pending-to-cool');
    }
  });
});

describe('blocks', () => {
  const idOf = (text: string): string => Buffer.from(text).toString('base64');

  test('make up the file in the order of the list, old and new ones mixed', async () => {
    const blob = container.getBlockBlobClient('a');
    for (const text of ['one', 'two']) await blob.stageBlock(idOf(text), text, text.length);
    expect(await blob.exists()).toBe(false);
    await blob.commitBlockList([idOf('two'), idOf('one')], { metadata: { k: 'v' }, tier: 'Cold' });
    expect((await blob.downloadToBuffer()).toString()).toBe('twoone');
    expect(await blob.getProperties()).toMatchObject({ metadata: { k: 'v' }, accessTier: 'Cold' });

    await blob.stageBlock(idOf('one'), '1', 1);
    const lists = await blob.getBlockList('all');
    expect(lists.committedBlocks).toEqual([
      { name: idOf('two'), size: 3 },
      { name: idOf('one'), size: 3 },
    ]);
    expect(lists.uncommittedBlocks).toEqual([{ name: idOf('one'), size: 1 }]);
    const body = Buffer.from(
      `<?xml version="1.0" encoding="utf-8"?><BlockList><Latest>${idOf('one')}</Latest>` +
        `<Committed>${idOf('one')}</Committed><Uncommitted>${idOf('one')}</Uncommitted><Latest>${idOf('two')}</Latest></BlockList>`,
    );
    expect((await send('PUT', '/dicom/a?comp=blocklist', { body })).status).toBe(201);
    expect((await blob.downloadToBuffer()).toString()).toBe('1one1two');
    expect((await blob.getBlockList('uncommitted')).uncommittedBlocks).toEqual([]);
  });

  test('that are not there, or wrongly named, are refused', async () => {
    const blob = container.getBlockBlobClient('a');
    await blob.stageBlock(idOf('one'), 'x', 1);
    expect(await rejectionOf(blob.commitBlockList([idOf('two')]))).toMatchObject({
      statusCode: 400,
      code: 'InvalidBlockList',
    });
    expect(await rejectionOf(blob.stageBlock(idOf('longer'), 'x', 1))).toMatchObject({
      statusCode: 400,
      code: 'InvalidBlobOrBlock',
    });
    const unreadable = await send('PUT', '/dicom/a?comp=block&blockid=%21', { body: Buffer.from('x') });
    expect(unreadable.headers['x-ms-error-code']).toBe('InvalidQueryParameterValue');
    const body = Buffer.from('<BlockList><Latest>');
    const broken = await send('PUT', '/dicom/a?comp=blocklist', { body });
    expect(broken.headers['x-ms-error-code']).toBe('InvalidXmlDocument');
    expect(await blob.exists()).toBe(false);
  });
});

describe('listings', () => {
  test('show deleted files beside the others, with what is needed to bring them back', async () => {
    await put('a');
    await put('b');
    await send('DELETE', '/dicom/a');
    const found = [];
    for await (const item of container.listBlobsFlat({ includeDeleted: true })) {
      const { name, deleted, properties } = item;
      found.push([name, deleted, properties.deletedOn?.getTime(), properties.remainingRetentionDays]);
    }
    expect(found).toEqual([
      ['a', true, clock.now(), 6],
      ['b', undefined, undefined, undefined],
    ]);
    const { text } = await send('GET', '/dicom?restype=container&comp=list&showonly=deleted');
    expect(text).toMatch(
      /<Name>a<\/Name><DeletionId>[0-9]{18}<\/DeletionId><Deleted>true<\/Deleted>.*<Expiry-Time>Thu, 08 Jan 2026 00:00:00 GMT<\/Expiry-Time>/,
    );
    expect(text).not.toContain('<Name>b</Name>');
  });

  test('tell directories from files, with metadata when asked for', async () => {
    await put('d/a', 'x', { 'x-ms-meta-k': 'a&b<c' });
    const found = [];
    for await (const { name, metadata } of container.listBlobsFlat({ includeMetadata: true })) {
      found.push([name, metadata]);
    }
    expect(found).toEqual([
      ['d', { hdi_isfolder: 'true' }],
      ['d/a', { k: 'a&b<c' }],
    ]);
  });

  test('name files whatever their names are', async () => {
    const names = ['a&b', 'a b', 'ä', '"quoted"', '<x>', "it's", '1', '日本/語', 'per%cent', 'plus+'].sort();
    for (const name of names) await container.getBlockBlobClient(name).upload('x', 1);
    const found = [];
    for await (const { name } of container.listBlobsFlat()) found.push(name);
    expect(found.filter((name) => name !== '日本')).toEqual(names);
    for (const name of names) {
      expect((await container.getBlobClient(name).downloadToBuffer()).toString()).toBe('x');
    }
  });

  test('start in the middle of a name space', async () => {
    for (const name of ['10_1.dcm', '55_2.dcm', '99_3.dcm']) await put(name);
    const found = [];
    for await (const { name } of container.listBlobsFlat({ startFrom: '55' })) found.push(name);
    expect(found).toEqual(['55_2.dcm', '99_3.dcm']);
  });

  test('fail with 400 for a parameter that makes no sense', async () => {
    for (const [query, code, message] of [
      [
        'maxresults=0',
        'OutOfRangeQueryParameterValue',
        "maxresults must be a number from 1 to 5000, got '0'.",
      ],
      [
        'marker=nonsense',
        'InvalidQueryParameterValue',
        "marker must be a marker from the page before, got 'nonsense'.",
      ],
      ['delimiter=-', 'InvalidQueryParameterValue', "delimiter must be '/' in an account with"],
      ['include=uncommittedblobs', 'InvalidQueryParameterValue', "got 'uncommittedblobs'."],
      ['showonly=files', 'InvalidQueryParameterValue', "showonly must be deleted, got 'files'."],
    ] as const) {
      const { status, headers, text } = await send('GET', `/dicom?restype=container&comp=list&${query}`);
      expect([query, status, headers['x-ms-error-code']]).toEqual([query, 400, code]);
      expect(text).toContain(message);
    }
  });
});
