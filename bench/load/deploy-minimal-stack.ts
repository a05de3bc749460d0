import { Testing } from 'cdktf';
import { Grantee } from '../../constructs';
import { containerIdOf, ROLES } from '../../contract';
import { applyStack, ArmClient, type ArmConnection } from '../../local';
import { DicomLakeStack } from '../../stacks/dicom-lake-stack';
import { deployerCredential } from '../deployer-credential';
import { assign } from '../emulator-server';
import type { EmulatorProcess } from '../emulator-process';
import type { LoadTarget } from './traffic';

const GROUP = 'load-dicom-lake';

/** Applies the minimal profile, and lets the deployer do everything with what is in it. */
export async function deployMinimalStack(
  emulator: Pick<EmulatorProcess, 'ready' | 'ca'>,
): Promise<LoadTarget> {
  const { ready, ca } = emulator;
  const { tenantId, subscriptionId, credentials, endpoints } = ready;
  const stack = new DicomLakeStack(Testing.app(), 'load', {
    profile: 'minimal',
    tenantId,
    subscriptionId,
    resourceGroupName: GROUP,
    location: 'westeurope',
    workspaceName: 'loadhealth',
    dicomServiceName: 'images',
    storageAccountName: 'loaddicomlake',
    verifier: Grantee.servicePrincipal(credentials.verifier.objectId),
  });
  const connection: ArmConnection = {
    endpoint: endpoints.arm,
    credential: deployerCredential(emulator),
    ca,
  };
  const synthesized: unknown = JSON.parse(Testing.synth(stack));
  const { lake, dicomService } = await applyStack(synthesized, { connection, tenantId, subscriptionId });
  const arm = new ArmClient(connection);
  for (const [scope, role] of [
    [containerIdOf(lake), ROLES.storageBlobDataOwner],
    [dicomService.id, ROLES.dicomDataOwner],
  ] as const)
    await assign(arm, scope, role.id, credentials.deployer.objectId);
  return {
    serviceUrl: dicomService.serviceUrl,
    accountUrl: `${endpoints.storage}/${lake.storageAccountName}`,
    containerName: lake.containerName,
    groupId: `/subscriptions/${subscriptionId}/resourceGroups/${GROUP}`,
  };
}
