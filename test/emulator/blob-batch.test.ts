import type { BlobBatchClient, ContainerClient } from '@azure/storage-blob';
import type { Emulator } from '../../emulator';
import { credentialOf, type ProvisionedLake, provisionLake, startTestEmulator } from '../support/emulator';
import { refusalOf } from '../support/errors';
import { storageClients } from '../support/storage-clients';
import { type SendStorage, storageSender } from '../support/storage-http';

let emulator: Emulator;
let lake: ProvisionedLake;
let send: SendStorage;
let container: ContainerClient;
let batches: BlobBatchClient;

beforeAll(async () => {
  emulator = await startTestEmulator();
  lake = await provisionLake(emulator);
  send = await storageSender(emulator, lake);
  const clients = storageClients(emulator, lake);
  ({ container } = clients);
  batches = clients.blobs.getBlobBatchClient();
});
afterAll(() => emulator.close());

const upload = (name: string) => container.getBlockBlobClient(name).upload(name, name.length);

test('deletes each blob by itself, whatever becomes of the others', async () => {
  await Promise.all(['b/1 ä', 'b/2', 'b/full/3'].map(upload));
  const names = ['b/1 ä', 'b/none', 'b/full', 'b/2'];
  const { subResponses, subResponsesSucceededCount } = await batches.deleteBlobs(
    names.map((name) => container.getBlobClient(name)),
  );
  expect(subResponses.map((one) => [one.status, one.errorCode])).toEqual([
    [202, undefined],
    [404, 'BlobNotFound'],
    [409, 'DirectoryIsNotEmpty'],
    [202, undefined],
  ]);
  expect(subResponsesSucceededCount).toBe(2);
  expect(await container.getBlobClient('b/1 ä').exists()).toBe(false);
  expect(await container.getBlobClient('b/full/3').exists()).toBe(true);
});

test('authorizes every part by what stands in it', async () => {
  await upload('kept');
  const blobs = ['kept'].map((name) => container.getBlobClient(name).url);
  const { subResponses } = await batches.deleteBlobs(blobs, credentialOf(emulator, 'verifier'));
  expect(subResponses.map((one) => [one.status, one.errorCode])).toEqual([
    [403, 'AuthorizationPermissionMismatch'],
  ]);
  const part = 'DELETE /testlake/dicom/kept HTTP/1.1\r\nAuthorization: Bearer nothing\r\n\r\n';
  const anonymous = await post('/?comp=batch', [part]);
  expect(anonymous.text).toContain('HTTP/1.1 401 Unauthorized\r\n');
  expect(await container.getBlobClient('kept').exists()).toBe(true);
});

test('sets no tiers, as accounts with a hierarchical namespace refuse it', async () => {
  await upload('tiered');
  const { subResponses } = await batches.setBlobsAccessTier([container.getBlobClient('tiered')], 'Cool');
  expect(subResponses.map((one) => [one.status, one.errorCode])).toEqual([
    [400, 'FeatureNotYetSupportedForHierarchicalNamespaceAccounts'],
  ]);
  expect(await container.getBlobClient('tiered').getProperties()).toMatchObject({ accessTier: 'Hot' });
});

test('keeps to the container of its URL, and to the account', async () => {
  await upload('mine');
  const part = (target: string): string =>
    `DELETE ${target} HTTP/1.1\r\nAuthorization: ${token}\r\nContent-Length: 0\r\n\r\n`;
  const { token: bearer } = await credentialOf(emulator, 'deployer').getToken(
    'https://storage.azure.com/.default',
  );
  const token = `Bearer ${bearer}`;
  const elsewhere = await post('/other?restype=container&comp=batch', [part('/testlake/dicom/mine')]);
  expect(elsewhere.text).toContain('HTTP/1.1 400 Bad Request\r\n');
  expect(elsewhere.text).toContain('x-ms-error-code: InvalidInput');
  expect(await container.getBlobClient('mine').exists()).toBe(true);
  const here = await post('/dicom?restype=container&comp=batch', [part('/testlake/dicom/mine')]);
  expect(here.text).toContain('HTTP/1.1 202 Accepted\r\n');
  expect(await container.getBlobClient('mine').exists()).toBe(false);
});

test.each([
  ['no boundary', { contentType: 'multipart/mixed', body: '' }, 'InvalidHeaderValue'],
  ['no parts', { body: '--b--\r\n' }, 'InvalidInput'],
  ['no end', { body: '--b\r\n\r\nDELETE /testlake/dicom/x HTTP/1.1\r\n\r\n' }, 'InvalidInput'],
  ['text before the parts', { body: 'hello\r\n--b\r\n--b--' }, 'InvalidInput'],
  ['a part that is no deletion', { parts: ['PUT /testlake/dicom/x HTTP/1.1\r\n\r\n'] }, 'InvalidInput'],
  [
    'a part on a container',
    { parts: ['DELETE /testlake/dicom?restype=container HTTP/1.1\r\n\r\n'] },
    'InvalidInput',
  ],
  [
    'a line that is no header',
    { parts: ['DELETE /testlake/dicom/x HTTP/1.1\r\nhello\r\n\r\n'] },
    'InvalidInput',
  ],
  [
    'too many parts',
    { parts: Array.from({ length: 257 }, () => 'DELETE /testlake/dicom/x HTTP/1.1\r\n\r\n') },
    'ExceedsMaxBatchRequestCount',
  ],
])(
  'refuses a batch with %s',
  async (_, options: { contentType?: string; body?: string; parts?: string[] }, code) => {
    const { parts = [], body, contentType } = options;
    const answer = await post('/?comp=batch', parts, body, contentType);
    expect([answer.status, answer.headers['x-ms-error-code']]).toEqual([400, code]);
  },
);

test('takes 256 parts, and no more from the SDK either', async () => {
  const blobs = Array.from({ length: 257 }, (_, at) => container.getBlobClient(`none/${at}`));
  const { subResponsesFailedCount } = await batches.deleteBlobs(blobs.slice(0, 256));
  expect(subResponsesFailedCount).toBe(256);
  expect(await refusalOf(batches.deleteBlobs(blobs))).toBe('no status no code');
});

function post(target: string, parts: readonly string[], body?: string, contentType?: string) {
  const envelope = 'Content-Type: application/http\r\nContent-Transfer-Encoding: binary';
  const written = parts.map((part, at) => `--b\r\n${envelope}\r\nContent-ID: ${at}\r\n\r\n${part}`).join('');
  return send('POST', target, {
    headers: { 'Content-Type': contentType ?? 'multipart/mixed; boundary=b' },
    body: Buffer.from(body ?? `${written}--b--\r\n`),
  });
}
