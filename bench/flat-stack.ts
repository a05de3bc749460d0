import { HealthcareDicomService } from '@cdktf/provider-azurerm/lib/healthcare-dicom-service';
import { HealthcareWorkspace } from '@cdktf/provider-azurerm/lib/healthcare-workspace';
import { AzurermProvider } from '@cdktf/provider-azurerm/lib/provider';
import { ResourceGroup } from '@cdktf/provider-azurerm/lib/resource-group';
import { RoleAssignment } from '@cdktf/provider-azurerm/lib/role-assignment';
import { StorageAccount } from '@cdktf/provider-azurerm/lib/storage-account';
import { StorageContainer } from '@cdktf/provider-azurerm/lib/storage-container';
import { StorageManagementPolicy } from '@cdktf/provider-azurerm/lib/storage-management-policy';
import { UserAssignedIdentity } from '@cdktf/provider-azurerm/lib/user-assigned-identity';
import { TerraformOutput, TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';

/** The resources of the minimal profile written by hand, flat, with the provider's own constructs. */
export class FlatStack extends TerraformStack {
  public constructor(scope: Construct, id: string, subscriptionId: string, verifierId: string) {
    super(scope, id);
    new AzurermProvider(this, 'provider', { subscriptionId, features: [{}] });
    const location = 'westeurope';
    const group = new ResourceGroup(this, 'group', { name: 'demo-dicom-lake', location });
    const placement = { location, resourceGroupName: group.name };
    const workspace = new HealthcareWorkspace(this, 'workspace', { ...placement, name: 'demohealth' });
    const account = new StorageAccount(this, 'account', {
      ...placement,
      name: 'demodicomlake',
      accountTier: 'Standard',
      accountReplicationType: 'ZRS',
      isHnsEnabled: true,
      sharedAccessKeyEnabled: false,
      infrastructureEncryptionEnabled: true,
      blobProperties: { lastAccessTimeEnabled: true, deleteRetentionPolicy: { days: 7 } },
    });
    const container = new StorageContainer(this, 'container', {
      name: 'dicom',
      storageAccountId: account.id,
    });
    const identity = new UserAssignedIdentity(this, 'identity', { ...placement, name: 'demohealth-images' });
    const grant = (name: string, scopeId: string, role: string, principalId: string): RoleAssignment =>
      new RoleAssignment(this, name, {
        scope: scopeId,
        roleDefinitionName: role,
        principalId,
        principalType: 'ServicePrincipal',
      });
    const write = grant('write', container.id, 'Storage Blob Data Contributor', identity.principalId);
    const service = new HealthcareDicomService(this, 'service', {
      name: 'images',
      location,
      workspaceId: workspace.id,
      identity: { type: 'UserAssigned', identityIds: [identity.id] },
      storage: { storageAccountId: account.id, fileSystemName: container.name },
      dependsOn: [write, container],
    });
    grant('owner', service.id, 'DICOM Data Owner', verifierId);
    grant('reader', container.id, 'Storage Blob Data Reader', verifierId);
    grant('workspace-reader', workspace.id, 'Reader', verifierId);
    grant('account-reader', account.id, 'Reader', verifierId);
    new StorageManagementPolicy(this, 'policy', {
      storageAccountId: account.id,
      rule: [
        {
          name: 'IdleImages',
          enabled: true,
          filters: { blobTypes: ['blockBlob'], prefixMatch: ['dicom/AHDS/demohealth/dicom/images/'] },
          actions: {
            baseBlob: {
              tierToCoolAfterDaysSinceLastAccessTimeGreaterThan: 30,
              tierToColdAfterDaysSinceLastAccessTimeGreaterThan: 120,
              autoTierToHotFromCoolEnabled: true,
            },
          },
        },
      ],
    });
    new TerraformOutput(this, 'manifest', { value: { serviceUrl: service.serviceUrl, account: account.id } });
  }
}
