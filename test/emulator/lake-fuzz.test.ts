import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import * as fc from 'fast-check';
import { AUDIENCES, ROLES } from '../../contract';
import { ManualClock } from '../../emulator';
import { createAzure } from '../../emulator/azure';
import { ForgetfulState } from '../../emulator/domain/state-store';
import { SUBSCRIPTION_ID, TENANT_ID } from '../../emulator/entra/directory';
import type { Handler, HttpResponse } from '../../emulator/http/exchange';
import { ContentStore } from '../../emulator/state/content-store';
import { usedHeap } from '../support/used-heap';

/** `FUZZ_CASES=50000` for a long run; `FUZZ_SEED` repeats one that failed. */
const CASES = Number(process.env['FUZZ_CASES'] ?? 2000);
const HEAP_GROWTH_BYTES = 16 * 1024 * 1024;
const SEED = Number(process.env['FUZZ_SEED'] ?? 20260131);

const ACCOUNT = `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/fuzzlake`;

const PIECES = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('a', 'b', 'c', 'AHDS', 'x.dcm', 'ä', 'a\u0308') },
  {
    weight: 2,
    arbitrary: fc.constantFrom('..', '.', '', ' ', 'a.', 'a/', 'con', '$root', '__proto__', '*', '~'),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom('%', '%00', '%2F', '%2e%2e', '%zz', '%E0%A4%A', '%5C', '%0d%0a', '%EF%BF%BE'),
  },
  { weight: 1, arbitrary: fc.constantFrom('n'.repeat(255), 'm'.repeat(1025), 'x/'.repeat(300)) },
  {
    weight: 1,
    arbitrary: fc
      .string({ unit: 'binary', maxLength: 12 })
      .map((text) => encodeURIComponent(text.replace(/[\uD800-\uDFFF]/g, ''))),
  },
);

const PATHS = fc.array(PIECES, { maxLength: 4 }).map((pieces) => pieces.join('/'));
const TARGETS = fc.oneof(
  { weight: 8, arbitrary: PATHS.map((one) => `/fuzzlake/dicom/${one}`) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('/fuzzlake', '/fuzzlake/', '/fuzzlake/dicom', '/fuzzlake/other', '/'),
  },
  { weight: 1, arbitrary: PATHS.map((one) => `/${one}`) },
);

const VALUES = fc.oneof(
  fc.constantFrom(
    '',
    '0',
    '-1',
    '1',
    '5001',
    '1e9',
    '99999999999999999999',
    'true',
    'false',
    'NaN',
    '*',
    '/',
    '%00',
  ),
  fc.constantFrom(
    'AAAA',
    'MDAwMQ==',
    '1!YQ',
    'a/',
    'deleted',
    'metadata,deleted',
    'committed',
    'all',
    'Hot',
    '?deletionid=1',
  ),
  fc.string({ maxLength: 10 }).map((text) => encodeURIComponent(text.replace(/[\uD800-\uDFFF]/g, ''))),
);
const PARAMETERS = fc.constantFrom(
  ...[
    'prefix',
    'marker',
    'maxresults',
    'delimiter',
    'include',
    'showonly',
    'startFrom',
    'blockid',
    'position',
  ],
  ...[
    'blocklisttype',
    'recursive',
    'directory',
    'continuation',
    'maxResults',
    'retainUncommittedData',
    'flush',
  ],
  ...[
    'sig',
    'skoid',
    'sv',
    'sr',
    'sp',
    'se',
    'sdd',
    'timeout',
    'comp',
    'restype',
    'resource',
    'action',
    'mode',
  ],
);
const SHAPES = fc.constantFrom(
  ...[
    '',
    '',
    '',
    'comp=metadata',
    'comp=properties',
    'comp=tier',
    'comp=expiry',
    'comp=undelete',
    'comp=block',
  ],
  ...['comp=blocklist', 'comp=blocklist', 'comp=lease', 'comp=list&restype=container', 'restype=container'],
  ...['comp=batch', 'restype=service&comp=userdelegationkey', 'restype=service&comp=properties', 'comp=list'],
  ...[
    'resource=file',
    'resource=directory',
    'resource=filesystem&recursive=true',
    'action=append&position=0',
  ],
  ...[
    'action=flush&position=1',
    'recursive=true',
    'mode=legacy',
    'action=getAccessControl',
    'action=setAccessControl',
    'action=setAccessControlRecursive&mode=modify',
    'comp=query',
  ],
);
const QUERIES = fc
  .tuple(SHAPES, fc.array(fc.tuple(PARAMETERS, VALUES), { maxLength: 2 }))
  .map(([shape, others]) => [shape, ...others.map(([name, value]) => `${name}=${value}`)].join('&'));

const HEADERS = fc.dictionary(
  fc.constantFrom(
    ...['range', 'if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since', 'content-md5'],
    ...[
      'x-ms-range',
      'x-ms-range-get-content-md5',
      'x-ms-access-tier',
      'x-ms-rehydrate-priority',
      'x-ms-blob-type',
    ],
    ...[
      'x-ms-lease-action',
      'x-ms-lease-id',
      'x-ms-lease-duration',
      'x-ms-lease-break-period',
      'x-ms-properties',
    ],
    ...[
      'x-ms-proposed-lease-id',
      'x-ms-expiry-option',
      'x-ms-expiry-time',
      'x-ms-undelete-source',
      'x-ms-date',
    ],
    ...[
      'x-ms-acl',
      'x-ms-permissions',
      'x-ms-rename-source',
      'x-ms-meta-a',
      'x-ms-meta-__proto__',
      'x-ms-meta-\u00e4',
      'x-ms-unknown',
      'content-type',
    ],
  ),
  fc.oneof(
    fc.constantFrom(
      '',
      '*',
      '"0x1"',
      'BlockBlob',
      'Hot',
      'Archive',
      'High',
      'bytes=0-0',
      'bytes=5-1',
      'bytes=0-',
    ),
    fc.constantFrom(
      'acquire',
      'break',
      'release',
      '-1',
      '15',
      '11111111-2222-3333-4444-555555555555',
      'RelativeToNow',
    ),
    fc.constantFrom(
      'Thu, 01 Jan 2026 00:00:00 GMT',
      '9'.repeat(15),
      '9'.repeat(400),
      '/dicom/a',
      '/fuzzlake/dicom/a/b',
    ),
    fc.constantFrom(
      'a=YQ==',
      '?deletionid=1',
      'multipart/mixed; boundary=b',
      'bytes=99999999999999999999-',
      'NeverExpire',
    ),
    fc.string({ maxLength: 12 }),
  ),
  { maxKeys: 4 },
);

const BODIES = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('', 'x', 'hello') },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      '<BlockList><Latest>AAAA</Latest></BlockList>',
      '<BlockList><Latest>AAAA</Latest><Evil/></BlockList>',
      '<!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><BlockList><Latest>&b;</Latest></BlockList>',
      `${'<a>'.repeat(5_000)}${'</a>'.repeat(5_000)}`,
      '<KeyInfo><Start>2026-01-01</Start><Expiry>2026-01-02</Expiry></KeyInfo>',
      '<KeyInfo><Start>x</Start></KeyInfo>',
      '<BlockList><__proto__>AAAA</__proto__></BlockList>',
      '--b\r\n\r\nDELETE /fuzzlake/dicom/a HTTP/1.1\r\n\r\n--b--',
      '--b\r\n\r\nDELETE //evil/../.. HTTP/1.1\r\na:b\r\n\r\n--b--',
      '--b--',
    ),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
);

interface Shot {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const SHOTS: fc.Arbitrary<Shot> = fc.record({
  method: fc.constantFrom('GET', 'PUT', 'PUT', 'PUT', 'PATCH', 'DELETE', 'POST', 'HEAD', 'TRACE'),
  target: fc.tuple(TARGETS, QUERIES).map(([at, query]) => `${at}?${query}`),
  headers: HEADERS,
  body: BODIES,
});

const KNOWN = [304, 400, 401, 403, 404, 409, 411, 412, 413, 416, 501];

test(`${CASES} requests of all kinds crash nothing, and write only where contents belong`, async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'lake-fuzz-'));
  const contents = new ContentStore(path.join(folder, 'contents'));
  const state = new ForgetfulState(contents.onCommit);
  const azure = await createAzure({
    clock: new ManualClock(),
    origin: (plane) => `https://127.0.0.1/${plane}`,
    state,
    contents,
  });
  const { entra, arm, storage } = azure.planes;
  const { clientId, clientSecret, objectId } = azure.directory.deployer;
  const tokenFor = async (audience: string): Promise<string> => {
    const form = new URLSearchParams({
      ...{ grant_type: 'client_credentials', scope: `${audience}/.default` },
      ...{ client_id: clientId, client_secret: clientSecret },
    });
    const issued = await ask(entra, shot('POST', `/${TENANT_ID}/oauth2/v2.0/token`, String(form)), {});
    return `Bearer ${(JSON.parse(textOf(issued)) as { access_token: string }).access_token}`;
  };
  const armToken = { authorization: await tokenFor(AUDIENCES.arm) };
  const put = (id: string, body: object) =>
    ask(arm, shot('PUT', `${id}?api-version=1`, JSON.stringify(body)), armToken);
  const token = { authorization: await tokenFor(AUDIENCES.storage) };
  await put(ACCOUNT.slice(0, ACCOUNT.indexOf('/providers')), { location: 'westeurope' });
  await put(ACCOUNT, {
    location: 'westeurope',
    kind: 'StorageV2',
    sku: { name: 'Standard_ZRS' },
    properties: { isHnsEnabled: true, allowSharedKeyAccess: true },
  });
  await put(`${ACCOUNT}/blobServices/default`, {
    properties: {
      deleteRetentionPolicy: { enabled: true, days: 7 },
      lastAccessTimeTrackingPolicy: { enable: true },
    },
  });
  await put(
    `${ACCOUNT}/providers/Microsoft.Authorization/roleAssignments/00000000-0000-0000-0000-000000000001`,
    {
      properties: {
        principalId: objectId,
        roleDefinitionId: `/providers/Microsoft.Authorization/roleDefinitions/${ROLES.storageBlobDataOwner.id}`,
        principalType: 'ServicePrincipal',
      },
    },
  );
  const statuses = new Set<number>();
  let count = 0;
  const heap: number[] = [];
  await fc.assert(
    fc.asyncProperty(SHOTS, fc.constantFrom(token, token, token, {}), async (one, credential) => {
      if (count % 500 === 0) {
        await ask(storage, shot('DELETE', '/fuzzlake/dicom?restype=container'), token);
        await ask(storage, shot('PUT', '/fuzzlake/dicom?restype=container'), token);
        heap.push(usedHeap());
      }
      count += 1;
      const answer = await ask(storage, one, credential);
      await state.committed();
      statuses.add(answer.status);
      const isKnown = (answer.status >= 200 && answer.status < 300) || KNOWN.includes(answer.status);
      if (!isKnown) throw new Error(`answered ${answer.status}: ${textOf(answer)}`);
      for (const [name, value] of Object.entries(answer.headers ?? {})) {
        if (/[^\t\x20-\x7e\x80-\xff]/.test(`${name}${value}`))
          throw new Error(`${name} cannot be sent: ${value}`);
      }
      if (typeof answer.body === 'object' && !Buffer.isBuffer(answer.body)) {
        for await (const chunk of answer.body) expect(chunk.length).toBeGreaterThan(0);
      }
    }),
    { numRuns: CASES, seed: SEED, endOnFailure: true },
  );
  expect([...statuses]).toEqual(expect.arrayContaining([200, 201, 202, 400, 401, 404, 501]));
  expect(readdirSync(folder)).toEqual(['contents']);
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  expect((heap.at(-1) ?? 0) - (heap[1] ?? 0)).toBeLessThan(HEAP_GROWTH_BYTES);
  await azure.dicomServices.close();
  rmSync(folder, { recursive: true });
}, 1_200_000);

function shot(method: string, target: string, body = ''): Shot {
  return { method, target, headers: {}, body };
}

/** As the listener would pass it on. */
function ask(
  handler: Handler,
  { method, target, headers, body }: Shot,
  credential: Readonly<Record<string, string>>,
): Promise<HttpResponse> {
  const bytes = Buffer.from(body);
  return handler({
    method,
    url: new URL(target.replace(/^\/{2,}/, '/'), 'https://127.0.0.1'),
    headers: {
      'content-length': String(bytes.length),
      'x-ms-version': '2026-02-06',
      ...headers,
      ...credential,
    },
    body: Readable.from([bytes]),
    receivedAt: Date.UTC(2026, 0, 1),
    id: '1',
  });
}

function textOf({ body }: HttpResponse): string {
  return typeof body === 'string' ? body : '';
}
