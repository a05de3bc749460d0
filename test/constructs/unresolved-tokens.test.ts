import type { TerraformStack } from 'cdktf';
import {
  ActionGroup,
  DicomService,
  InventoryPolicy,
  LakeIdentity,
  LakeMonitoring,
  LakeStorage,
  LogAnalyticsWorkspace,
  PrivateDnsZone,
} from '../../constructs';
import { emptyStack, RESOURCE_GROUP, surroundings, unknownNumber, unknownString } from '../support/stack';
import { synth } from '../support/synth';

const resourceGroup = RESOURCE_GROUP;

/** Props that are judged where they are known, each given as something that only Terraform knows. */
test.each<[string, string, (stack: TerraformStack, text: string, number: number) => unknown]>([
  [
    'ActionGroup',
    'azurerm_monitor_action_group',
    (stack, text) =>
      new ActionGroup(stack, 'X', {
        resourceGroup,
        actionGroupName: text,
        shortName: text,
        emailAddresses: [text],
      }),
  ],
  [
    'ActionGroup.fromActionGroupId, LogAnalyticsWorkspace.fromWorkspaceAttributes',
    'azurerm_monitor_diagnostic_setting',
    (stack, text) =>
      new LakeMonitoring(stack, 'X', {
        resourceGroup,
        dicomService: new DicomService(stack, 'Service', {
          ...surroundings(stack),
          dicomServiceName: 'images',
        }),
        actionGroup: ActionGroup.fromActionGroupId(stack, 'Group', text),
        logAnalyticsWorkspace: LogAnalyticsWorkspace.fromWorkspaceAttributes(stack, 'Logs', {
          logAnalyticsWorkspaceId: text,
          location: 'westeurope',
        }),
      }),
  ],
  [
    'LakeIdentity.fromIdentityAttributes, DicomService.roleWaitMinutes',
    'azurerm_role_assignment',
    (stack, text, number) => {
      const { workspace, lake } = surroundings(stack);
      const identity = LakeIdentity.fromIdentityAttributes(stack, 'Old', {
        identityId: text,
        principalId: text,
      });
      return new DicomService(stack, 'X', {
        workspace,
        lake,
        identity,
        dicomServiceName: text,
        roleWaitMinutes: number,
        cors: { origins: [text], maxAgeSeconds: number },
      });
    },
  ],
  [
    'LakeStorage.fromLakeAttributes',
    'azurerm_role_assignment',
    (stack, text) => {
      const lake = LakeStorage.fromLakeAttributes(stack, 'Old', {
        storageAccountId: text,
        storageAccountName: text,
        containerName: text,
        deletedFileRetentionDays: 7,
        lastAccessTracking: true,
        networkAccess: 'open',
      });
      return lake.grants.readWrite(surroundings(stack).identity);
    },
  ],
  [
    'InventoryPolicy',
    'azurerm_storage_container',
    (stack, text) => {
      const { lake } = surroundings(stack);
      return new InventoryPolicy(stack, 'X', { lake, inventoryContainerName: text });
    },
  ],
  [
    'PrivateDnsZone',
    'azurerm_private_dns_zone_virtual_network_link',
    (stack, text) => {
      PrivateDnsZone.fromZoneId(stack, 'Old', text);
      return new PrivateDnsZone(stack, 'X', { resourceGroup, zoneName: text, virtualNetworkId: text });
    },
  ],
])('%s leaves to Azure what only Terraform knows', (_, type, make) => {
  const stack = emptyStack();
  make(stack, unknownString(stack, 'text'), unknownNumber(stack, 'number'));
  expect(JSON.stringify(synth(stack).resource[type])).toContain('${var.text}');
});
