import { App } from 'cdktf';
import { Grantee } from '../../constructs';
import { DicomLakeStack } from '../../stacks/dicom-lake-stack';

const app = new App();
new DicomLakeStack(app, 'dicom-lake', {
  profile: 'minimal',
  tenantId: '11111111-1111-1111-1111-111111111111',
  subscriptionId: '44444444-4444-4444-4444-444444444444',
  resourceGroupName: 'demo-dicom-lake',
  location: 'westeurope',
  workspaceName: 'demohealth',
  dicomServiceName: 'images',
  storageAccountName: 'demodicomlake',
  tiering: [
    {
      name: 'IdleImages',
      basis: 'lastAccess',
      coolAfterDays: 30,
      coldAfterDays: 120,
      returnToHotOnAccess: true,
    },
  ],
  verifier: Grantee.servicePrincipal('77777777-7777-7777-7777-777777777777'),
});
app.synth();
