import { ROLES, type IntendedGrant, type IntendedState } from '../../contract';
import { applyStack, type ArmClient } from '../../local';
import { armOf, connectionTo, startTestEmulator } from '../support/emulator';
import { EXAMPLES, stacksFor, stacksOf } from '../support/example';

const DEADLINE_MS = 60_000;

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

test.each(EXAMPLES)(
  'what the example %s means to have is there once it is applied',
  async (example) => {
    await using emulator = await startTestEmulator();
    const arm = armOf(emulator);
    const { subscriptionId, tenantId } = emulator.ready;
    for (const stack of (await stacksFor(emulator, example)).values()) {
      const options = { connection: connectionTo(emulator), subscriptionId, tenantId };
      const { intended, tiering, lake } = await applyStack(stack, options);
      if (intended === undefined) throw new Error('the manifest says nothing about what was intended');
      expect(await dataGrantsOn(arm, intended)).toEqual(intended.grants.map(grantText).sort());
      for (const { id, targetId, groupId } of intended.privateEndpoints) {
        const { properties } = await arm.get(id, '2024-05-01');
        expect(properties).toMatchObject({
          privateLinkServiceConnections: [
            { properties: { privateLinkServiceId: targetId, groupIds: [groupId] } },
          ],
        });
      }
      for (const id of intended.alertIds) await arm.get(id, alertApi(id));
      for (const { targetResourceId, name } of intended.diagnosticSettings)
        await arm.get(
          `${targetResourceId}/providers/microsoft.insights/diagnosticSettings/${name}`,
          DIAGNOSTICS_API,
        );
      for (const { scope, name } of intended.deleteLocks)
        await arm.get(`${scope}/providers/Microsoft.Authorization/locks/${name}`, '2020-05-01');
      if (tiering.rules.length === 0) continue;
      const { properties } = await arm.get(
        `${lake.storageAccountId}/managementPolicies/default`,
        '2023-05-01',
      );
      expect(properties).toMatchObject({
        policy: {
          rules: tiering.rules.map(({ name, prefixes }) => ({
            name,
            definition: { filters: { prefixMatch: prefixes } },
          })),
        },
      });
    }
  },
  DEADLINE_MS,
);

const DIAGNOSTICS_API = '2021-05-01-preview';

function alertApi(id: string): string {
  return id.toLowerCase().includes('/activitylogalerts/') ? '2020-10-01' : '2021-08-01';
}

function grantText({ principalId, roleId, scope }: IntendedGrant): string {
  return `${principalId} ${roleId} ${scope}`.toLowerCase();
}

/** Every data role that Azure knows of at one of the intended scopes. */
async function dataGrantsOn(arm: ArmClient, { grants }: IntendedState): Promise<readonly string[]> {
  const found = new Set<string>();
  for (const scope of new Set(grants.map((grant) => grant.scope))) {
    const { value } = await arm.get(
      `${scope}/providers/Microsoft.Authorization/roleAssignments`,
      '2022-04-01',
    );
    for (const { properties } of value as readonly { readonly properties: RoleAssignment }[]) {
      const { principalId, roleDefinitionId, scope: at } = properties;
      const role = Object.values(ROLES).find(({ id }) => roleDefinitionId.endsWith(id));
      if (role === undefined || role.dataActions.length === 0) continue;
      found.add(grantText({ principalId, roleId: role.id, scope: at }));
    }
  }
  return [...found].sort();
}

interface RoleAssignment {
  readonly principalId: string;
  readonly roleDefinitionId: string;
  readonly scope: string;
}

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
