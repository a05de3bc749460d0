import { EventEmitter, once } from 'node:events';
import http from 'node:http';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { ManualClock } from '../../emulator';
import { ServiceFault } from '../../emulator/fault';
import { type Handler, readBody } from '../../emulator/http/exchange';
import { listen, type Listener } from '../../emulator/listen';
import { SystemClock } from '../../verify';

interface Served extends AsyncDisposable {
  readonly listener: Listener;
  /** What the listener called its own fault. */
  readonly errors: unknown[];
}

async function serve(
  handler: Handler,
  committed: () => Promise<void> = () => Promise.resolve(),
): Promise<Served> {
  const errors: unknown[] = [];
  const onError = (error: unknown): void => void errors.push(error);
  const listener = await listen({
    handler,
    port: 0,
    clock: new ManualClock(),
    onError,
    committed,
  });
  return { listener, errors, [Symbol.asyncDispose]: () => listener.close() };
}

interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
  /** Whether the answer ended as announced. */
  readonly complete: boolean;
}

function get(origin: string, path: string, agent?: http.Agent): Promise<Answer> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    const request = http.get(
      { hostname, port, path, ...(agent === undefined ? {} : { agent }) },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', () => undefined);
        response.on('close', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text: Buffer.concat(chunks).toString('utf8'),
            complete: response.complete,
          }),
        );
      },
    );
    request.on('error', reject);
  });
}

test('leading slashes of a path count as one, so that they never read as a host', async () => {
  await using served = await serve(({ url }) => Promise.resolve({ status: 200, body: url.pathname }));
  const answer = await get(served.listener.origin, '//metadata/endpoints?api-version=2018-01-01');
  expect(answer.text).toBe('/metadata/endpoints');
});

test('every answer carries the id of its request and the time of the clock', async () => {
  await using served = await serve(({ id }) => Promise.resolve({ status: 200, body: id }));
  const { headers, text } = await get(served.listener.origin, '/');
  expect(headers['x-ms-request-id']).toBe(text);
  expect(headers.date).toBe('Thu, 01 Jan 2026 00:00:00 GMT');
});

test('an error of the emulator is a plain 500 that resembles no answer of Azure, and is told', async () => {
  const bug = new Error('a bug');
  await using served = await serve(() => Promise.reject(bug));
  const answer = await get(served.listener.origin, '/');
  expect(answer).toMatchObject({
    status: 500,
    headers: { 'content-type': 'text/plain; charset=utf-8' },
    text: 'internal error of the emulator; its output says more',
  });
  expect(served.errors).toEqual([bug]);
});

test.each([
  ['a fault of the service cuts the connection', new ServiceFault(424, 'BlobNotFound', 'gone'), 0],
  ['an error of the emulator cuts the connection and is told', new Error('a bug'), 1],
])('after the first bytes %s', async (_what, error, told) => {
  async function* broken(): AsyncGenerator<Buffer> {
    yield await Promise.resolve(Buffer.from('the first part'));
    throw error;
  }
  await using served = await serve(() => Promise.resolve({ status: 200, body: broken() }));
  const answer = await get(served.listener.origin, '/');
  expect(answer).toMatchObject({ status: 200, text: 'the first part', complete: false });
  expect(served.errors).toHaveLength(told);
});

async function* streamed(started: () => void): AsyncGenerator<Buffer> {
  started();
  yield await Promise.resolve(Buffer.from('streamed'));
}

test.each(['text', 'streamed', 'no body'])(
  'no answer begins before the commit that it waits for has ended (%s)',
  async (kind) => {
    const order: string[] = [];
    const commits: (() => void)[] = [];
    const handler: Handler = ({ url }) => {
      const isFirst = url.pathname === '/first';
      if (!isFirst || kind === 'text') return Promise.resolve({ status: 200, body: 'text' });
      if (kind === 'no body') return Promise.resolve({ status: 204 });
      return Promise.resolve({ status: 200, body: streamed(() => order.push('body asked for')) });
    };
    const seen = new EventEmitter();
    await using served = await serve(handler, () => {
      if (commits.length > 0) return Promise.resolve();
      return new Promise<void>((resolve) => {
        commits.push(resolve);
        seen.emit('commit');
      });
    });
    const begun = once(seen, 'commit');
    const first = get(served.listener.origin, '/first').then(({ status }) =>
      order.push(`answered ${status}`),
    );
    await Promise.race([begun, first]);
    // What comes later and has nothing to wait for is answered meanwhile.
    for (let later = 0; later < 3; later += 1) await get(served.listener.origin, '/later');
    order.push('committed');
    commits[0]?.();
    await first;
    const status = kind === 'no body' ? 204 : 200;
    const asked = kind === 'streamed' ? ['body asked for'] : [];
    expect(order).toEqual(['committed', ...asked, `answered ${status}`]);
  },
);

test('what cannot be committed is not acknowledged', async () => {
  const full = new Error('the disk is full');
  await using served = await serve(
    () => Promise.resolve({ status: 201, body: 'created' }),
    () => Promise.reject(full),
  );
  expect(await get(served.listener.origin, '/')).toMatchObject({ status: 500 });
  expect(served.errors).toEqual([full]);
});

test('a client that leaves in the middle of its request is no error of the emulator', async () => {
  const seen = new EventEmitter();
  await using served = await serve(async ({ body }) => {
    seen.emit('arrived');
    return { status: 200, body: await readBody(body).finally(() => seen.emit('ended')) };
  });
  const [arrived, ended] = [once(seen, 'arrived'), once(seen, 'ended')];
  const client = connect(Number(new URL(served.listener.origin).port), '127.0.0.1');
  client.write('PUT / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\nhalf');
  await arrived;
  client.destroy();
  await ended;
  await new Promise((resolve) => setImmediate(resolve));
  expect(served.errors).toEqual([]);
});

test('closing does not wait for a client that keeps its connection', async () => {
  const agent = new http.Agent({ keepAlive: true });
  const served = await serve(() => Promise.resolve({ status: 200, body: 'ok' }));
  await get(served.listener.origin, '/', agent);
  const [socket] = Object.values(agent.freeSockets).flat();
  const closed = new Promise((resolve) => socket?.once('close', resolve));
  await served.listener.close();
  await closed;
  expect(socket?.destroyed).toBe(true);
  agent.destroy();
});

test('closing does not wait for a request that is still running', async () => {
  const seen = new EventEmitter();
  const served = await serve(async () => {
    seen.emit('arrived');
    await once(seen, 'never');
    return { status: 200 };
  });
  const arrived = once(seen, 'arrived');
  const answer = get(served.listener.origin, '/').catch((error: unknown) => error);
  await arrived;
  await served.listener.close();
  expect(await answer).toMatchObject({ code: 'ECONNRESET' });
});

test('fails to listen on a port that is taken', async () => {
  await using served = await serve(() => Promise.resolve({ status: 200 }));
  const port = Number(new URL(served.listener.origin).port);
  await expect(
    listen({
      handler: () => Promise.resolve({ status: 200 }),
      port,
      clock: new ManualClock(),
      committed: () => Promise.resolve(),
      onError: () => undefined,
    }),
  ).rejects.toThrow(`listen EADDRINUSE: address already in use 127.0.0.1:${port}`);
});

test('nothing is served beyond the loopback address', async () => {
  await using served = await serve(() => Promise.resolve({ status: 200 }));
  const port = Number(new URL(served.listener.origin).port);
  const others = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, family }) => !internal && family === 'IPv4')
    .map(({ address }) => address);
  for (const host of [...others, '127.0.0.2']) {
    const outcome = await new Promise<string | undefined>((resolve) => {
      const socket = connect(port, host, () => resolve(undefined));
      socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code));
    });
    expect(outcome).toBe('ECONNREFUSED');
  }
});

test.each([
  'GET / HTTP/1.1\r\nHost: [\r\n',
  'GET / HTTP/1.1\r\nHost: a b\r\n',
  'GET https:// HTTP/1.1\r\nHost: a\r\n',
])('an address that is no URL is refused with 400: %j', async (head) => {
  await using served = await serve(() => Promise.resolve({ status: 200 }));
  const { hostname, port } = new URL(served.listener.origin);
  const socket = connect(Number(port), hostname);
  socket.end(`${head}Connection: close\r\n\r\n`);
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  expect(Buffer.concat(chunks).toString()).toMatch(/^HTTP\/1\.1 400 /);
  expect(served.errors).toEqual([]);
});

test('lets go of the bytes of an answer only when they are sent', async () => {
  const body = Buffer.alloc(16 << 20, 'x');
  const events = new EventEmitter();
  const released = once(events, 'released', { signal: AbortSignal.timeout(5_000) });
  const release = (): void => {
    body.fill('-');
    events.emit('released');
  };
  await using served = await serve(() => Promise.resolve({ status: 200, body, release }));
  const request = http.get(served.listener.origin);
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  // So that most of it waits on the other side for a while.
  await new SystemClock().sleep(100);
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  expect(Buffer.concat(chunks).includes('-')).toBe(false);
  // Perhaps only now: the client has the last byte before the server knows it.
  await released;
});
