import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { ClientSecretCredential } from '@azure/identity';
import { runCli, temporaryFolder } from '../support/cli';
import { startTestEmulator } from '../support/emulator';

test('prints an environment that a shell takes over, with which a token can be had', async () => {
  using folder = temporaryFolder();
  await using emulator = await startTestEmulator();
  writeFileSync(path.join(folder.path, 'ready.json'), JSON.stringify(emulator.ready));
  const run = (...args: readonly string[]) =>
    runCli(['emulator', 'env', '--emulator', 'ready.json', ...args], { cwd: folder.path });

  const json = JSON.parse((await run('--json')).stdout) as Readonly<Record<string, string>>;
  const { deployer } = emulator.ready.credentials;
  expect(json).toMatchObject({
    ARM_METADATA_HOSTNAME: new URL(emulator.ready.endpoints.arm).host,
    ARM_CLIENT_SECRET: deployer.clientSecret,
    ARM_PROVIDER_ENHANCED_VALIDATION: 'false',
    SSL_CERT_FILE: emulator.ready.caPath,
  });
  const { stdout, exitCode } = await run();
  expect(exitCode).toBe(0);
  const shell = spawnSync('/bin/sh', ['-c', 'eval "$0"; env', stdout], { env: {}, encoding: 'utf8' });
  const taken: unknown = Object.fromEntries(
    shell.stdout.split('\n').map((line) => line.split(/=(.*)/s).slice(0, 2)),
  );
  expect(taken).toMatchObject(json);

  const {
    AZURE_TENANT_ID = '',
    AZURE_CLIENT_ID = '',
    AZURE_CLIENT_SECRET = '',
    AZURE_AUTHORITY_HOST = '',
  } = json;
  const credential = new ClientSecretCredential(AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET, {
    authorityHost: AZURE_AUTHORITY_HOST,
    disableInstanceDiscovery: true,
    tlsOptions: { ca: emulator.ca },
  });
  expect((await credential.getToken('https://management.azure.com/.default')).token).not.toBe('');

  const five = JSON.parse((await run('--json', '--azurerm-major', '5')).stdout) as Readonly<
    Record<string, string>
  >;
  expect(five).not.toHaveProperty('ARM_PROVIDER_ENHANCED_VALIDATION');
  expect((await run('--format', 'powershell')).stdout).toContain(
    `$env:ARM_CLIENT_ID = '${deployer.clientId}'\n`,
  );
  const wrong = await run('--azurerm-major', '3');
  expect(wrong).toMatchObject({ exitCode: 2 });
  expect(wrong.stderr).toContain('Allowed choices are 4, 5');
});
