import { ClientSecretCredential } from '@azure/identity';
import type { EmulatorProcess } from './emulator-process';

/** Signs in to an emulator as its deployer. */
export function deployerCredential({
  ready,
  ca,
}: Pick<EmulatorProcess, 'ready' | 'ca'>): ClientSecretCredential {
  const { clientId, clientSecret } = ready.credentials.deployer;
  return new ClientSecretCredential(ready.tenantId, clientId, clientSecret, {
    authorityHost: ready.endpoints.entra,
    disableInstanceDiscovery: true,
    tlsOptions: { ca },
  });
}
