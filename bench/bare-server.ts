import { fork } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { CtSlice } from './ct-slice';
import { end, usageOf, type DicomwebServer } from './dicomweb-server';

/** Reads what comes, answers a slice from memory to every GET, and does nothing else: shows what the load can do. */
export async function startBareServer(): Promise<DicomwebServer> {
  const child = fork(__filename);
  const [url] = (await once(child, 'message')) as [string];
  return {
    url,
    headers: {},
    ...usageOf(child),
    [Symbol.asyncDispose]: () => end(child),
  };
}

function serve(): void {
  const { file } = new CtSlice();
  const stored = Buffer.alloc(64);
  const server = http.createServer((request, response) => {
    request.resume();
    request.on('end', () => response.end(request.method === 'GET' ? file : stored));
  });
  server.listen(0, '127.0.0.1', () => {
    process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  });
}

if (require.main === module) serve();
