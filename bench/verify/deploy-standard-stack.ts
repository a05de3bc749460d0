import { Testing } from 'cdktf';
import { Grantee } from '../../constructs';
import type { DeploymentManifest } from '../../contract';
import { applyStack } from '../../local';
import { DicomLakeStack } from '../../stacks/dicom-lake-stack';
import { deployerCredential } from '../deployer-credential';
import type { EmulatorProcess } from '../emulator-process';

/** Applies the standard profile with all that it watches, and answers what a verification starts from. */
export async function deployStandardStack(
  emulator: Pick<EmulatorProcess, 'ready' | 'ca'>,
): Promise<DeploymentManifest> {
  const { ready, ca } = emulator;
  const { tenantId, subscriptionId, credentials, endpoints, clientAddress } = ready;
  const stack = new DicomLakeStack(Testing.app(), 'bench', {
    profile: 'standard',
    tenantId,
    subscriptionId,
    resourceGroupName: 'bench-dicom-lake',
    location: 'westeurope',
    workspaceName: 'benchhealth',
    dicomServiceName: 'images',
    storageAccountName: 'benchdicomlake',
    network: { access: 'selected', ipRanges: [clientAddress] },
    tiering: [{ name: 'IdleImages', basis: 'lastAccess', coolAfterDays: 30, returnToHotOnAccess: true }],
    verifier: Grantee.servicePrincipal(credentials.verifier.objectId),
    deleteLock: true,
  });
  const synthesized: unknown = JSON.parse(Testing.synth(stack, true));
  return applyStack(synthesized, {
    connection: { endpoint: endpoints.arm, credential: deployerCredential(emulator), ca },
    tenantId,
    subscriptionId,
  });
}
