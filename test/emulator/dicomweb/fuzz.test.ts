import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:tls';
import path from 'node:path';
import { Readable } from 'node:stream';
import * as fc from 'fast-check';
import { servicePath } from '../../../contract';
import { ManualClock } from '../../../emulator';
import { createDicomPlane } from '../../../emulator/dicomweb/plane';
import { readDicomContent } from '../../../emulator/domain/dicom-content';
import { readDicomFile, UnreadableDicomFile, type DicomFile } from '../../../emulator/domain/dicom-file';
import { locateFrames } from '../../../emulator/domain/dicom-frames';
import { readMetadata } from '../../../emulator/domain/dicom-json';
import type { Handler, HttpResponse } from '../../../emulator/http/exchange';
import { syntheticDataset, SYNTAX, uidOf, writeDicomFile } from '../../support/dicom-file';
import { inPieces, SPOILING, strangeFile } from '../../support/dicom-fuzz';
import { dicomSender, multipartOf } from '../../support/dicom-http';
import {
  dicomFilesIn,
  fileSystemOf,
  instancePath,
  JSON_ACCEPT,
  ORIGINAL_FILE,
  startDicomService,
  type TestDicomService,
} from '../../support/dicom-service';
import { MemoryContents } from '../../support/memory-contents';
import { usedHeap } from '../../support/used-heap';

/** `FUZZ_CASES=50000` for a long run; `FUZZ_SEED` repeats one that failed. */
const CASES = Number(process.env['FUZZ_CASES'] ?? 1500);
const SEED = Number(process.env['FUZZ_SEED'] ?? 20260131);
const TIMEOUT_MS = 60_000 + CASES * 100;
/** What a store keeps for ever is its entries in the change feed. */
const HEAP_GROWTH_BYTES = 64 * 1024 * 1024;
const CLEARED_EVERY = 250;
/** Contents stay a while for their readers. */
const LINGERING_CONTENTS = 64;

const folder = process.env['TEST_DICOM_FOLDER'] ?? '';
const REAL = existsSync(folder)
  ? readdirSync(folder)
      .filter((name) => name.endsWith('.dcm'))
      .map((name) => readFileSync(path.join(folder, name)))
  : [];

const PARTITION = '/partitions/kept';
const KEPT = writeDicomFile(syntheticDataset({ study: 'kept', series: 'kept', instance: 'kept' }));
const KEPT_PATH = `${PARTITION}${instancePath('kept', 'kept', 'kept')}`;

const EVIL_TEXTS = [
  ...[
    '',
    ' ',
    '.',
    '..',
    '../..',
    '/',
    '\\',
    '*',
    '?',
    '%',
    '"',
    "'",
    '<',
    '\0',
    '\r\n',
    '\u202E',
    '💥',
    '\uFEFF',
  ],
  ...[
    '__proto__',
    'constructor',
    'toString',
    'null',
    'undefined',
    'NaN',
    '-',
    '--',
    '-1',
    '0',
    '1e9',
    '1,,2',
  ],
  ...[
    '99999999999999999999',
    '00100010',
    '0010001',
    'PatientID',
    'all',
    '1.2.3',
    '.1',
    '1.',
    'a'.repeat(5000),
  ],
  ...[
    '20260131-',
    '-20260131',
    '20260131-20260101',
    '2026-01-31T00:00:00Z',
    '+',
    '=',
    '^',
    'Microsoft.Default',
  ],
];
const EVIL_ENCODED = [
  '%',
  '%zz',
  '%00',
  '%2F',
  '%2e%2e',
  '%5c',
  '%E0%A4%A',
  '%ff',
  '%20',
  '%252e',
  '%3c',
  '%u0041',
];
const evilText = fc.oneof(
  fc.constantFrom(...EVIL_TEXTS).map((text) => encodeURIComponent(text)),
  fc.constantFrom(...EVIL_ENCODED),
  fc
    .string({ maxLength: 12, unit: 'grapheme' })
    .map((text) => encodeURIComponent(text.replace(/\p{Surrogate}/gu, ''))),
);

const KEPT_SEGMENTS = instancePath('kept', 'kept', 'kept').split('/').slice(1);
const TARGETS: readonly (readonly string[])[] = [
  ...[2, 4, 6].flatMap((length) => [
    KEPT_SEGMENTS.slice(0, length),
    [...KEPT_SEGMENTS.slice(0, length), 'metadata'],
  ]),
  ...['1', '2', '1,2'].map((frames) => [...KEPT_SEGMENTS, 'frames', frames]),
  ...[['studies'], ['series'], ['instances'], ['changefeed'], ['changefeed', 'latest'], ['partitions']],
  [...KEPT_SEGMENTS.slice(0, 2), 'series'],
  [...KEPT_SEGMENTS.slice(0, 2), 'instances'],
  [...KEPT_SEGMENTS.slice(0, 4), 'instances'],
];

const TARGET: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom(...TARGETS),
    fc.oneof(
      { weight: 12, arbitrary: fc.constant(['partitions', 'kept']) },
      { weight: 1, arbitrary: fc.constant<string[]>([]) },
      { weight: 1, arbitrary: evilText.map((name) => ['partitions', name]) },
    ),
    fc.oneof(
      { weight: 2, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: fc.tuple(fc.nat(9), evilText) },
    ),
  )
  .map(([target, partition, evil]) => {
    const shared = ['changefeed', 'partitions'].includes(target[0] ?? '');
    const segments = [...(shared ? [] : partition), ...target];
    const spoiled = evil === undefined ? segments : segments.with(evil[0] % segments.length, evil[1]);
    return `/${spoiled.join('/')}`;
  });

const NAMES = [
  ...[
    'limit',
    'OFFSET',
    'fuzzymatching',
    'includefield',
    'startTime',
    'endTime',
    'includeMetadata',
    'PatientName',
  ],
  ...['PatientID', '0020000D', 'StudyDate', 'ModalitiesInStudy', 'SOPInstanceUID', 'Modality', '00400244'],
];
const QUERY: fc.Arbitrary<string> = fc
  .array(fc.tuple(fc.oneof(fc.constantFrom(...NAMES), evilText), evilText), { maxLength: 4 })
  .map((pairs) => pairs.map((pair) => pair.join('=')).join('&'));

const MEDIA_TYPES = [
  ...[
    'application/dicom',
    'application/dicom+json',
    'multipart/related',
    '*/*',
    'application/octet-stream',
    'image/jp2',
  ],
  ...[
    'application/*',
    'text/html',
    '',
    '/',
    'multipart/related; type="application/dicom"',
    '"',
    ';',
    ',',
    ';;=,',
  ],
];
const PARAMETERS = [
  ...[
    '',
    'q=0',
    'q=x',
    'q=1e9',
    'transfer-syntax=*',
    'transfer-syntax=1.2.840.10008.1.2.1',
    'transfer-syntax="',
  ],
  ...[
    'type="application/dicom"',
    'type=application/dicom',
    'type="a\\"b',
    'boundary=parts',
    'boundary="p a"',
    'boundary=',
  ],
  ...['type="*/*"', 'start=1', 'charset=utf-8', '=', '=;', `boundary=${'b'.repeat(3000)}`],
];
const MEDIA_TYPE: fc.Arbitrary<string> = fc
  .array(
    fc.tuple(fc.constantFrom(...MEDIA_TYPES), fc.array(fc.constantFrom(...PARAMETERS), { maxLength: 3 })),
    {
      minLength: 1,
      maxLength: 3,
    },
  )
  .map((types) => types.map(([type, parameters]) => [type, ...parameters].join(';')).join(','));

interface Shot {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: readonly Buffer[];
}

const READ: fc.Arbitrary<Shot> = fc.record({
  method: fc.oneof(
    { weight: 20, arbitrary: fc.constant('GET') },
    { weight: 1, arbitrary: fc.constantFrom('HEAD', 'OPTIONS', 'PATCH', 'TRACE') },
  ),
  target: fc.tuple(TARGET, QUERY).map(([target, query]) => (query === '' ? target : `${target}?${query}`)),
  headers: fc.record({
    accept: fc.oneof(MEDIA_TYPE, fc.constantFrom(JSON_ACCEPT, ORIGINAL_FILE, '*/*')),
    'if-none-match': fc.constantFrom('1', '"1"', 'x'),
  }),
  body: fc.constant([]),
});

/** What stands between the parts, and should not. */
const FRAMINGS: readonly ((parts: readonly Buffer[]) => Buffer)[] = [
  (parts) => multipartOf(parts).body,
  (parts) =>
    Buffer.concat([Buffer.from('preamble\r\n--part\r\n'), multipartOf(parts).body, Buffer.from('epilogue')]),
  (parts) => Buffer.from(multipartOf(parts).body.toString('latin1').replaceAll('\r\n', '\n'), 'latin1'),
  (parts) => multipartOf(parts).body.subarray(0, -4),
  (parts) => multipartOf(parts).body.subarray(0, -11),
  (parts) => Buffer.concat([multipartOf(parts).body, multipartOf(parts).body]),
  (parts) => Buffer.concat([Buffer.from('\r\n--parts \t\r\n\r\n'), ...parts, Buffer.from('\r\n--parts--')]),
  (parts) => Buffer.concat([Buffer.from(`--parts\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`), ...parts]),
  (parts) =>
    Buffer.concat([
      Buffer.from('--parts\r\nContent-Type: text/html\r\n\r\n'),
      ...parts,
      Buffer.from('\r\n--parts--'),
    ]),
  (parts) => Buffer.concat([Buffer.from('--parts--\r\n'), ...parts]),
  (parts) => Buffer.concat([Buffer.from('--parts\r\n--parts\r\n--parts\r\n\r\n\r\n--parts--'), ...parts]),
  () => Buffer.from('\r\n--parts'.repeat(500)),
  () => Buffer.from('--parts\r\n\r\n'.repeat(300)),
];

const STORE: fc.Arbitrary<Shot> = fc
  .tuple(
    fc.array(strangeFile(REAL), { minLength: 1, maxLength: 3 }),
    fc.oneof(
      { weight: 4, arbitrary: fc.constant(FRAMINGS[0]) },
      { weight: 3, arbitrary: fc.constantFrom(...FRAMINGS) },
    ),
    fc.array(fc.nat(60_000), { maxLength: 6 }),
    fc.constantFrom('POST', 'PUT'),
    fc.constantFrom('single', 'multipart', 'multipart', 'multipart', 'any' as const),
    MEDIA_TYPE,
    fc.constantFrom('/studies', '/studies', '/studies', `/studies/${uidOf('fuzz')}`),
    fc.oneof(
      { weight: 9, arbitrary: fc.constant('/partitions/spoiled') },
      { weight: 1, arbitrary: fc.constantFrom('/partitions/..', '/partitions/a%2Fb', '/partitions/a..', '') },
    ),
  )
  .map(([files, frame, cuts, method, kind, anyType, target, partition]) => {
    const isSingle = kind === 'single';
    const body = isSingle ? (files[0] ?? KEPT) : (frame?.(files) ?? KEPT);
    const type = isSingle ? 'application/dicom' : (multipartOf([]).headers['Content-Type'] ?? '');
    return {
      method,
      target: `${partition}${target}`,
      headers: { accept: JSON_ACCEPT, 'content-type': kind === 'any' ? anyType : type },
      body: inPieces(body, cuts),
    };
  });

const REMOVE: fc.Arbitrary<Shot> = fc.record({
  method: fc.constant('DELETE'),
  target: fc
    .tuple(evilText, TARGET)
    .map(([study, target]) => (study === '' ? `${target}/x` : `/partitions/spoiled/studies/${study}`)),
  headers: fc.constant({}),
  body: fc.constant([]),
});

const SHOT = fc.oneof(
  { weight: 5, arbitrary: STORE },
  { weight: 5, arbitrary: READ },
  { weight: 1, arbitrary: REMOVE },
);

const STATUSES = [200, 202, 204, 304, 400, 404, 406, 409, 413, 415, 501];

/** @throws Error where an answer is none that the service would give */
async function judge({ status, headers = {}, body }: HttpResponse): Promise<number> {
  const chunks: Buffer[] = [];
  if (typeof body === 'string' || Buffer.isBuffer(body)) chunks.push(Buffer.from(body));
  else if (body !== undefined) for await (const chunk of body) chunks.push(chunk);
  const content = Buffer.concat(chunks);
  const type = headers['Content-Type'] ?? '';
  if (!STATUSES.includes(status))
    throw new Error(`answered ${status}: ${content.toString('latin1', 0, 500)}`);
  if (type.includes('json')) JSON.parse(content.toString('utf8'));
  const boundary = /^multipart\/related; boundary=(.*)$/.exec(type)?.[1];
  if (boundary !== undefined)
    expect(content.toString('latin1')).toMatch(new RegExp(`^--${boundary}[^]*--${boundary}--\r\n$`));
  if ([204, 304].includes(status)) expect(content).toHaveLength(0);
  return status;
}

/** Requests as the listener would pass them on, in the name of somebody who may do everything. */
function sender(plane: Handler, serviceUrl: string): (shot: Shot) => Promise<number> {
  return async ({ method, target, headers, body }) => {
    const url = new URL(`${serviceUrl}/v2${target}`);
    return judge(await plane({ method, url, headers, body: Readable.from(body), receivedAt: 0, id: '1' }));
  };
}

function planeOf({ emulator }: TestDicomService): Handler {
  return createDicomPlane({
    services: emulator.dicomServices,
    authenticate: () => Promise.resolve({ objectId: 'anyone' }),
    authorize: () => true,
    isAdmitted: () => true,
  });
}

const ALLOWED = servicePath({ workspaceName: 'testws', dicomServiceName: 'images' });

/**
 * Everything but what is kept goes: the index at once, the files with their worker.
 *
 * @throws Error where a file is not where the service keeps its files
 */
async function clear(service: TestDicomService, clock: ManualClock): Promise<void> {
  const outside = (await filesOf(service)).filter((name) => !name.startsWith(`${ALLOWED}/`));
  expect(outside).toEqual([]);
  const host = service.emulator.dicomServices.byResourceId(service.lake.dicomServiceId);
  for (const partition of host?.partitions() ?? []) {
    const uids = [...partition.index.studies()].map(({ uid }) => uid);
    for (const study of uids) if (partition.name !== 'kept') host?.remove(partition, { study });
  }
  const removed = async (): Promise<boolean> => (await filesOf(service)).length === 1;
  for (let attempt = 0; attempt < 100 && !(await removed()); attempt += 1) await clock.advance(180_000);
}

/** With a token of its own: the clock goes on by hours. */
function filesOf({ emulator, lake }: TestDicomService): Promise<readonly string[]> {
  return dicomFilesIn(fileSystemOf(emulator, lake));
}

test(
  `${CASES} requests of all kinds crash nothing and leave nothing behind (seed ${SEED})`,
  async () => {
    const clock = new ManualClock();
    await using service = await startDicomService({
      clock,
      dataPartitionsEnabled: true,
      deletedFileRetentionDays: 0,
    });
    const shoot = sender(planeOf(service), service.lake.serviceUrl);
    expect((await service.store([KEPT], `${PARTITION}/studies`)).status).toBe(200);
    const statuses = new Map<number, number>();
    const heap: number[] = [];
    let count = 0;
    await fc.assert(
      fc.asyncProperty(SHOT, async (shot) => {
        if (count % CLEARED_EVERY === 0) {
          await clear(service, clock);
          heap.push(usedHeap());
        }
        count += 1;
        const status = await shoot(shot);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }),
      { numRuns: CASES, seed: SEED, endOnFailure: true },
    );
    expect([...statuses.keys()]).toEqual(
      expect.arrayContaining([200, 202, 204, 400, 404, 406, 409, 415, 501]),
    );

    await clear(service, clock);
    heap.push(usedHeap());
    expect((heap.at(-1) ?? 0) - (heap[1] ?? 0)).toBeLessThan(HEAP_GROWTH_BYTES);
    expect(await filesOf(service)).toHaveLength(1);
    const contents = readdirSync(path.join(path.dirname(service.emulator.ready.caPath), 'contents'));
    expect(contents.length).toBeLessThanOrEqual(LINGERING_CONTENTS + 1);
    const send = await dicomSender(service.emulator, service.lake);
    const again = { method: 'PUT', accept: JSON_ACCEPT, ...multipartOf([KEPT]) };
    expect((await send(`${PARTITION}/studies`, again)).status).toBe(200);
    const { body } = await send(KEPT_PATH, { accept: ORIGINAL_FILE });
    expect(body.subarray(128)).toEqual(KEPT.subarray(128));
    if (process.env['FUZZ_CASES'] !== undefined)
      process.stdout.write(
        `${JSON.stringify([...statuses])} ${heap.map((bytes) => bytes >> 20).join(' ')}\n`,
      );
  },
  TIMEOUT_MS,
);

const LONG = 9 << 20;
const AFTER_PIXELS = { FFFCFFFC: { vr: 'OB', value: Buffer.alloc(20) } };
const THIRDS = Array.from({ length: 3 }, (_, at) => Buffer.alloc(LONG / 3, at));
const NATIVE = { '7FE00010': { vr: 'OW', value: Buffer.alloc(LONG) } };
const ENCAPSULATED = { '7FE00010': { vr: 'OB', value: { fragments: THIRDS } } };
const LONG_FILES = [AFTER_PIXELS, {}].flatMap((after) => [
  ...[SYNTAX.explicit, SYNTAX.implicit].map((transferSyntaxUid) =>
    writeDicomFile(longDataset({ ...NATIVE, ...after }), { transferSyntaxUid }),
  ),
  writeDicomFile(longDataset({ ...ENCAPSULATED, ...after }), { transferSyntaxUid: SYNTAX.rle }),
]);

function longDataset(changes: Parameters<typeof syntheticDataset>[1]): ReturnType<typeof syntheticDataset> {
  const frames = { '00280008': { vr: 'IS', value: '3' } };
  return syntheticDataset({ study: 'fuzz', series: 'fuzz', instance: 'fuzz' }, { ...frames, ...changes });
}

test(
  `${Math.ceil(CASES / 75)} long files are read in stretches as they are read as a whole (seed ${SEED})`,
  async () => {
    const contents = new MemoryContents();
    await fc.assert(
      fc.asyncProperty(fc.nat(LONG_FILES.length - 1), SPOILING, async (at, spoil) => {
        const bytes = spoil(LONG_FILES[at] ?? KEPT);
        contents.kept.set('long', bytes);
        const content = { length: bytes.length, extents: [{ id: 'long', offset: 0, length: bytes.length }] };
        const inStretches = await readDicomContent(contents, { content, head: undefined });
        expect(readingOf(inStretches)).toEqual(readingOf(asWhole(bytes)));
      }),
      { numRuns: Math.ceil(CASES / 75), seed: SEED, endOnFailure: true },
    );
  },
  TIMEOUT_MS,
);

function asWhole(bytes: Buffer): DicomFile | undefined {
  try {
    return readDicomFile(bytes);
  } catch (error) {
    if (error instanceof UnreadableDicomFile) return undefined;
    throw error;
  }
}

function readingOf(file: DicomFile | undefined): object | undefined {
  if (file === undefined) return undefined;
  const metadata = readMetadata(file.dataSet);
  return { ...metadata, frames: locateFrames(file.dataSet, metadata.dataset) };
}

const RAW_LINES = [
  ...[
    'GET /',
    'POST /testws-images/v2/studies',
    'GET //',
    'GET *',
    'GET http://[/',
    'OPTIONS *',
    'CONNECT a:1',
    '\0',
  ],
  ...[
    'GET /testws-images/v2/partitions/kept/studies?',
    'GET /%',
    'G\xcbT /',
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  ],
];
const RAW_HEADERS = [
  ...[
    'Host: a',
    'Host: [',
    'Host: a b',
    'Host: ',
    'Host: \xe4',
    'Content-Length: 5',
    'Content-Length: -1',
    'Accept: */*',
  ],
  ...[
    'Content-Length: 99999999999999999999',
    'Transfer-Encoding: chunked',
    'Transfer-Encoding: gzip',
    'Expect: 100-continue',
  ],
  ...[
    'Upgrade: websocket',
    'Connection: upgrade',
    'Authorization: Bearer \xe4',
    'Authorization: x',
    ': x',
    'x',
    '\tx: y',
  ],
  `Cookie: ${'a'.repeat(20_000)}`,
];
const RAW: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom(...RAW_LINES),
    fc.oneof(evilText, fc.string({ maxLength: 8 })),
    fc.constantFrom(' HTTP/1.1', ' HTTP/1.0', '', ' HTTP/9.9'),
    fc.array(fc.constantFrom(...RAW_HEADERS), { maxLength: 4 }),
    fc.constantFrom('', '5\r\nhello\r\n0\r\n\r\n', 'ffffffffffffffff\r\n', '-1\r\n', 'x'),
  )
  .map(([line, rest, version, headers, body]) =>
    [`${line}${rest}${version}`, ...headers, '', body].join('\r\n'),
  );

test(
  `${Math.ceil(CASES / 30)} connections that may not even speak HTTP are answered or closed (seed ${SEED})`,
  async () => {
    await using service = await startDicomService({ dataPartitionsEnabled: true });
    await fc.assert(
      fc.asyncProperty(RAW, async (text) => {
        expect(await converse(service, text)).toMatch(/^(|HTTP\/1\.1 (?!500)[^]*)$/);
      }),
      { numRuns: Math.ceil(CASES / 30), seed: SEED, endOnFailure: true },
    );
    expect((await service.send('/partitions')).status).toBe(200);
  },
  TIMEOUT_MS,
);

/** Sends what is no request, perhaps, and answers what came back until the connection was closed. */
function converse({ emulator, lake }: TestDicomService, text: string): Promise<string> {
  const { hostname, port } = new URL(lake.serviceUrl);
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket = connect({ host: hostname, port: Number(port), ca: emulator.ca }, () =>
      socket.end(Buffer.from(text, 'latin1')),
    );
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(Buffer.concat(chunks).toString('latin1')));
  });
}
