import { DicomWebClient, type InstanceUids } from '../../../verify/clients/dicomweb';
import { httpSender } from '../../../verify/clients/http';
import { decodeMultipart } from '../../../verify/clients/multipart';
import { rejectionOf } from '../../support/errors';
import {
  type ReceivedRequest,
  type ScriptedAnswer,
  type ScriptedServer,
  startScriptedServer,
} from '../../support/scripted-server';

const UIDS: InstanceUids = {
  studyInstanceUid: '2.25.1',
  seriesInstanceUid: '2.25.2',
  sopInstanceUid: '2.25.3',
};
const JSON_TYPE = { 'Content-Type': 'application/dicom+json' };

interface Bench extends AsyncDisposable {
  readonly server: ScriptedServer;
  readonly client: DicomWebClient;
}

async function setUp(
  answer: ScriptedAnswer | ((request: ReceivedRequest) => ScriptedAnswer),
): Promise<Bench> {
  const server = await startScriptedServer(typeof answer === 'function' ? answer : () => answer);
  const root = `${server.origin}/v2`;
  return {
    server,
    client: new DicomWebClient(httpSender({}), `${root}/partitions/ward-7`, root),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** What a call is rejected with when the server answers so. */
async function failure(
  answer: ScriptedAnswer,
  call: (client: DicomWebClient) => Promise<unknown>,
): Promise<unknown> {
  await using bench = await setUp(answer);
  return await rejectionOf(call(bench.client));
}

function lakeFault(code: string): ScriptedAnswer {
  return {
    status: 424,
    body: `An error occurred. Received the following error code: ${code}. Look at the lake.`,
  };
}

describe('store', () => {
  const store = (client: DicomWebClient): Promise<unknown> => client.store(Buffer.from('DICM'));
  const item = (tag: string, value: number): string =>
    JSON.stringify({
      '00081199': itemIn('00081199', tag, value),
      '00081198': itemIn('00081198', tag, value),
    });
  const itemIn = (sequence: string, tag: string, value: number): unknown => {
    const belongs = (sequence === '00081198') === (tag === '00081197');
    return { vr: 'SQ', ...(belongs ? { Value: [{ [tag]: { vr: 'US', Value: [value] } }] } : {}) };
  };
  const REASON = '00081197';
  const WARNING = '00081196';

  test('sends one part of type application/dicom to the partition', async () => {
    await using bench = await setUp({ status: 200, headers: JSON_TYPE, body: '{}' });
    await store(bench.client);
    const [{ method, url, headers, body } = { headers: {}, body: Buffer.alloc(0) }] = bench.server
      .requests as readonly Partial<ReceivedRequest>[];
    expect({ method, url, accept: headers?.accept }).toEqual({
      method: 'POST',
      url: '/v2/partitions/ward-7/studies',
      accept: 'application/dicom+json',
    });
    expect(decodeMultipart(body ?? Buffer.alloc(0), headers?.['content-type'] ?? '')).toEqual([
      { contentType: 'application/dicom', content: Buffer.from('DICM') },
    ]);
  });

  test('tells the time of the server', async () => {
    await using bench = await setUp({
      status: 200,
      headers: { Date: 'Sat, 31 Jan 2026 08:00:00 GMT' },
    });
    await expect(store(bench.client)).resolves.toEqual({ serverTime: Date.UTC(2026, 0, 31, 8) });
  });

  test.each([200, 202])('tells the warning of a %i', async (status) => {
    await using bench = await setUp({ status, body: item(WARNING, 45063) });
    await expect(store(bench.client)).resolves.toMatchObject({ warning: '45063' });
  });

  test.each([200, 202])('fails where a %i holds a failure', async (status) => {
    expect(await failure({ status, body: item(REASON, 272) }, store)).toMatchObject({
      name: 'ServiceRefusal',
      message: `STOW-RS POST /studies was answered ${status} 272`,
    });
  });

  test.each([272, 43264, 43265, 45070, 45071])('fails with the reason %i of a 409', async (code) => {
    expect(await failure({ status: 409, body: item(REASON, code) }, store)).toMatchObject({
      name: 'ServiceRefusal',
      plane: 'dicom',
      operation: 'STOW-RS POST /studies',
      status: 409,
      serviceCode: String(code),
    });
  });

  test.each(['', '<html>Conflict</html>', '[]', '{"00081198": {"vr": "SQ", "Value": [null]}}'])(
    'fails without a code where a 409 explains nothing: %j',
    async (body) => {
      expect(await failure({ status: 409, body }, store)).toMatchObject({
        name: 'ServiceRefusal',
        message: 'STOW-RS POST /studies was answered 409',
        serviceCode: undefined,
      });
    },
  );

  test.each(['AuthorizationPermissionMismatch', 'ContainerNotFound'])(
    'fails with the code %s of the lake in the text of a 424',
    async (code) => {
      expect(await failure(lakeFault(code), store)).toMatchObject({
        message: `STOW-RS POST /studies was answered 424 ${code}`,
        status: 424,
        serviceCode: code,
      });
    },
  );

  test('fails with nothing of the text of a refusal but the code', async () => {
    const error = await failure({ status: 400, body: 'Phantom^Synthetic is no good' }, store);
    expect(error).toMatchObject({ message: 'STOW-RS POST /studies was answered 400' });
    expect(JSON.stringify(error)).not.toContain('Phantom');
  });

  test.each([
    ['<html>', 'it is no JSON'],
    ['[]', 'it is no JSON object'],
  ])('fails where a success cannot be read: %s', async (body, reason) => {
    expect(await failure({ status: 200, body }, store)).toMatchObject({
      name: 'UnreadableAnswer',
      message: `STOW-RS POST /studies gave an answer that cannot be read: ${reason}`,
    });
  });

  test('is not sent a second time where it failed', async () => {
    await using bench = await setUp({ status: 503, headers: { 'Retry-After': '0' } });
    expect(await rejectionOf(store(bench.client))).toMatchObject({ status: 503 });
    expect(bench.server.requests).toHaveLength(1);
  });
});

describe('search', () => {
  const search = (client: DicomWebClient): Promise<number> =>
    client.search('series', 'SeriesInstanceUID', '2.25.2');

  test('asks for one UID and counts the results', async () => {
    await using bench = await setUp({ status: 200, body: '[{}, {}]' });
    await expect(search(bench.client)).resolves.toBe(2);
    expect(bench.server.requests[0]?.url).toBe('/v2/partitions/ward-7/series?SeriesInstanceUID=2.25.2');
  });

  test.each<ScriptedAnswer>([{ status: 204 }, { status: 200, body: '[]' }, { status: 200 }])(
    'finds nothing in %j',
    async (answer) => {
      await using bench = await setUp(answer);
      await expect(search(bench.client)).resolves.toBe(0);
    },
  );

  test('fails where it is refused', async () => {
    expect(await failure({ status: 400, body: '[]' }, search)).toMatchObject({
      name: 'ServiceRefusal',
      message: 'QIDO-RS GET /series was answered 400',
    });
  });
});

describe('retrieve', () => {
  const retrieve = (client: DicomWebClient): Promise<unknown> => client.retrieve(UIDS);
  const multipart = (...parts: readonly string[]): ScriptedAnswer => ({
    status: 200,
    headers: { 'Content-Type': 'multipart/related; type="application/dicom"; boundary="b"' },
    body: `${parts.map((part) => `--b\r\nContent-Type: application/dicom\r\n\r\n${part}\r\n`).join('')}--b--`,
  });

  test('gives the only part, asked for in the transfer syntax as stored', async () => {
    await using bench = await setUp(multipart('the file'));
    await expect(retrieve(bench.client)).resolves.toEqual(Buffer.from('the file'));
    expect(bench.server.requests[0]).toMatchObject({
      url: '/v2/partitions/ward-7/studies/2.25.1/series/2.25.2/instances/2.25.3',
      headers: { accept: 'multipart/related; type="application/dicom"; transfer-syntax=*' },
    });
  });

  test.each([0, 2])('fails where there are %i parts', async (count) => {
    expect(await failure(multipart(...Array<string>(count).fill('x')), retrieve)).toMatchObject({
      name: 'UnreadableAnswer',
      operation: 'WADO-RS GET instance',
      reason: `it has ${count} parts in place of one`,
    });
  });

  test('fails where the multipart body ends before its closing boundary', async () => {
    const whole = multipart('the file');
    expect(await failure({ ...whole, body: (whole.body ?? '').slice(0, -4) }, retrieve)).toMatchObject({
      name: 'UnreadableAnswer',
      message:
        'WADO-RS GET instance gave an answer that cannot be read: it was cut short: its closing boundary is missing',
    });
  });

  test('fails where the answer is no multipart', async () => {
    expect(
      await failure({ status: 200, headers: { 'Content-Type': 'application/dicom' }, body: 'x' }, retrieve),
    ).toMatchObject({
      name: 'UnreadableAnswer',
      reason: "its Content-Type 'application/dicom' names no boundary",
    });
  });

  test('fails where the connection ends within the body, and names the host', async () => {
    await using bench = await setUp({ ...multipart('x'.repeat(1000)), cutAfterBytes: 500 });
    const host = bench.server.origin.replace('http://', '');
    expect(await rejectionOf(retrieve(bench.client))).toMatchObject({
      name: 'EvidenceError',
      code: 'UNREACHABLE',
      message: `${host} cut the connection: aborted`,
      remedy: 'try again; if it stays, look at the health of the service',
    });
  });

  test('fails with the code of the lake', async () => {
    expect(await failure(lakeFault('BlobArchived'), retrieve)).toMatchObject({
      message: 'WADO-RS GET instance was answered 424 BlobArchived',
    });
  });

  test('tells any status where only that is asked', async () => {
    for (const status of [200, 404, 410, 424]) {
      await using bench = await setUp({ status });
      await expect(bench.client.retrieveStatus(UIDS)).resolves.toBe(status);
    }
  });
});

describe('metadata', () => {
  const metadata = (client: DicomWebClient): Promise<unknown> => client.metadata(UIDS);

  test('is the first data set', async () => {
    await using bench = await setUp({ status: 200, body: '[{"00100020": {"vr": "LO", "Value": ["x"]}}]' });
    await expect(metadata(bench.client)).resolves.toEqual({ '00100020': { vr: 'LO', Value: ['x'] } });
  });

  test.each([
    ['[]', 'it is an empty array'],
    ['', 'it is an empty array'],
    ['{}', 'it is no JSON array of objects'],
    ['[{"00100010": "Phantom^Syn', 'it is no JSON'],
  ])('fails from %j', async (body, reason) => {
    expect(await failure({ status: 200, body }, metadata)).toMatchObject({
      name: 'UnreadableAnswer',
      message: `WADO-RS GET metadata gave an answer that cannot be read: ${reason}`,
    });
  });

  test('fails where it is refused', async () => {
    expect(await failure({ status: 404 }, metadata)).toMatchObject({
      message: 'WADO-RS GET metadata was answered 404',
    });
  });
});

test('frames are asked for in one request, and given in their order', async () => {
  await using bench = await setUp({
    status: 200,
    headers: { 'Content-Type': 'multipart/related; boundary=b' },
    body: '--b\r\n\r\none\r\n--b\r\n\r\ntwo\r\n--b--',
  });
  const frames = await bench.client.frames(UIDS, 2);
  expect(frames.map(String)).toEqual(['one', 'two']);
  expect(bench.server.requests.map(({ url }) => url)).toEqual([
    '/v2/partitions/ward-7/studies/2.25.1/series/2.25.2/instances/2.25.3/frames/1,2',
  ]);
});

describe('the change feed', () => {
  const SINCE = Date.UTC(2026, 0, 31, 8);
  const entry = (index: number): object => ({ sopInstanceUid: `2.25.${index}`, action: 'create' });
  const feedOf =
    (entries: readonly object[]) =>
    (request: ReceivedRequest): ScriptedAnswer => {
      const query = new URL(request.url, 'http://host').searchParams;
      const offset = Number(query.get('offset'));
      return {
        status: 200,
        body: JSON.stringify(entries.slice(offset, offset + Number(query.get('limit')))),
      };
    };

  test('is asked at the root, not in the partition, from a time on and without metadata', async () => {
    await using bench = await setUp({ status: 200, body: '[]' });
    await expect(bench.client.changeFeedEntry('2.25.3', SINCE)).resolves.toBeUndefined();
    expect(bench.server.requests.map(({ url }) => url)).toEqual([
      '/v2/changefeed?startTime=2026-01-31T08%3A00%3A00.000Z&limit=200&offset=0&includeMetadata=false',
    ]);
  });

  test.each<readonly [name: string, entry: object]>([
    [
      'camel case',
      { sopInstanceUid: '2.25.3', action: 'create', filePath: 'AHDS/1.dcm', partitionName: 'ward-7' },
    ],
    [
      'Pascal case',
      { SopInstanceUid: '2.25.3', Action: 'Create', FilePath: 'AHDS/1.dcm', PartitionName: 'ward-7' },
    ],
  ])('is read in %s', async (_name, spelled) => {
    await using bench = await setUp({ status: 200, body: JSON.stringify([entry(1), spelled]) });
    await expect(bench.client.changeFeedEntry('2.25.3', SINCE)).resolves.toEqual({
      sopInstanceUid: '2.25.3',
      action: 'create',
      filePath: 'AHDS/1.dcm',
      partitionName: 'ward-7',
      sequence: NaN,
      state: '',
      timestamp: '',
    });
  });

  test('leaves out what an entry does not say', async () => {
    await using bench = await setUp({
      status: 200,
      body: '[{"sopInstanceUid": "2.25.3", "filePath": null}]',
    });
    await expect(bench.client.changeFeedEntry('2.25.3', SINCE)).resolves.toEqual({
      sopInstanceUid: '2.25.3',
      action: '',
      sequence: NaN,
      state: '',
      timestamp: '',
    });
  });

  test.each([0, 199, 200, 399, 449])('finds entry %i of 450, page by page', async (index) => {
    const entries = Array.from({ length: 450 }, (_, at) => entry(at));
    await using bench = await setUp(feedOf(entries));
    await expect(bench.client.changeFeedEntry(`2.25.${index}`, SINCE)).resolves.toMatchObject(entry(index));
    expect(bench.server.requests).toHaveLength(3);
  });

  test('asks once more after a full last page', async () => {
    await using bench = await setUp(feedOf(Array.from({ length: 200 }, (_, at) => entry(at))));
    await expect(bench.client.changeFeedEntry('2.25.777', SINCE)).resolves.toBeUndefined();
    expect(bench.server.requests.map(({ url }) => /offset=(\d+)/.exec(url)?.[1])).toEqual(['0', '200']);
  });

  test.each([
    [5, 'of the same page'],
    [240, 'of a later page'],
  ])('gives the newest entry of an instance, entry %i %s', async (newest) => {
    const entries = Array.from({ length: 250 }, (_, at) => entry(at));
    entries[newest] = { ...entry(3), filePath: 'newest' };
    await using bench = await setUp(feedOf(entries));
    await expect(bench.client.changeFeedEntry('2.25.3', SINCE)).resolves.toMatchObject({
      filePath: 'newest',
    });
  });

  test('fails where it is refused or cannot be read', async () => {
    const call = (client: DicomWebClient): Promise<unknown> => client.changeFeedEntry('2.25.3', SINCE);
    expect(await failure({ status: 403 }, call)).toMatchObject({
      message: 'GET /changefeed was answered 403',
    });
    expect(await failure({ status: 200, body: '{}' }, call)).toMatchObject({
      name: 'UnreadableAnswer',
      message: 'GET /changefeed gave an answer that cannot be read: it is no JSON array of objects',
    });
  });
});

describe('deleting a study', () => {
  const remove = (client: DicomWebClient): Promise<boolean> => client.deleteStudy('2.25.1');

  test.each<readonly [was: boolean, answer: ScriptedAnswer]>([
    [true, { status: 204 }],
    [true, { status: 200 }],
    [false, { status: 404 }],
    [false, { status: 400, body: '"PartitionName does not exist"' }],
  ])('tells %s from %j', async (was, answer) => {
    await using bench = await setUp(answer);
    await expect(remove(bench.client)).resolves.toBe(was);
    expect(bench.server.requests).toMatchObject([
      { method: 'DELETE', url: '/v2/partitions/ward-7/studies/2.25.1' },
    ]);
  });

  test.each([400, 405, 424, 503])('fails with a %i, and is not sent again', async (status) => {
    await using bench = await setUp({ status, headers: { 'Retry-After': '0' } });
    expect(await rejectionOf(remove(bench.client))).toMatchObject({
      name: 'ServiceRefusal',
      message: `DELETE /studies/{study} was answered ${status}`,
    });
    expect(bench.server.requests).toHaveLength(1);
  });
});

test('an aborted call fails with the reason of the signal, not as an unreachable service', async () => {
  await using server = await startScriptedServer(() => ({ status: 200, body: '[]' }));
  const reason = new Error('stop');
  const client = new DicomWebClient(httpSender({}), server.origin, server.origin, AbortSignal.abort(reason));
  expect(await rejectionOf(client.search('studies', 'StudyInstanceUID', '2.25.1'))).toBe(reason);
  expect(server.requests).toEqual([]);
});
