import { randomBytes } from 'node:crypto';
import type { EmulatorCredential } from '../../contract';

/** The ids are the same in every emulator, so that a stack can name them before one runs. */
export const TENANT_ID = '11111111-1111-1111-1111-111111111111';
export const SUBSCRIPTION_ID = '44444444-4444-4444-4444-444444444444';

/** The applications of the emulator's tenant, with secrets of this run. */
export class Directory {
  public readonly deployer = application(
    '33333333-3333-3333-3333-333333333333',
    '55555555-5555-5555-5555-555555555555',
  );
  public readonly verifier = application(
    '66666666-6666-6666-6666-666666666666',
    '77777777-7777-7777-7777-777777777777',
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
