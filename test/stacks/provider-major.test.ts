import { Testing } from 'cdktf';
import { AZURERM_MAJOR_CONTEXT, Grantee, KeyVaultKey, Subnet, type AzurermMajor } from '../../constructs';
import { DicomLakeStack } from '../../stacks/dicom-lake-stack';
import { resourcesOf, synth, type Resource } from '../support/synth';

/**
 * Arguments that major 5 of the provider took away or wants, for the resource types of the kit.
 *
 * @see https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/guides/5.0-upgrade-guide
 */
const REMOVED_IN_5: Readonly<Record<string, readonly string[]>> = {
  azurerm_storage_account: ['queue_properties', 'static_website'],
  azurerm_storage_container: ['storage_account_name', 'resource_manager_id'],
  azurerm_private_dns_zone_virtual_network_link: ['private_dns_zone_name', 'resource_group_name'],
  azurerm_log_analytics_workspace: [
    'local_authentication_disabled',
    'internet_ingestion_enabled',
    'internet_query_enabled',
  ],
  azurerm_monitor_diagnostic_setting: ['metric'],
};

const REQUIRED: Readonly<Record<AzurermMajor, Readonly<Record<string, readonly string[]>>>> = {
  4: {
    azurerm_storage_container: ['storage_account_id'],
    azurerm_private_dns_zone_virtual_network_link: ['private_dns_zone_name', 'resource_group_name'],
  },
  5: {
    azurerm_storage_container: ['storage_account_id'],
    azurerm_private_dns_zone_virtual_network_link: ['private_dns_zone_id'],
  },
};

const GROUP = '/subscriptions/44444444-4444-4444-4444-444444444444/resourceGroups/shared';

/** A deployment with everything in it. */
function everything(azurermMajor: AzurermMajor | undefined, context: Readonly<Record<string, unknown>> = {}) {
  const stack = new DicomLakeStack(Testing.app({ context }), 'everything', {
    azurermMajor,
    profile: 'private',
    tenantId: '11111111-1111-1111-1111-111111111111',
    subscriptionId: '44444444-4444-4444-4444-444444444444',
    resourceGroupName: 'imaging',
    location: 'westeurope',
    workspaceName: 'demohealth',
    dicomServiceName: 'images',
    storageAccountName: 'demolake',
    partitions: ['ward-7'],
    tiering: [{ name: 'Idle', basis: 'lastAccess', coolAfterDays: 30, returnToHotOnAccess: true }],
    inventory: { keepDays: 30 },
    verifier: Grantee.servicePrincipal('77777777-7777-7777-7777-777777777777'),
    monitoring: { emailAddresses: ['pacs@example.org'], logReads: true },
    cors: { origins: ['https://viewer.example.org'] },
    deleteLock: true,
    roleWaitMinutes: 5,
    parts: (scope) => ({
      encryption: {
        lakeKey: KeyVaultKey.fromKeyAttributes(scope, 'Key', {
          keyVaultId: `${GROUP}/providers/Microsoft.KeyVault/vaults/keys`,
          keyUrl: 'https://keys.vault.azure.net/keys/lake/00000000000000000000000000000001',
        }),
      },
      privateAccess: {
        subnet: Subnet.fromSubnetAttributes(scope, 'Subnet', {
          subnetId: `${GROUP}/providers/Microsoft.Network/virtualNetworks/hospital/subnets/endpoints`,
        }),
      },
    }),
  });
  return synth(stack);
}

function argumentsOf(resources: readonly Resource[]): readonly string[] {
  return [...new Set(resources.flatMap((resource) => Object.keys(resource)))];
}

test.each([4, 5] as const)('for major %s every argument that it wants is there', (major) => {
  const synthesized = everything(major);
  for (const [type, wanted] of Object.entries(REQUIRED[major])) {
    const resources = resourcesOf(synthesized, type);
    expect(resources.length).toBeGreaterThan(0);
    for (const resource of resources)
      expect(Object.keys(resource)).toEqual(expect.arrayContaining([...wanted]));
  }
});

test('for major 5 no argument is left that it took away', () => {
  const synthesized = everything(5);
  for (const [type, removed] of Object.entries(REMOVED_IN_5)) {
    const present = argumentsOf(resourcesOf(synthesized, type));
    expect(present.length).toBeGreaterThan(0);
    expect(present.filter((name) => removed.includes(name))).toEqual([]);
  }
  expect(resourcesOf(synthesized, 'azurerm_storage_account')[0]).toMatchObject({ min_tls_version: 'TLS1_2' });
});

test('but for links of private zones and the version, both majors get the same', () => {
  const [four, five] = [everything(4), everything(5)].map(({ resource }) =>
    Object.entries(resource).filter(([type]) => type !== 'azurerm_private_dns_zone_virtual_network_link'),
  );
  expect(five).toEqual(four);
});

test('where nothing is chosen, the context of the application counts', () => {
  expect(everything(undefined, { [AZURERM_MAJOR_CONTEXT]: 5 })).toEqual(everything(5));
  expect(everything(4, { [AZURERM_MAJOR_CONTEXT]: 5 })).toEqual(everything(4));
  expect(everything(undefined)).toEqual(everything(4));
});
