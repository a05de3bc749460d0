import { applyStack } from '../../local';
import { connectionTo, startTestEmulator } from '../support/emulator';
import { EXAMPLES, stacksFor, stacksOf } from '../support/example';
import { addressesOf } from '../support/synth';

const DEADLINE_MS = 60_000;

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
    const stacks = await stacksFor(emulator, example);
    expect(stacks.size).toBeGreaterThan(0);
    const options = {
      connection: connectionTo(emulator),
      subscriptionId: emulator.ready.subscriptionId,
      tenantId: emulator.ready.tenantId,
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
