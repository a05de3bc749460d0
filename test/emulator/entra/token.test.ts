import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { ClientSecretCredential } from '@azure/identity';
import { generateKeyPair, SignJWT } from 'jose';
import { AUDIENCES, ROLES } from '../../../contract';
import { type Emulator, ManualClock } from '../../../emulator';
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

describe('managed identities', () => {
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
    ).resolves.toBeDefined();
    await using other = await startTestEmulator();
    expect(other.ca).not.toBe(first.ca);
  } finally {
    rmSync(stateFolder, { recursive: true });
  }
});
