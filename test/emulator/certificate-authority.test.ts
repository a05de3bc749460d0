import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadOrMakeCertificate, type ServerCertificate } from '../../emulator/certificate-authority';
import { SystemClock } from '../../emulator';

const DAY_MS = 86_400_000;

let folder: string;
let now: number;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'emulator-certificate-'));
  now = new SystemClock().now();
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Asks a server that shows the certificate, as a client that trusts the authority alone. */
async function statusFor(tls: ServerCertificate, host: string, servername?: string): Promise<number> {
  const server = https.createServer({ cert: tls.certificate, key: tls.key }, (_request, response) => {
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const { port } = server.address() as AddressInfo;
    const named = servername === undefined ? {} : { servername };
    return await new Promise((resolve, reject) => {
      const request = https.get({ host, port, ca: tls.ca, agent: false, ...named }, (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode ?? 0));
      });
      request.on('error', reject);
    });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

test('a client that trusts the authority reaches the emulator by address, as localhost and by the names of accounts below it, and as nothing else', async () => {
  const tls = await loadOrMakeCertificate(folder, now);
  expect(await statusFor(tls, '127.0.0.1')).toBe(200);
  for (const name of ['localhost', 'demolake.blob.localhost', 'demolake.dfs.localhost'])
    expect(await statusFor(tls, '127.0.0.1', name)).toBe(200);
  await expect(statusFor(tls, '127.0.0.1', 'login.microsoftonline.com')).rejects.toMatchObject({
    code: 'ERR_TLS_CERT_ALTNAME_INVALID',
  });
});

test('a client that does not trust the authority is not let through', async () => {
  const tls = await loadOrMakeCertificate(folder, now);
  const other = await loadOrMakeCertificate(path.join(folder, 'other'), now);
  await expect(statusFor({ ...tls, ca: other.ca }, '127.0.0.1')).rejects.toMatchObject({
    code: 'CERT_SIGNATURE_FAILURE',
  });
});

test('the key is readable by its owner alone, and no key of the authority is left behind', async () => {
  const { caPath } = await loadOrMakeCertificate(folder, now);
  expect(statSync(path.join(folder, 'server-key.pem')).mode & 0o777).toBe(0o600);
  expect(readFileSync(caPath, 'utf8')).not.toContain('PRIVATE KEY');
});

test('the certificate is used again while more than 30 days are left, and made anew after that', async () => {
  const first = await loadOrMakeCertificate(folder, now);
  expect(await loadOrMakeCertificate(folder, now + 334 * DAY_MS)).toEqual(first);
  expect((await loadOrMakeCertificate(folder, now + 336 * DAY_MS)).ca).not.toBe(first.ca);
});

test.each(['ca.pem', 'server.pem', 'server-key.pem'])('a damaged %s is made anew', async (file) => {
  await loadOrMakeCertificate(folder, now);
  writeFileSync(path.join(folder, file), 'no PEM at all');
  expect(await statusFor(await loadOrMakeCertificate(folder, now), '127.0.0.1')).toBe(200);
});

test.each(['ca.pem', 'server.pem', 'server-key.pem'])(
  'a %s that belongs to another certificate is made anew',
  async (file) => {
    await loadOrMakeCertificate(folder, now);
    await loadOrMakeCertificate(path.join(folder, 'other'), now);
    writeFileSync(path.join(folder, file), readFileSync(path.join(folder, 'other', file)));
    expect(await statusFor(await loadOrMakeCertificate(folder, now), '127.0.0.1')).toBe(200);
  },
);
