import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Report } from '../../verify';
import { type CliResult, runCli, temporaryFolder } from '../support/cli';
import { startDicomService, type TestDicomService } from '../support/dicom-service';
import { credentialOf } from '../support/emulator';

/** As a pipeline with workload identity sets the environment; no secret is in it. */
async function verifyWith({ emulator, lake }: TestDicomService, federatedToken: string): Promise<CliResult> {
  using folder = temporaryFolder();
  const file = (name: string, text: string): string => {
    const written = path.join(folder.path, name);
    writeFileSync(written, text);
    return written;
  };
  const { ready, ca } = emulator;
  return await runCli(
    [
      'verify',
      file('manifest.json', JSON.stringify(lake.manifest)),
      '--only',
      'dicomweb/instance-stored',
      '--json',
    ],
    {
      cwd: folder.path,
      env: {
        AZURE_TENANT_ID: ready.tenantId,
        AZURE_CLIENT_ID: ready.credentials.verifier.clientId,
        AZURE_FEDERATED_TOKEN_FILE: file('token', federatedToken),
        AZURE_AUTHORITY_HOST: ready.endpoints.entra,
        AZURE_TOKEN_CREDENTIALS: 'WorkloadIdentityCredential',
        NODE_EXTRA_CA_CERTS: file('ca.pem', ca),
      },
    },
  );
}

test('verify signs in with the federated token of a pipeline', async () => {
  await using service = await startDicomService({ fileRemovalPeriodMs: 100 });
  const { token } = await credentialOf(service.emulator, 'deployer').getToken(
    'api://AzureADTokenExchange/.default',
  );
  const { exitCode, stdout, stderr } = await verifyWith(service, token);
  expect({ exitCode, rows: (JSON.parse(stdout) as Report).rows.map(({ outcome }) => outcome) }).toEqual({
    exitCode: 0,
    rows: ['pass'],
  });
  expect(stdout + stderr).not.toContain(token.slice(-40));
}, 30_000);

test('a token that is not for the exchange opens nothing, and is not repeated', async () => {
  await using service = await startDicomService();
  const { token } = await credentialOf(service.emulator, 'deployer').getToken(
    'https://management.azure.com/.default',
  );
  const { exitCode, stdout, stderr } = await verifyWith(service, token);
  const [row] = (JSON.parse(stdout) as Report).rows;
  expect({ exitCode, outcome: row?.outcome }).toEqual({ exitCode: 3, outcome: 'inconclusive' });
  expect(row?.reason).toMatch(/^no token for 127\.0\.0\.1:\d+: /);
  expect(stdout + stderr).not.toContain(token.slice(-40));
}, 30_000);
