import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { ClientSecretCredential } from '@azure/identity';
import {
  createDefaultHttpClient,
  createHttpHeaders,
  createPipelineFromOptions,
  createPipelineRequest,
} from '@azure/core-rest-pipeline';
import { createLocalJWKSet, decodeJwt, generateKeyPair, type JSONWebKeySet, jwtVerify, SignJWT } from 'jose';
import { AUDIENCES, ROLES } from '../../../contract';
import { type Emulator, ManualClock } from '../../../emulator';
import { TokenAuthority } from '../../../emulator/entra/token-authority';
import { armOf, assignRole, credentialOf, provisionLake, startTestEmulator } from '../../support/emulator';
import { type RawAnswer, rawRequest } from '../../support/raw-arm';

const PROBE = '/subscriptions/44444444-4444-4444-4444-444444444444/resourceGroups/rg-none';

function ask(emulator: Emulator, token: string): Promise<RawAnswer> {
  return rawRequest(
    emulator,
    'GET',
    `${PROBE}?api-version=2023-07-01`,
    token === '' ? {} : { authorization: `Bearer ${token}` },
  );
}

describe('tokens of the emulator', () => {
  test('open Azure Resource Manager for the audience they are for, and nothing else', async () => {
    await using emulator = await startTestEmulator();
    const credential = credentialOf(emulator, 'deployer');
    const right = await credential.getToken(`${AUDIENCES.arm}/.default`);
    const wrong = await credential.getToken(`${AUDIENCES.storage}/.default`);
    expect(await ask(emulator, right.token)).toMatchObject({
      status: 404,
      body: { error: { code: 'ResourceGroupNotFound' } },
    });
    expect(await ask(emulator, wrong.token)).toMatchObject({
      status: 401,
      body: { error: { code: 'InvalidAuthenticationToken' } },
    });
    expect(await ask(emulator, '')).toMatchObject({ status: 401 });
  });

  test('expire by the clock of the emulator', async () => {
    const clock = new ManualClock();
    await using emulator = await startTestEmulator({ clock });
    const { token } = await credentialOf(emulator, 'deployer').getToken(`${AUDIENCES.arm}/.default`);
    await clock.advance(3_500_000);
    expect(await ask(emulator, token)).toMatchObject({ status: 404 });
    await clock.advance(200_000);
    expect(await ask(emulator, token)).toMatchObject({ status: 401 });
  });

  test('fail with another signature, another issuer and no signature at all', async () => {
    await using emulator = await startTestEmulator();
    const { token } = await credentialOf(emulator, 'deployer').getToken(`${AUDIENCES.arm}/.default`);
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')) as Record<
      string,
      unknown
    >;
    const { privateKey } = await generateKeyPair('RS256');
    const forged = await new SignJWT(claims).setProtectedHeader({ alg: 'RS256' }).sign(privateKey);
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${token.split('.')[1] ?? ''}.`;
    expect(await ask(emulator, forged)).toMatchObject({ status: 401 });
    expect(await ask(emulator, unsigned)).toMatchObject({ status: 401 });

    await using other = await startTestEmulator();
    const foreign = await credentialOf(other, 'deployer').getToken(`${AUDIENCES.arm}/.default`);
    expect(await ask(emulator, foreign.token)).toMatchObject({ status: 401 });
  });

  test('open nothing else once they have opened something, and that only until they expire', async () => {
    const clock = new ManualClock();
    const authority = await TokenAuthority.create(clock, () => 'https://127.0.0.1:1/tenant/');
    const token = `Bearer ${await authority.sign(AUDIENCES.arm, 'someone', 'something')}`;
    expect(await authority.authenticate(token, [AUDIENCES.arm])).toEqual({ objectId: 'someone' });
    expect(await authority.authenticate(token, [AUDIENCES.storage])).toBeUndefined();
    expect(await authority.authenticate(`${token}x`, [AUDIENCES.arm])).toBeUndefined();
    await clock.advance(3_598_000);
    expect(await authority.authenticate(token, [AUDIENCES.arm])).toEqual({ objectId: 'someone' });
    await clock.advance(1_000);
    expect(await authority.authenticate(token, [AUDIENCES.arm])).toBeUndefined();
  });

  test('fail when another authority issued them, though the key is the same', async () => {
    let issuer = 'https://127.0.0.1:1/tenant/';
    const authority = await TokenAuthority.create(new ManualClock(), () => issuer);
    const token = `Bearer ${await authority.sign(AUDIENCES.arm, 'someone', 'something')}`;
    expect(await authority.authenticate(token, [AUDIENCES.arm])).toEqual({ objectId: 'someone' });
    issuer = 'https://127.0.0.1:2/tenant/';
    expect(await authority.authenticate(token, [AUDIENCES.arm])).toBeUndefined();
  });

  test('are refused for a wrong secret and an unknown application', async () => {
    await using emulator = await startTestEmulator();
    const { ready, ca } = emulator;
    const options = {
      authorityHost: ready.endpoints.entra,
      disableInstanceDiscovery: true,
      tlsOptions: { ca },
    };
    const { clientId } = ready.credentials.deployer;
    const wrongSecret = new ClientSecretCredential(ready.tenantId, clientId, 'wrong', options);
    await expect(wrongSecret.getToken(`${AUDIENCES.arm}/.default`)).rejects.toThrow('AADSTS7000215');
    const stranger = new ClientSecretCredential(ready.tenantId, ready.tenantId, 'wrong', options);
    await expect(stranger.getToken(`${AUDIENCES.arm}/.default`)).rejects.toThrow('AADSTS700016');
  });
});

interface EntraAnswer {
  readonly status: number;
  readonly json: Readonly<Record<string, unknown>>;
}

/** Asks the token endpoint as it is, without an SDK. */
async function askEntra(
  { ready, ca }: Emulator,
  path: string,
  form?: Readonly<Record<string, string>>,
): Promise<EntraAnswer> {
  const response = await createPipelineFromOptions({ tlsOptions: { ca } }).sendRequest(
    createDefaultHttpClient(),
    createPipelineRequest({
      url: `${ready.endpoints.entra}/${path}`,
      method: form === undefined ? 'GET' : 'POST',
      headers: createHttpHeaders({ 'Content-Type': 'application/x-www-form-urlencoded' }),
      ...(form === undefined ? {} : { body: new URLSearchParams(form).toString() }),
    }),
  );
  return { status: response.status, json: JSON.parse(response.bodyAsText ?? '') as EntraAnswer['json'] };
}

describe('the token endpoint', () => {
  test('publishes the keys with which a stranger can verify a token and read its claims', async () => {
    const clock = new ManualClock();
    await using emulator = await startTestEmulator({ clock });
    const { tenantId, endpoints, credentials } = emulator.ready;
    const { token } = await credentialOf(emulator, 'verifier').getToken(`${AUDIENCES.dicom}/.default`);
    const configuration = await askEntra(emulator, `${tenantId}/v2.0/.well-known/openid-configuration`);
    const keysPath = new URL(String(configuration.json['jwks_uri'])).pathname.slice(1);
    const keys = createLocalJWKSet((await askEntra(emulator, keysPath)).json as unknown as JSONWebKeySet);
    const { payload } = await jwtVerify(token, keys, { currentDate: new Date(clock.now()) });
    expect(payload).toEqual({
      iss: `${endpoints.entra}/${tenantId}/`,
      aud: AUDIENCES.dicom,
      oid: credentials.verifier.objectId,
      sub: credentials.verifier.objectId,
      appid: credentials.verifier.clientId,
      tid: tenantId,
      ver: '1.0',
      iat: clock.now() / 1000,
      nbf: clock.now() / 1000,
      exp: clock.now() / 1000 + 3599,
    });
  });

  test.each([
    ['oauth2/v2.0/token', { scope: `${AUDIENCES.storage}/.default` }],
    ['oauth2/token', { resource: AUDIENCES.storage }],
  ])('grants by %s', async (path, wanted) => {
    await using emulator = await startTestEmulator();
    const { tenantId, credentials } = emulator.ready;
    const answer = await askEntra(emulator, `${tenantId}/${path}`, {
      grant_type: 'client_credentials',
      client_id: credentials.deployer.clientId,
      client_secret: credentials.deployer.clientSecret,
      ...wanted,
    });
    expect(answer).toMatchObject({ status: 200, json: { token_type: 'Bearer', expires_in: 3599 } });
    expect(decodeJwt(String(answer.json['access_token'])).aud).toBe(AUDIENCES.storage);
  });

  const tenant = '11111111-1111-1111-1111-111111111111';
  const form = { grant_type: 'client_credentials', client_id: 'nobody', client_secret: 'x', scope: 'y' };
  const deployer = { ...form, client_id: '33333333-3333-3333-3333-333333333333' };
  test.each([
    ['another tenant', 'contoso', form, 400, 'invalid_request', 90002],
    ['another grant', tenant, { ...form, grant_type: 'password' }, 400, 'unsupported_grant_type', 70003],
    ['no scope', tenant, { ...deployer, scope: '' }, 400, 'invalid_scope', 70011],
    ['an unknown application', tenant, form, 400, 'unauthorized_client', 700016],
    ['a wrong secret', tenant, deployer, 401, 'invalid_client', 7000215],
    ['an empty secret', tenant, { ...deployer, client_secret: '' }, 401, 'invalid_client', 7000215],
  ])('fails %s', async (_what, inTenant, body, status, error, code) => {
    await using emulator = await startTestEmulator();
    const answer = await askEntra(emulator, `${inTenant}/oauth2/v2.0/token`, body);
    expect(answer).toMatchObject({ status, json: { error, error_codes: [code] } });
    expect(answer.json['error_description']).toContain(`AADSTS${code}`);
    expect(answer.json['access_token']).toBeUndefined();
  });

  test('fails what it does not have with the list of what it has', async () => {
    await using emulator = await startTestEmulator();
    expect(await askEntra(emulator, 'common/oauth2/v2.0/devicecode', {})).toEqual({
      status: 501,
      json: {
        error: 'not_implemented',
        error_description:
          'POST /common/oauth2/v2.0/devicecode is not in the emulator; it has POST /{tenant}/oauth2/v2.0/token, ' +
          'POST /{tenant}/oauth2/token, GET /{tenant}/v2.0/.well-known/openid-configuration, ' +
          'GET /{tenant}/discovery/v2.0/keys, GET /common/discovery/instance',
      },
    });
  });
});

describe('managed identities', () => {
  test('fail without the secret header, for an unknown client and for a deleted identity', async () => {
    await using emulator = await startTestEmulator();
    const { groupId } = await provisionLake(emulator);
    const id = `${groupId}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/spare`;
    const arm = armOf(emulator);
    const identity = await arm.put(id, '2024-11-30', { location: 'westeurope', properties: {} });
    const { clientId } = identity['properties'] as { readonly clientId: string };
    const { endpoint, header } = emulator.managedIdentity;
    const statusFor = async (client: string, secret: string): Promise<number> => {
      const query = new URLSearchParams({ resource: AUDIENCES.arm, client_id: client });
      const url = `${endpoint}?api-version=2019-08-01&${query.toString()}`;
      return (await fetch(url, { headers: { 'x-identity-header': secret } })).status;
    };
    expect(await statusFor(clientId, header)).toBe(200);
    expect(await statusFor(clientId, 'guess')).toBe(401);
    expect(await statusFor(emulator.ready.credentials.deployer.clientId, header)).toBe(400);
    await arm.delete(id, '2024-11-30');
    expect(await statusFor(clientId, header)).toBe(400);
  });

  test('get tokens through ManagedIdentityCredential, unmodified, that carry their roles', async () => {
    await using emulator = await startTestEmulator();
    const { groupId, principalId } = await provisionLake(emulator);
    const identity = await armOf(emulator).get(
      `${groupId}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/testws-images`,
      '2024-11-30',
    );
    const { clientId } = identity['properties'] as { readonly clientId: string };
    await assignRole(armOf(emulator), groupId, ROLES.reader.id, principalId, 70);

    // The credential reads its endpoint from the environment of the process, so it gets a process of its own.
    const script = `
      const { ManagedIdentityCredential } = require('@azure/identity');
      new ManagedIdentityCredential({ clientId: process.argv[1] }).getToken('${AUDIENCES.arm}/.default')
        .then(({ token }) => process.stdout.write(token));`;
    const { endpoint, header } = emulator.managedIdentity;
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', script, clientId], {
      cwd: path.resolve(__dirname, '../../..'),
      env: { ...process.env, IDENTITY_ENDPOINT: endpoint, IDENTITY_HEADER: header },
    });
    const answer = await rawRequest(emulator, 'GET', `${groupId}?api-version=2023-07-01`, {
      authorization: `Bearer ${stdout}`,
    });
    expect(answer).toMatchObject({ status: 200, body: { id: groupId } });
  });
});

test('the certificate authority is kept in the state folder and used again', async () => {
  const { mkdtempSync, rmSync } = await import('node:fs');
  const { tmpdir } = await import('node:os');
  const stateFolder = mkdtempSync(path.join(tmpdir(), 'emulator-state-'));
  try {
    const first = await startTestEmulator({ stateFolder });
    await first.close();
    await using second = await startTestEmulator({ stateFolder });
    expect(second.ca).toBe(first.ca);
    await expect(
      credentialOf(second, 'deployer').getToken(`${AUDIENCES.arm}/.default`),
    ).resolves.toMatchObject({ token: expect.stringMatching(/^ey/) as unknown });
    await using other = await startTestEmulator();
    expect(other.ca).not.toBe(first.ca);
  } finally {
    rmSync(stateFolder, { recursive: true });
  }
});
