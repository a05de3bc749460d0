import type { Emulator } from '../../emulator';
import { AzureFacts, preflight, type PreflightTarget } from '../../guards';
import { armOf, credentialOf, provisionLake, startTestEmulator } from '../support/emulator';

const NEW: PreflightTarget = {
  name: 'test',
  resourceGroupName: 'rg-test',
  location: 'westeurope',
  workspaceName: 'newhealth',
  dicomServiceName: 'images',
  storageAccountName: 'newlake',
  keyForExistingService: false,
};

function factsOf(emulator: Emulator, who: 'deployer' | 'verifier' = 'deployer'): AzureFacts {
  const { ready, ca } = emulator;
  return new AzureFacts({
    credential: credentialOf(emulator, who),
    endpoint: ready.endpoints.arm,
    subscriptionId: ready.subscriptionId,
    ca,
  });
}

async function rowsOf(facts: AzureFacts, target: Partial<PreflightTarget> = {}): Promise<readonly string[]> {
  const rows = await preflight({ ...NEW, ...target }, facts);
  return rows.map(({ outcome, check, detail }) => `${outcome} ${check}: ${detail}`);
}

const UNKNOWN_WORKSPACE =
  "warn the workspace name is free: Azure cannot be asked whether 'newhealth' is free; should it be taken, the " +
  'deployment stops there';

test('nothing stands against a deployment whose names are free', async () => {
  await using emulator = await startTestEmulator();
  await provisionLake(emulator);
  expect(await rowsOf(factsOf(emulator))).toEqual([
    'pass providers are registered: 6 of 6',
    'pass the region has the service: westeurope',
    "pass roles can be assigned: in resource group 'rg-test'",
    "pass the account name is free: 'newlake'",
    UNKNOWN_WORKSPACE,
  ]);
});

test('a region without the service and a taken name fail, and a group that does not exist yet warns', async () => {
  await using emulator = await startTestEmulator();
  await provisionLake(emulator);
  const rows = await rowsOf(factsOf(emulator), {
    resourceGroupName: 'rg-new',
    location: 'antarctica',
    storageAccountName: 'testlake',
  });
  expect(rows.slice(1)).toEqual([
    'fail the region has the service: DICOM services must be in one of eastus, northeurope, uksouth, westeurope, ' +
      "westus2, got 'antarctica'",
    "warn roles can be assigned: the resource group 'rg-new' does not exist yet, so that rights in it cannot be asked",
    'fail the account name is free: The storage account named testlake is already taken. Take another ' +
      "'storageAccountName'; account names are unique in all of Azure.",
    UNKNOWN_WORKSPACE,
  ]);
});

test('what an earlier run of the deployment made passes', async () => {
  await using emulator = await startTestEmulator();
  await provisionLake(emulator);
  const rows = await rowsOf(factsOf(emulator), { storageAccountName: 'testlake', workspaceName: 'testws' });
  expect(rows.slice(3)).toEqual([
    "pass the account name is free: 'testlake' exists in resource group 'rg-test' already",
    "pass the workspace name is free: 'testws' exists in resource group 'rg-test' already",
  ]);
});

test('somebody who may look and not assign roles fails', async () => {
  await using emulator = await startTestEmulator();
  await provisionLake(emulator);
  const rows = await preflight({ ...NEW, storageAccountName: undefined }, factsOf(emulator, 'verifier'));
  expect(rows).toContainEqual({
    deployment: 'test',
    check: 'roles can be assigned',
    outcome: 'fail',
    detail:
      "whoever deploys may not assign roles in resource group 'rg-test'; ask for Role Based Access Control " +
      'Administrator or User Access Administrator there, Contributor does not do',
  });
});

test('an adopted account passes where it is what the settings say, and fails for each thing that it is not', async () => {
  await using emulator = await startTestEmulator();
  const lake = await provisionLake(emulator);
  const adopted = {
    storageAccountId: lake.accountId,
    containerName: 'dicom',
    deletedFileRetentionDays: 7,
    lastAccessTracking: true,
    networkAccess: 'open' as const,
  };
  const facts = factsOf(emulator);
  const ask = async (wrong: Partial<typeof adopted>): Promise<readonly string[]> =>
    (
      await rowsOf(facts, {
        storageAccountName: undefined,
        workspaceName: undefined,
        lake: { ...adopted, ...wrong },
      })
    ).slice(3);
  expect(await ask({})).toEqual([`pass the adopted account fits: ${lake.accountId}`]);
  expect(
    await ask({ containerName: 'images', deletedFileRetentionDays: 30, lastAccessTracking: false }),
  ).toEqual([
    "fail the adopted account fits: the settings say 'lake.deletedFileRetentionDays' is 30, the account has 7",
    "fail the adopted account fits: the settings say 'lake.lastAccessTracking' is false, the account has true",
    "fail the adopted account fits: the account has no container 'images'",
  ]);
  expect(await ask({ storageAccountId: `${lake.accountId}2` })).toEqual([
    `fail the adopted account fits: the storage account '${lake.accountId}2' does not exist`,
  ]);

  const flat = lake.accountId.replace('testlake', 'flataccount');
  await armOf(emulator).put(flat, '2023-05-01', {
    location: 'westeurope',
    kind: 'BlobStorage',
    sku: { name: 'Standard_LRS' },
    properties: { isHnsEnabled: false, publicNetworkAccess: 'Disabled' },
  });
  expect(
    await ask({ storageAccountId: flat, deletedFileRetentionDays: 0, lastAccessTracking: false }),
  ).toEqual([
    expect.stringContaining('fail the adopted account fits: the account has no hierarchical namespace'),
    "fail the adopted account fits: the account must be of kind StorageV2, got 'BlobStorage'",
    "fail the adopted account fits: the settings say 'lake.networkAccess' is open, the account has private",
    "fail the adopted account fits: the account has no container 'dicom'",
  ]);
});

test('a key passes for a service that exists, and fails for one that does not yet', async () => {
  await using emulator = await startTestEmulator();
  await provisionLake(emulator);
  const facts = factsOf(emulator);
  const ask = async (workspaceName: string): Promise<string | undefined> =>
    (await rowsOf(facts, { workspaceName, keyForExistingService: true })).at(-1);
  expect(await ask('testws')).toBe("pass the key comes after the service: 'images' exists");
  expect(await ask('newhealth')).toBe(
    "fail the key comes after the service: 'encryption.dicomServiceKey' says that the service exists, but there is no " +
      "'images'; deploy without the key first",
  );
});
