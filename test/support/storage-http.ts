import { AUDIENCES } from '../../contract';
import type { Emulator } from '../../emulator';
import { type DicomRequest, type DicomResponse, send } from './dicom-http';
import { credentialOf, type ProvisionedLake } from './emulator';

/** Newest version that both storage SDKs of the test dependencies send. */
const STORAGE_VERSION = '2026-02-06';

/** Sends one request to a path below the account, such as `/dicom/a.txt?comp=tier`. */
export type SendStorage = (method: string, target: string, options?: DicomRequest) => Promise<DicomResponse>;

/** Plain HTTP against the storage plane, in the name of one of the emulator's applications. */
export async function storageSender(
  emulator: Emulator,
  { accountUrl }: Pick<ProvisionedLake, 'accountUrl'>,
  who: 'deployer' | 'verifier' = 'deployer',
): Promise<SendStorage> {
  const { token } = await credentialOf(emulator, who).getToken(`${AUDIENCES.storage}/.default`);
  const send = anonymousSender(emulator, { accountUrl });
  return (method, target, { headers, ...options } = {}) =>
    send(method, target, { ...options, headers: { Authorization: `Bearer ${token}`, ...headers } });
}

export function anonymousSender(
  { ca }: Emulator,
  { accountUrl }: Pick<ProvisionedLake, 'accountUrl'>,
): SendStorage {
  return (method, target, { headers, body, ...options } = {}) =>
    send(`${accountUrl}${target}`, ca, {
      ...options,
      method,
      ...(body === undefined ? {} : { body }),
      headers: {
        'x-ms-version': STORAGE_VERSION,
        ...(method === 'GET' || method === 'HEAD' ? {} : { 'Content-Length': String(body?.length ?? 0) }),
        ...headers,
      },
    });
}
