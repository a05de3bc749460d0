import { App } from 'cdktf';
import { Grantee } from '../../constructs';
import { DicomLakeStack } from '../../stacks/dicom-lake-stack';

/** Images are read where they lie, by Fabric and by Databricks, through the firewall of the lake. */
const app = new App();
new DicomLakeStack(app, 'analytics', {
  tenantId: '11111111-1111-1111-1111-111111111111',
  subscriptionId: '44444444-4444-4444-4444-444444444444',
  resourceGroupName: 'rg-analytics-imaging',
  location: 'westeurope',
  workspaceName: 'researchhealth',
  dicomServiceName: 'images',
  storageAccountName: 'researchdicomlake',
  systemAssignedIdentity: true,
  cors: { origins: ['https://viewer.example.org'] },
  analytics: [
    {
      engine: 'fabric',
      principal: Grantee.servicePrincipal('77777777-7777-7777-7777-777777777777', 'FabricWorkspace'),
      fabricWorkspaceId: '66666666-6666-6666-6666-666666666666',
    },
    {
      engine: 'databricks',
      principal: Grantee.servicePrincipal('55555555-5555-5555-5555-555555555555', 'Databricks'),
      resourceId:
        '/subscriptions/44444444-4444-4444-4444-444444444444/resourceGroups/rg-research/providers/' +
        'Microsoft.Databricks/accessConnectors/research',
    },
  ],
});
app.synth();
