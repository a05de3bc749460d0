import { randomBytes } from 'node:crypto';
import { EMULATOR_IDS, type EmulatorCredential } from '../../contract';

export const { tenantId: TENANT_ID, subscriptionId: SUBSCRIPTION_ID } = EMULATOR_IDS;

/** The applications of the emulator's tenant, with secrets of this run. */
export class Directory {
  public readonly deployer = application(
    '33333333-3333-3333-3333-333333333333',
    '55555555-5555-5555-5555-555555555555',
  );
  public readonly verifier = application(
    '66666666-6666-6666-6666-666666666666',
    EMULATOR_IDS.verifierObjectId,
  );

  public find(clientId: string): EmulatorCredential | undefined {
    return [this.deployer, this.verifier].find((one) => one.clientId === clientId.toLowerCase());
  }

  public hasPrincipal(objectId: string): boolean {
    return [this.deployer, this.verifier].some((one) => one.objectId === objectId.toLowerCase());
  }
}

function application(clientId: string, objectId: string): EmulatorCredential {
  return { clientId, objectId, clientSecret: randomBytes(24).toString('base64url') };
}
