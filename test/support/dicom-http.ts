import { request, type Agent } from 'node:https';
import type { IncomingHttpHeaders } from 'node:http';
import { AUDIENCES } from '../../contract';
import type { Emulator } from '../../emulator';
import { credentialOf, type ProvisionedLake } from './emulator';

export interface DicomRequest {
  readonly method?: string;
  readonly accept?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

export interface DicomResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly text: string;
  readonly json: unknown;
  /** Whether the answer came to its end; false where the connection was cut. */
  readonly complete: boolean;
}

/** Sends one request to a path below the version of a DICOM service. */
export type SendDicom = (path: string, options?: DicomRequest) => Promise<DicomResponse>;

/** Plain HTTP against the DICOM service, in the name of one of the emulator's applications. */
export async function dicomSender(
  emulator: Emulator,
  { serviceUrl }: Pick<ProvisionedLake, 'serviceUrl'>,
  who: 'deployer' | 'verifier' = 'deployer',
  version = 'v2',
): Promise<SendDicom> {
  const token = await dicomToken(emulator, who);
  return (path, { headers, ...options } = {}) =>
    send(`${serviceUrl}/${version}${path}`, emulator.ca, {
      ...options,
      headers: { Authorization: `Bearer ${token}`, ...headers },
    });
}

export async function dicomToken(emulator: Emulator, who: 'deployer' | 'verifier'): Promise<string> {
  const { token } = await credentialOf(emulator, who).getToken(`${AUDIENCES.dicom}/.default`);
  return token;
}

export function send(
  url: string,
  ca: string,
  { method = 'GET', accept, headers = {}, body, agent }: DicomRequest & { readonly agent?: Agent },
): Promise<DicomResponse> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      url,
      {
        method,
        ca,
        ...(agent === undefined ? {} : { agent }),
        headers: { ...(accept === undefined ? {} : { Accept: accept }), ...headers },
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        const finish = (): void => {
          const content = Buffer.concat(chunks);
          const text = content.toString('utf8');
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            body: content,
            text,
            get json(): unknown {
              return JSON.parse(text) as unknown;
            },
            complete: incoming.complete,
          });
        };
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('end', finish);
        incoming.on('error', finish);
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** A body of application/dicom parts for a store. */
export function multipartOf(
  files: readonly Buffer[],
  boundary = 'parts',
): { readonly body: Buffer; readonly headers: Readonly<Record<string, string>> } {
  const body = Buffer.concat([
    ...files.flatMap((file) => [
      Buffer.from(`--${boundary}\r\nContent-Type: application/dicom\r\n\r\n`),
      file,
      Buffer.from('\r\n'),
    ]),
    Buffer.from(`--${boundary}--\r\n`),
  ]);
  return {
    body,
    headers: { 'Content-Type': `multipart/related; type="application/dicom"; boundary=${boundary}` },
  };
}
