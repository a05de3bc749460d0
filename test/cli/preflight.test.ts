import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { provisionLake, startTestEmulator } from '../support/emulator';
import { runCli, temporaryFolder } from '../support/cli';

const SETTINGS = `
defaults:
  tenantId: 11111111-1111-1111-1111-111111111111
  subscriptionId: 44444444-4444-4444-4444-444444444444
  resourceGroupName: rg-test
  location: westeurope
  dicomServiceName: images
deployments:
  free: { workspaceName: freehealth, storageAccountName: freelake }
  taken: { resourceGroupName: rg-other, workspaceName: takenhealth, storageAccountName: testlake }
`;

test('preflight asks for every deployment, ends with 1 where one would stop, and with 0 for those that would not', async () => {
  using folder = temporaryFolder();
  await using emulator = await startTestEmulator({ stateFolder: folder.path });
  await provisionLake(emulator);
  writeFileSync(path.join(folder.path, 'ready.json'), JSON.stringify(emulator.ready));
  writeFileSync(path.join(folder.path, 'dicom-lake.yaml'), SETTINGS);
  const run = (...args: readonly string[]) =>
    runCli(['preflight', ...args, '--emulator', 'ready.json'], { cwd: folder.path });

  const all = await run();
  expect(all.stderr).toBe('Asking for free\nAsking for taken\n');
  expect(all.stdout.split('\n')).toEqual(
    expect.arrayContaining([
      "pass  free  the account name is free: 'freelake'",
      expect.stringMatching(
        /^fail {2}taken {2}the account name is free: The storage account named testlake is already taken\./,
      ),
      '1 would stop the deployment.',
    ]),
  );
  expect(all.exitCode).toBe(1);

  const one = await run('--deployment', 'free', '--json');
  expect(one.exitCode).toBe(0);
  expect((JSON.parse(one.stdout) as { outcome: string }[]).map(({ outcome }) => outcome)).toEqual([
    ...Array.from({ length: 4 }, () => 'pass'),
    'warn',
  ]);

  const none = await run('--deployment', 'fre');
  expect(none.exitCode).toBe(2);
  expect(none.stderr).toContain("there is no deployment 'fre' in 'dicom-lake.yaml'; it has free, taken");
});

test('wrong settings end with 2, each problem with its line', async () => {
  using folder = temporaryFolder();
  writeFileSync(path.join(folder.path, 'dicom-lake.yaml'), 'deployments:\n  test: { profile: open }\n');
  const { exitCode, stderr } = await runCli(['preflight'], { cwd: folder.path });
  expect(exitCode).toBe(2);
  expect(stderr).toContain(
    "dicom-lake.yaml:2: deployments.test.profile must be one of minimal, standard, private, got 'open'",
  );
});
