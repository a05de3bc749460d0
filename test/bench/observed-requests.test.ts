import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import {
  longestChainMs,
  observeRequests,
  type ObservedRequest,
  repeatedReads,
} from '../../bench/verify/observed-requests';
import { httpSender } from '../../verify/clients/http';

function request(startedMs: number, endedMs?: number): ObservedRequest {
  const asked = { method: 'GET', origin: 'https://a', path: '/', asked: {} };
  return { ...asked, startedMs, ...(endedMs === undefined ? {} : { endedMs }) };
}

test.each([
  ['of none', [], 0],
  ['of requests in a row, without the pauses', [request(0, 10), request(15, 20)], 15],
  ['of requests side by side, the longest', [request(0, 10), request(0, 30), request(5, 20)], 30],
  ['that adds up to the most, not that of the most links', [request(0, 4), request(4, 8), request(0, 9)], 9],
  [
    'through requests that overlap others',
    [request(0, 10), request(8, 12), request(10, 30), request(12, 20)],
    30,
  ],
  ['without what was not answered', [request(0, 10), request(10)], 10],
])('the longest chain: %s', (_, requests, expected) => {
  expect(longestChainMs(requests)).toBe(expected);
});

test('requests of a client are observed with their end, and not once nobody looks', async () => {
  const server = createServer((_, response) => response.writeHead(404).end('nothing')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const send = httpSender({});
  const observation = observeRequests();
  await send({ method: 'GET', url: `${url}/a?b=c`, headers: { Accept: 'text/plain' } });
  observation[Symbol.dispose]();
  await send({ method: 'GET', url });
  server.close();
  const [one, ...others] = observation.requests;
  expect(one).toMatchObject({
    method: 'GET',
    origin: url,
    path: '/a?b=c',
    asked: { accept: 'text/plain' },
    status: 404,
  });
  expect(one?.endedMs).toBeGreaterThan(one?.startedMs ?? NaN);
  expect(others).toEqual([]);
});

test('reads are the same where nothing tells them apart', () => {
  const one = request(0);
  const others: ObservedRequest[] = [
    { ...one, method: 'POST' },
    { ...one, origin: 'https://b' },
    { ...one, path: '/b' },
    { ...one, asked: { range: 'bytes=0-1' } },
  ];
  expect(repeatedReads([one, ...others])).toEqual([]);
  expect(repeatedReads([one, ...others, ...others])).toEqual(['GET / x2', 'GET /b x2', 'GET / x2']);
});
