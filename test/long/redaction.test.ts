import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { inspect } from 'node:util';
import { RestError } from '@azure/core-rest-pipeline';
import { bugReport } from '../../cli/bug-report';
import { hideSecrets } from '../../contract';
import {
  gatherEvidence,
  githubAnnotations,
  judgeEvidence,
  jsonReport,
  junitReport,
  markdownReport,
  printEvidenceBundle,
  rememberSecret,
  textReport,
  type VerifyConfig,
} from '../../verify';
import { transportError } from '../../verify/clients/http';
import { ServiceRefusal } from '../../verify/error';
import { runCli, temporaryFolder } from '../support/cli';
import { syntheticDataset, writeDicomFile } from '../support/dicom-file';
import { rejectionOf } from '../support/errors';
import { manifestFixture } from '../support/manifest';
import { changing, startVerifyBench, type VerifyBench } from '../support/verify-bench';
import type { ProxiedRequest, Tamper } from '../support/verify-proxy';

jest.setTimeout(60_000);

const PATIENT = 'CanaryPatient^Zoe';
const PATIENT_ID = 'CANARY-ID-77';
const SAS = 'CanarySignature%3D';
const JWT = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJjYW5hcnkifQ.CanaryOfAToken_0123456789';
const KEY = `${'CanaryKey0+/'.repeat(7)}Ab==`;
const CONNECTION = `DefaultEndpointsProtocol=https;AccountName=lake;AccountKey=${KEY};EndpointSuffix=core.windows.net`;
const URL_WITH_SAS = `https://lake.blob.core.windows.net/dicom?sv=2025-01-05&sig=${SAS}`;
const SECRET = 'canary8secret9of0an1application';
/** Of everything above, in whatever shape it comes out. */
const CANARY = /canary/i;

/** What a service may say that it should not, all at once. */
const TALK = `${PATIENT} ${PATIENT_ID} Bearer ${JWT} ${URL_WITH_SAS} ${CONNECTION}`;
const JSON_TALK = JSON.stringify({
  error: { code: TALK, message: TALK },
  '00100010': { vr: 'PN', Value: [{ Alphabetic: PATIENT }] },
  '00100020': { vr: 'LO', Value: [PATIENT_ID] },
});

const isStore = ({ method }: ProxiedRequest): boolean => method === 'POST';
const everything = (): boolean => true;
const to =
  (method: string, pattern: RegExp) =>
  (request: ProxiedRequest): boolean =>
    request.method === method && pattern.test(request.path);

function saying(
  matches: (request: ProxiedRequest) => boolean,
  status: number,
  body: string,
  contentType = 'application/json',
): Tamper {
  return changing(matches, () => ({
    status,
    body: Buffer.from(body),
    headers: {
      'content-type': contentType,
      'x-ms-error-code': TALK,
      'www-authenticate': `Bearer error="${TALK}"`,
      warning: `299 - "${TALK}"`,
    },
  }));
}

function failure(sequence: string, tag: string, value: string): string {
  const sop = { '00081155': { vr: 'UI', Value: [PATIENT_ID] }, [tag]: { vr: 'US', Value: [value] } };
  return JSON.stringify({
    [sequence]: { vr: 'SQ', Value: [{ ...sop, '00100010': { vr: 'PN', Value: [PATIENT] } }] },
  });
}

/** Everything that a run lets out. */
async function outputsOf(bench: VerifyBench, changes: Partial<VerifyConfig> = {}): Promise<string> {
  const messages: string[] = [];
  const config: VerifyConfig = {
    target: bench.target,
    journalFolder: path.join(bench.folder, 'journal'),
    version: '0.0.0',
    only: ['dicomweb', 'contract', 'tiers'],
    limits: { fileRemovalMs: 200, healthWindowMs: 200 },
    deadlineSeconds: 6,
    dicomFolder: givenFilesIn(bench.folder),
    ...changes,
  };
  // The journal as well, which is gone in the end where all went well.
  const progress = (event: object): unknown =>
    messages.push(JSON.stringify(event), ...textsBelow(config.journalFolder));
  const bundle = await gatherEvidence(config, { progress });
  const report = judgeEvidence(bundle);
  const written = [textReport(report, true), jsonReport(report), junitReport(report), markdownReport(report)];
  return [
    ...[...written, githubAnnotations(report), printEvidenceBundle(bundle), ...messages],
    ...textsBelow(path.join(bench.folder, 'journal')),
  ].join('\n');
}

function textsBelow(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => {
    const file = path.join(folder, name);
    return `${name}\n${statSync(file).isFile() ? readFileSync(file, 'utf8') : ''}`;
  });
}

/** Two images of a patient, one of them not readable, under names and in folders of the patient's name. */
function givenFilesIn(folder: string): string {
  const given = path.join(folder, 'given');
  mkdirSync(path.join(given, PATIENT), { recursive: true });
  const dataset = syntheticDataset(
    { study: 's', series: 's', instance: 'i' },
    { '00100010': { vr: 'PN', value: PATIENT }, '00100020': { vr: 'LO', value: PATIENT_ID } },
  );
  writeFileSync(path.join(given, PATIENT, `${PATIENT}.dcm`), writeDicomFile(dataset));
  writeFileSync(path.join(given, `${PATIENT_ID}.dcm`), writeDicomFile(dataset).subarray(0, -9));
  writeFileSync(path.join(given, 'notes.txt'), TALK.repeat(3));
  return given;
}

describe('nothing that is secret or of a patient comes out of a run', () => {
  test('where all is well, and the files of a patient were given', async () => {
    await using bench = await startVerifyBench();
    const outputs = await outputsOf(bench);
    expect(outputs).toContain('given file 2 of 3');
    expect(outputs).not.toMatch(CANARY);
    expect(outputs).not.toContain(bench.emulator.ready.credentials.verifier.clientSecret);
  });

  test.each<readonly [name: string, dicom: Tamper]>([
    ['a refused store', saying(isStore, 400, TALK, 'text/plain')],
    ['a failed store', saying(isStore, 500, JSON_TALK)],
    ['a store that asks for a token', saying(isStore, 401, JSON_TALK)],
    [
      'a store with a code in the lake',
      saying(isStore, 424, `Received the following error code: ${PATIENT}`),
    ],
    ['a conflict', saying(isStore, 409, failure('00081198', '00081197', TALK))],
    ['a conflict that tells nothing', saying(isStore, 409, TALK)],
    ['a warning', saying(isStore, 202, failure('00081199', '00081196', TALK))],
    ['a store whose answer is no JSON', saying(isStore, 200, TALK)],
    ['searches that find others', saying(to('GET', /\?\w+UID=/), 200, `[${JSON_TALK}]`)],
    ['searches that are no JSON', saying(to('GET', /\?\w+UID=/), 200, TALK)],
    ['metadata of others', saying(to('GET', /metadata$/), 200, `[${JSON_TALK}]`)],
    ['metadata that is no JSON', saying(to('GET', /metadata$/), 200, TALK)],
    [
      'a retrieve without boundary',
      saying(to('GET', /instances\/[\d.]+$/), 200, TALK, `multipart/related; x=${TALK}`),
    ],
    [
      'a retrieve cut short',
      saying(to('GET', /instances\/[\d.]+$/), 200, TALK, 'multipart/related; boundary=x'),
    ],
    ['frames that are none', saying(to('GET', /frames/), 200, TALK, TALK.replace(/[^\w ]/g, ''))],
    [
      'a change feed with metadata',
      changing(to('GET', /changefeed/), ({ body }) => ({ body: withMetadata(body) })),
    ],
    ['a change feed that is no JSON', saying(to('GET', /changefeed/), 200, TALK)],
    ['a refused change feed', saying(to('GET', /changefeed/), 403, JSON_TALK)],
    ['a refused deletion', saying(to('DELETE', /studies/), 500, TALK)],
    ['a throttled deletion', saying(to('DELETE', /studies/), 429, TALK)],
    ['a page of a proxy', saying(everything, 502, `<html>${TALK}</html>`, 'text/html')],
  ])('whatever the DICOM service says: %s', async (_name, dicom) => {
    await using bench = await startVerifyBench({ dicom });
    expect(await outputsOf(bench, { only: ['dicomweb', 'contract'] })).not.toMatch(CANARY);
  });

  test.each<readonly [name: string, arm: Tamper]>([
    ['a refusal', saying(everything, 403, JSON_TALK)],
    ['a refusal with a code that is none', saying(everything, 400, `{"error": {"code": "${PATIENT}"}}`)],
    ['an answer that is no JSON', saying(everything, 200, TALK)],
    ['a failure', saying(everything, 500, TALK, 'text/plain')],
    ['more than was asked for', changing(everything, ({ body }) => ({ body: withKeys(body) }))],
  ])('whatever Azure Resource Manager says: %s', async (_name, arm) => {
    await using bench = await startVerifyBench({ arm });
    expect(await outputsOf(bench, { only: ['tiers'] })).not.toMatch(CANARY);
  });

  test.each<readonly [name: string, message: string]>([
    ['AuthenticationError', `invalid_client: 7000215 ${TALK} client_secret=${SECRET}`],
    ['CredentialUnavailableError', `tried ${URL_WITH_SAS} with password: ${SECRET}`],
  ])('whatever the credential says: %s', async (name, message) => {
    await using bench = await startVerifyBench();
    if (bench.target.kind !== 'deployment') throw new Error('the bench has a deployment');
    const error = Object.assign(new Error(message.replaceAll(PATIENT, '').replaceAll(PATIENT_ID, '')), {
      name,
    });
    const credential = { getToken: () => Promise.reject(error) };
    const target = { ...bench.target, azure: { ...bench.target.azure, credential } };
    const outputs = await outputsOf(bench, { target });
    expect(outputs).toContain('no token for');
    expect(outputs).not.toMatch(CANARY);
  });

  test('of the tokens that it sends, even where a service repeats them', async () => {
    const tokens = new Set<string>();
    await using bench = await startVerifyBench({
      dicom: (request) => {
        const token = (request.headers['authorization'] ?? '').replace('Bearer ', '');
        tokens.add(token);
        const headers = { 'x-ms-error-code': token, 'content-type': 'application/json' };
        return Promise.resolve({
          status: 400,
          headers,
          body: Buffer.from(JSON.stringify({ error: { code: token } })),
        });
      },
    });
    const outputs = await outputsOf(bench, { only: ['dicomweb'] });
    expect(tokens.size).toBeGreaterThan(0);
    for (const token of tokens) expect(outputs).not.toContain(token.slice(-30));
  });
});

function withMetadata(body: Buffer): Buffer {
  const told = JSON.parse(body.toString()) as object | object[];
  const gossip = (entry: object): object => ({ ...entry, Metadata: JSON.parse(JSON_TALK) as object });
  return Buffer.from(JSON.stringify(Array.isArray(told) ? told.map(gossip) : gossip(told)));
}

function withKeys(body: Buffer): Buffer {
  return Buffer.from(
    JSON.stringify({
      ...(JSON.parse(body.toString()) as object),
      keys: [{ value: KEY }],
      tags: { sas: URL_WITH_SAS },
    }),
  );
}

describe('nothing that is secret comes out of the command line', () => {
  const manifest = manifestFixture();
  const { lake, dicomService } = manifest;
  test.each<readonly [name: string, args: readonly string[], files: Readonly<Record<string, string>>]>([
    [
      'an endpoint with a signature',
      ['verify', 'm.json'],
      { 'm.json': JSON.stringify({ ...manifest, lake: { ...lake, blobEndpoint: URL_WITH_SAS } }) },
    ],
    [
      'a service with a signature',
      ['sweep', 'm.json'],
      {
        'm.json': JSON.stringify({
          ...manifest,
          dicomService: { ...dicomService, serviceUrl: URL_WITH_SAS },
        }),
      },
    ],
    [
      'a key in the place of a name',
      ['verify', 'm.json'],
      { 'm.json': JSON.stringify({ ...manifest, lake: { ...lake, storageAccountName: KEY } }) },
    ],
    [
      'a connection string',
      ['verify', 'm.json'],
      { 'm.json': JSON.stringify({ ...manifest, lake: CONNECTION }) },
    ],
    ['a manifest that is no JSON', ['verify', 'm.json'], { 'm.json': `{"key": ${KEY}` }],
    [
      'a ready file that is no JSON',
      ['verify', 'm.json', '--emulator', 'r.json'],
      { 'm.json': JSON.stringify(manifest), 'r.json': SECRET },
    ],
    ['evidence that is none', ['verify', '--judge-only', 'e.json'], { 'e.json': TALK }],
    ['a URL with a signature', ['verify', '--dicomweb', URL_WITH_SAS], {}],
    ['a URL with a password', ['sweep', '--dicomweb', `https://me:${SECRET}@pacs.example.org`], {}],
    ['a URL that is none', ['verify', '--dicomweb', `ftp://me:${SECRET}@pacs.example.org/x?sig=${SAS}`], {}],
    ['a token over http', ['verify', '--dicomweb', 'http://127.0.0.1:1'], {}],
    [
      'a server that is not there',
      ['verify', '--dicomweb', 'https://127.0.0.1:1', '--only', 'dicomweb/instance-stored'],
      {},
    ],
  ])('%s', async (_name, args, files) => {
    using folder = temporaryFolder();
    for (const [name, content] of Object.entries(files)) writeFileSync(path.join(folder.path, name), content);
    const env = { DICOMWEB_TOKEN: SECRET, AZURE_CLIENT_SECRET: SECRET };
    const { exitCode, stdout, stderr } = await runCli(args, { cwd: folder.path, env });
    expect([2, 3]).toContain(exitCode);
    expect(stdout + stderr).not.toMatch(CANARY);
  });

  test('a run with every output', async () => {
    await using bench = await startVerifyBench({
      dicom: saying(to('GET', /metadata$|changefeed/), 400, JSON_TALK),
    });
    if (bench.target.kind !== 'deployment') throw new Error('the bench has a deployment');
    const { ready } = bench.emulator;
    const inputs = path.join(bench.folder, 'inputs');
    mkdirSync(inputs);
    writeFileSync(path.join(inputs, 'ready.json'), JSON.stringify(ready));
    writeFileSync(path.join(inputs, 'manifest.json'), JSON.stringify(bench.target.manifest));
    const out = path.join(bench.folder, 'out');
    mkdirSync(out);
    const reports = ['text', 'json', 'junit', 'markdown'].flatMap((format) => [
      '--report',
      `${format}=${format}`,
    ]);
    const args = ['verify', '../inputs/manifest.json', '--emulator', '../inputs/ready.json', '--github'];
    const { exitCode, stdout, stderr } = await runCli(
      [...args, ...reports, '--only', 'dicomweb', 'contract', '--dicom', `../given`, '--deadline', '10'],
      {
        cwd: out,
        env: { GITHUB_STEP_SUMMARY: path.join(out, 'summary.md'), DICOMWEB_TOKEN: SECRET },
        ...given(bench),
      },
    );
    const outputs = [stdout, stderr, ...textsBelow(out)].join('\n');
    expect([exitCode, outputs]).toEqual([1, expect.stringContaining('given file')]);
    expect(readdirSync(out).sort()).toEqual([
      '.dicom-lake',
      'json',
      'junit',
      'markdown',
      'summary.md',
      'text',
    ]);
    expect(outputs).not.toMatch(CANARY);
    expect(outputs).not.toContain(ready.credentials.verifier.clientSecret);
    expect(outputs).not.toMatch(/eyJ/);
  });
});

/** Makes the files, and adds nothing to the options. */
function given({ folder }: VerifyBench): object {
  givenFilesIn(folder);
  return {};
}

describe('nothing that is secret is in an error', () => {
  test('of the transport, with its causes left to those who look for them', () => {
    const message = `connect ECONNRESET ${URL_WITH_SAS} through http://me:${SECRET}@proxy:3128 ${JWT}`;
    const explained = transportError(new RestError(message, { code: 'ECONNRESET' }), URL_WITH_SAS) as Error;
    expect(explained.message).toMatch(
      /^lake\.blob\.core\.windows\.net cannot be reached: connect ECONNRESET/,
    );
    expect(explained.message).not.toMatch(CANARY);
  });

  test('of a service that repeats a secret in the place of its code', () => {
    rememberSecret(SECRET);
    expect(new ServiceRefusal('arm', 'reading it', 403, 'AuthorizationFailed').message).toBe(
      'reading it was answered 403 AuthorizationFailed',
    );
    expect(inspect(new ServiceRefusal('arm', 'reading it', 403, SECRET))).not.toMatch(CANARY);
  });

  test.each([
    ['of an SDK', () => new RestError(`Error "x" occurred while parsing the response body - ${TALK}`)],
    ['of a parser', () => new SyntaxError(`Unexpected token 'C', "${PATIENT}" is not valid JSON`)],
    ['of any kind', () => new TypeError(`fetch of ${URL_WITH_SAS} with ${JWT} failed: ${CONNECTION}`)],
    ['that is none', () => `thrown ${URL_WITH_SAS}`],
  ])('that is a bug and printed: %s', (_name, make) => {
    const printed = bugReport(make());
    expect(printed).not.toMatch(CANARY);
    expect(printed.length).toBeGreaterThan(10);
  });

  test('of a configuration, in its message and in its problems, as they are printed', async () => {
    using folder = temporaryFolder();
    const config = { journalFolder: folder.path, version: '0.0.0' };
    const target = { kind: 'dicomweb', url: URL_WITH_SAS } as const;
    expect(inspect(await rejectionOf(gatherEvidence({ ...config, target })))).not.toMatch(CANARY);
  });
});

describe('what is hidden in a text', () => {
  test.each([
    [`a ${JWT} b`, 'a *** b'],
    [URL_WITH_SAS, 'https://lake.blob.core.windows.net/dicom?***'],
    [`?sv=1&sig=${SAS}&se=2`, '?sv=1&sig=***&se=2'],
    [
      CONNECTION,
      'DefaultEndpointsProtocol=https;AccountName=lake;AccountKey=***;EndpointSuffix=core.windows.net',
    ],
    [KEY, '***'],
    ['https://me:pass@host/x', 'https://***@host/x'],
    ['Authorization: Bearer abc123def456', 'Authorization: Bearer ***'],
    ['SharedKey lake:abc123def456=', 'SharedKey ***'],
    ['{"client_secret": "x y"}', '{"client_secret": "*** y"}'],
    ['abc8Q~0123456789012345678901234567890123', '***'],
  ])('%s', (text, hidden) => expect(hideSecrets(text)).toBe(hidden));

  test.each([
    'the token is missing, expired or meant for another service',
    'sign in (az login), or give AZURE_TENANT_ID, AZURE_CLIENT_ID and a secret, certificate or federated token',
    'a bearer token is sent over https only',
    'its SHA-256 is e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    '/subscriptions/44444444-4444-4444-4444-444444444444/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/lake',
    'Basic authentication is off; Bearer authentication is on',
    'AHDS/testws/dicom/images/Microsoft.Default/132_1.dcm',
    'study 2.25.329800735698586629295641978511506172918',
  ])('not: %s', (text) => expect(hideSecrets(text)).toBe(text));
});
