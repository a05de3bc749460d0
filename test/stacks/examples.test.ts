import type { Emulator } from '../../emulator';
import { applyStack } from '../../local';
import { armOf, credentialOf, startTestEmulator } from '../support/emulator';
import { EXAMPLES, stacksOf } from '../support/example';
import { addressesOf } from '../support/synth';

const SHARED = '/subscriptions/44444444-4444-4444-4444-444444444444/resourceGroups/rg-shared';
const DEADLINE_MS = 60_000;

/** What the team of the adopted parts has made; answers the object id of their identity. */
async function shareParts(emulator: Emulator): Promise<string> {
  const arm = armOf(emulator);
  const location = 'westeurope';
  const account = `${SHARED}/providers/Microsoft.Storage/storageAccounts/sharedlake`;
  await arm.put(SHARED, '2023-07-01', { location });
  await arm.put(`${SHARED}/providers/Microsoft.HealthcareApis/workspaces/sharedhealth`, '2024-03-31', {
    location,
  });
  await arm.put(account, '2023-05-01', {
    location,
    kind: 'StorageV2',
    sku: { name: 'Standard_ZRS' },
    properties: { isHnsEnabled: true },
  });
  await arm.put(`${account}/blobServices/default/containers/dicom`, '2023-05-01', { properties: {} });
  const identity = await arm.put(
    `${SHARED}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/shared-images`,
    '2024-11-30',
    { location },
  );
  return (identity['properties'] as { readonly principalId: string }).principalId;
}

test.each(EXAMPLES)(
  'the logical ids of the example %s stay what they are: another id is another resource to Terraform',
  async (example) => {
    for (const stack of (await stacksOf(example)).values()) expect(addressesOf(stack)).toMatchSnapshot();
  },
  DEADLINE_MS,
);

test.each(EXAMPLES)(
  'the example %s can be applied to the emulator, again and again',
  async (example) => {
    await using emulator = await startTestEmulator();
    const environment =
      example === 'adopt-existing' ? { SHARED_IDENTITY_PRINCIPAL_ID: await shareParts(emulator) } : {};
    const stacks = await stacksOf(example, environment);
    expect(stacks.size).toBeGreaterThan(0);
    const { ca, ready } = emulator;
    const options = {
      connection: { endpoint: ready.endpoints.arm, credential: credentialOf(emulator, 'deployer'), ca },
      subscriptionId: ready.subscriptionId,
    };
    for (const stack of stacks.values()) {
      const manifest = await applyStack(stack, options);
      expect(manifest.dicomService.principalIds.every((id) => /^[0-9a-f-]{36}$/.test(id))).toBe(true);
      expect(await applyStack(stack, options)).toEqual(manifest);
    }
  },
  DEADLINE_MS,
);

test('the analytics example says where Fabric finds the images', async () => {
  const stack = (await stacksOf('analytics')).get('analytics');
  const { analytics } = stack?.output?.['manifest']?.value as { analytics: { shortcuts: unknown } };
  expect(analytics.shortcuts).toEqual([
    {
      partition: 'Microsoft.Default',
      subpath: '/dicom/AHDS/researchhealth/dicom/images/Microsoft.Default',
      url: expect.stringMatching(
        /^\$\{azurerm_storage_account\.\w+\.primary_dfs_endpoint\}dicom\/AHDS\/researchhealth\/dicom\/images\/Microsoft\.Default$/,
      ) as string,
    },
  ]);
});
