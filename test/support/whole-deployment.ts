import { Testing } from 'cdktf';
import { Grantee } from '../../constructs';
import type { DeploymentManifest } from '../../contract';
import type { Emulator } from '../../emulator';
import { applyStack } from '../../local';
import { DicomLakeStack, type DicomLakeStackProps } from '../../stacks/dicom-lake-stack';
import { connectionTo } from './emulator';
import { endpointsSubnet } from './endpoints-subnet';
import { type Synthesized, synth } from './synth';

/** An address in the private network of the deployment, for the clients of its emulator. */
export const ADDRESS_INSIDE = '10.10.1.50';

/** An address of the internet that the public deployment lets in. */
export const ADDRESS_OUTSIDE = '203.0.113.10';

const PROPS: Omit<DicomLakeStackProps, 'profile' | 'parts'> = {
  tenantId: '11111111-1111-1111-1111-111111111111',
  subscriptionId: '44444444-4444-4444-4444-444444444444',
  resourceGroupName: 'rg-whole',
  location: 'westeurope',
  workspaceName: 'wholehealth',
  dicomServiceName: 'images',
  storageAccountName: 'wholedicomlake',
  partitions: ['radiology', 'cardiology'],
  tiering: [{ name: 'IdleImages', basis: 'lastAccess', coolAfterDays: 30, returnToHotOnAccess: true }],
  verifier: Grantee.servicePrincipal('77777777-7777-7777-7777-777777777777'),
  verifierDeepProbes: true,
  deleteLock: true,
};

/** A deployment with everything that the kit can deploy, so that every check has something to look at. */
export function wholeStack(): Synthesized {
  const stack = new DicomLakeStack(Testing.app(), 'whole', {
    ...PROPS,
    profile: 'private',
    parts: (scope, group) => ({ privateAccess: { subnet: endpointsSubnet(scope, group) } }),
  });
  return synth(stack);
}

/** The same, but for the private network. */
export function publicStack(): Synthesized {
  const network = { access: 'selected', ipRanges: [ADDRESS_OUTSIDE] } as const;
  return synth(new DicomLakeStack(Testing.app(), 'public', { ...PROPS, profile: 'standard', network }));
}

/** Deploys a synthesized stack to an emulator and answers its manifest. */
export function deploy(stack: Synthesized, emulator: Emulator): Promise<DeploymentManifest> {
  const { subscriptionId, tenantId } = emulator.ready;
  return applyStack(stack, { connection: connectionTo(emulator), subscriptionId, tenantId });
}
