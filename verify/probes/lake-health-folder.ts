import { healthCheckPath, lakeTenantOf, NAME_RULES, readLakePath } from '../../contract';
import { refusalOf } from '../clients/rest-refusal';
import type { HealthFolder } from '../evidence/health';
import type { Probe } from '../probe';

const MOST_NAMED = 20;

/** What lies in the folder of the health files, and whose it is. */
export const lakeHealthFolder: Probe<'lake.health-folder'> = {
  id: 'lake.health-folder',
  title: 'the folder of the health files',
  effect: 'read',
  pace: 'quick',
  target: 'deployment',
  gather: async ({ target, signal }) => {
    const { manifest, azure } = target;
    const tenant = lakeTenantOf(manifest);
    const { principalIds } = manifest.dicomService;
    const isService = (owner: string): boolean =>
      principalIds.some((id) => id.toLowerCase() === owner.toLowerCase());
    const foreign: HealthFolder['foreign'][number][] = [];
    let exists = true;
    try {
      const paths = azure.fileSystem.listPaths({
        path: healthCheckPath(tenant),
        recursive: true,
        abortSignal: signal,
      });
      for await (const { name = '', owner } of paths) {
        // Owners that are no object id, such as $superuser, are those of old or restored files as well.
        const other =
          owner !== undefined && NAME_RULES.guid.pattern.test(owner) && !isService(owner) ? { owner } : {};
        if (readLakePath(tenant, name).kind !== 'health-file' || 'owner' in other)
          foreign.push({ path: name, ...other });
      }
    } catch (error) {
      if (refusalOf(error, 'lake', '')?.status !== 404) throw error;
      exists = false;
    }
    return {
      exists,
      foreign: foreign.slice(0, MOST_NAMED),
      foreignCount: foreign.length,
      servicePrincipalIds: principalIds,
    };
  },
};
