import { reachable } from '../clients/azure';
import type { DeploymentContext } from '../probe';

/** Without a slash at the end. */
export function containerUrl({ target }: Pick<DeploymentContext, 'target'>): string {
  const { blobEndpoint, containerName } = target.manifest.lake;
  return `${reachable(blobEndpoint).replace(/\/+$/, '')}/${containerName}`;
}
