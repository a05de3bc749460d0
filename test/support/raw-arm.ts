import https from 'node:https';
import type { Emulator } from '../../emulator';
import { AUDIENCES } from '../../contract';
import { credentialOf } from './emulator';

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: unknown;
}

/** Sends requests to Azure Resource Manager as they are, byte for byte, with a token of the deployer. */
export async function rawRequests(
  emulator: Emulator,
): Promise<(method: string, target: string, body?: unknown) => Promise<RawAnswer>> {
  const { token } = await credentialOf(emulator, 'deployer').getToken(`${AUDIENCES.arm}/.default`);
  return (method, target, body) =>
    rawRequest(emulator, method, target, { authorization: `Bearer ${token}` }, body);
}

export function rawRequest(
  emulator: Emulator,
  method: string,
  target: string,
  headers: Readonly<Record<string, string>>,
  body?: unknown,
): Promise<RawAnswer> {
  const { hostname, port } = new URL(emulator.ready.endpoints.arm);
  const payload = body === undefined ? undefined : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const options = {
      hostname,
      port,
      method,
      path: target,
      ca: emulator.ca,
      servername: 'localhost',
      headers: { 'Content-Type': 'application/json; charset=utf-8', ...headers },
    };
    const request = https.request(options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: text.startsWith('{') ? (JSON.parse(text) as unknown) : text,
        });
      });
    });
    request.on('error', reject);
    request.end(payload);
  });
}
