import type { Construct } from 'constructs';
import { Grantee } from '../../constructs';
import { DicomLakeStack } from '../../stacks/dicom-lake-stack';
import { accountNameOf, STANDARD } from './standard-settings';

/** The standard profile with everything that it can have without a network of its own. */
export function standardStack(scope: Construct, id: string): DicomLakeStack {
  const { ipRange, emailAddress, verifierId, fabricPrincipalId, fabricWorkspaceId, ...settings } = STANDARD;
  const { tenantId, subscriptionId, resourceGroupName, location, workspaceName, dicomServiceName } = settings;
  return new DicomLakeStack(scope, id, {
    profile: 'standard',
    tenantId,
    subscriptionId,
    resourceGroupName,
    location,
    workspaceName,
    dicomServiceName,
    storageAccountName: accountNameOf(id),
    network: { access: 'selected', ipRanges: [ipRange] },
    monitoring: { emailAddresses: [emailAddress] },
    inventory: { keepDays: settings.keepInventoriesDays },
    tiering: [
      {
        name: 'IdleImages',
        basis: 'lastAccess',
        coolAfterDays: settings.coolAfterDays,
        coldAfterDays: settings.coldAfterDays,
        returnToHotOnAccess: true,
      },
    ],
    analytics: [
      {
        engine: 'fabric',
        principal: Grantee.servicePrincipal(fabricPrincipalId, 'fabric'),
        fabricWorkspaceId,
      },
    ],
    verifier: Grantee.servicePrincipal(verifierId),
    deleteLock: true,
  });
}
