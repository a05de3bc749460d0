import { resolvedName } from '../clients/names';
import type { Probe } from '../probe';

/** Where the names of the service and the lake lead, as far as private endpoints are meant to be behind them. */
export const networkResolvedNames: Probe<'network.resolved-names'> = {
  id: 'network.resolved-names',
  title: 'where the names of the deployment lead',
  effect: 'read',
  pace: 'quick',
  target: 'deployment',
  gather: async ({ target }) => {
    const { dicomService, lake, intended } = target.manifest;
    const urlOf = {
      healthcareworkspace: dicomService.serviceUrl,
      blob: lake.blobEndpoint,
      dfs: lake.dfsEndpoint,
    };
    const hosts = (intended?.privateEndpoints ?? []).map(({ groupId }) => new URL(urlOf[groupId]).hostname);
    const names = [...new Set(hosts)].map((host) => resolvedName(host, target.azure.resolve));
    return { names: await Promise.all(names) };
  },
};
