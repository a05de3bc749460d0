import { App } from 'cdktf';
import { HealthWorkspace, LakeIdentity, LakeStorage } from '../../constructs';
import { DicomLakeStack } from '../../stacks/dicom-lake-stack';

const SHARED = '/subscriptions/44444444-4444-4444-4444-444444444444/resourceGroups/rg-shared/providers';

/** A DICOM service on a workspace, an account and an identity that other teams look after. */
const app = new App();
new DicomLakeStack(app, 'adopt-existing', {
  profile: 'minimal',
  tenantId: '11111111-1111-1111-1111-111111111111',
  subscriptionId: '44444444-4444-4444-4444-444444444444',
  resourceGroupName: 'rg-adopting',
  location: 'westeurope',
  dicomServiceName: 'images',
  parts: (stack) => ({
    workspace: HealthWorkspace.fromWorkspaceAttributes(stack, 'SharedWorkspace', {
      workspaceId: `${SHARED}/Microsoft.HealthcareApis/workspaces/sharedhealth`,
      workspaceName: 'sharedhealth',
      location: 'westeurope',
    }),
    lake: LakeStorage.fromLakeAttributes(stack, 'SharedLake', {
      storageAccountId: `${SHARED}/Microsoft.Storage/storageAccounts/sharedlake`,
      storageAccountName: 'sharedlake',
      containerName: 'dicom',
      deletedFileRetentionDays: 7,
      lastAccessTracking: true,
      networkAccess: 'open',
      location: 'westeurope',
    }),
    identity: LakeIdentity.fromIdentityAttributes(stack, 'SharedIdentity', {
      identityId: `${SHARED}/Microsoft.ManagedIdentity/userAssignedIdentities/shared-images`,
      // az identity show --ids … --query principalId
      principalId: process.env['SHARED_IDENTITY_PRINCIPAL_ID'] ?? '99999999-9999-9999-9999-999999999999',
    }),
  }),
});
app.synth();
