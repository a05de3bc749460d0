import { App } from 'cdktf';
import { DicomLakeStack } from '../../stacks/dicom-lake-stack';

const REGIONS = { westeurope: 'west', northeurope: 'north' } as const;

/** One lake in each of two regions, each with a partition for every department. */
const app = new App();
for (const [location, name] of Object.entries(REGIONS)) {
  new DicomLakeStack(app, `imaging-${name}`, {
    tenantId: '11111111-1111-1111-1111-111111111111',
    subscriptionId: '44444444-4444-4444-4444-444444444444',
    resourceGroupName: `rg-imaging-${name}`,
    location,
    workspaceName: `group${name}`,
    dicomServiceName: 'images',
    storageAccountName: `group${name}lake`,
    replication: 'ZRS',
    partitions: ['radiology', 'cardiology'],
    network: { access: 'selected', ipRanges: ['203.0.113.0/24'] },
    roleWaitMinutes: 10,
    tiering: [
      {
        name: 'OldHearts',
        basis: 'creation',
        coolAfterDays: 90,
        coldAfterDays: 365,
        partitions: ['cardiology'],
      },
    ],
  });
}
app.synth();
