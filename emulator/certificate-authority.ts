import { createPrivateKey, randomBytes, webcrypto, X509Certificate } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';

/** PEM texts for a TLS listener and for the clients that are to trust it. */
export interface ServerCertificate {
  readonly caPath: string;
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY_MS = 86_400_000;
const VALID_DAYS = 365;
const RENEW_DAYS = 30;
/** That of everything, and those of storage accounts. */
const HOST_NAMES = ['localhost', '*.blob.localhost', '*.dfs.localhost'];

/**
 * The emulator's own certificate authority with one server certificate for 127.0.0.1, localhost and the storage
 * accounts below it. Kept in `folder`, so that a client that trusts it once keeps trusting it; made anew when fewer
 * than 30 days are left.
 *
 * @param now real time in milliseconds: clients check validity by the real clock, whatever time the emulator plays
 */
export async function loadOrMakeCertificate(folder: string, now: number): Promise<ServerCertificate> {
  const files = {
    ca: path.join(folder, 'ca.pem'),
    certificate: path.join(folder, 'server.pem'),
    key: path.join(folder, 'server-key.pem'),
  };
  if (!isUsable(files, now)) {
    const made = await makeCertificate(now);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(files.key, made.key, { mode: 0o600 });
    writeFileSync(files.certificate, made.certificate);
    writeFileSync(files.ca, made.ca);
  }
  return {
    caPath: files.ca,
    ca: readFileSync(files.ca, 'utf8'),
    certificate: readFileSync(files.certificate, 'utf8'),
    key: readFileSync(files.key, 'utf8'),
  };
}

/** Whether the kept files are whole, belong together and last long enough. */
function isUsable(files: Readonly<Record<'ca' | 'certificate' | 'key', string>>, now: number): boolean {
  try {
    const ca = new X509Certificate(readFileSync(files.ca));
    const certificate = new X509Certificate(readFileSync(files.certificate));
    return (
      certificate.verify(ca.publicKey) &&
      certificate.checkPrivateKey(createPrivateKey(readFileSync(files.key))) &&
      HOST_NAMES.every((name) => certificate.checkHost(name.replace('*', 'any')) !== undefined) &&
      Date.parse(certificate.validFrom) <= now &&
      Date.parse(certificate.validTo) - now > RENEW_DAYS * DAY_MS
    );
  } catch {
    return false;
  }
}

async function makeCertificate(now: number): Promise<Pick<ServerCertificate, 'ca' | 'certificate' | 'key'>> {
  const validity = { notBefore: new Date(now - DAY_MS), notAfter: new Date(now + VALID_DAYS * DAY_MS) };
  const caKeys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const ca = await X509CertificateGenerator.createSelfSigned({
    ...validity,
    serialNumber: serialNumber(),
    name: 'CN=dicom-lake emulator CA',
    signingAlgorithm: ALGORITHM,
    keys: caKeys,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    ],
  });
  const serverKeys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const server = await X509CertificateGenerator.create({
    ...validity,
    serialNumber: serialNumber(),
    subject: 'CN=dicom-lake emulator',
    issuer: ca.subject,
    signingAlgorithm: ALGORITHM,
    publicKey: serverKeys.publicKey,
    signingKey: caKeys.privateKey,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension([
        { type: 'ip', value: '127.0.0.1' },
        ...HOST_NAMES.map((value) => ({ type: 'dns', value }) as const),
      ]),
    ],
  });
  const key = PemConverter.encode(
    await webcrypto.subtle.exportKey('pkcs8', serverKeys.privateKey),
    'PRIVATE KEY',
  );
  return { ca: ca.toString('pem'), certificate: server.toString('pem'), key };
}

/** Positive, as RFC 5280 wants it. */
function serialNumber(): string {
  return `01${randomBytes(15).toString('hex')}`;
}
