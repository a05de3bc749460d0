import { API_VERSIONS, containerIdOf } from '../../contract';
import { objectIn, textIn } from '../clients/arm-body';
import { absentAsUndefined } from '../clients/arm-reader';
import type { Probe } from '../probe';

/** The container of the lake as it is deployed. */
export const armLakeContainer: Probe<'arm.lake-container'> = {
  id: 'arm.lake-container',
  title: 'the container of the lake in Azure Resource Manager',
  effect: 'read',
  pace: 'quick',
  target: 'deployment',
  gather: async ({ target, signal }) => {
    const { containerName } = target.manifest.lake;
    const id = containerIdOf(target.manifest.lake);
    const body = await absentAsUndefined(target.azure.arm.get(id, API_VERSIONS.storage, signal));
    if (body === undefined) return { name: containerName };
    const properties = objectIn(body, 'properties');
    return {
      name: containerName,
      found: {
        publicAccess: textIn(properties, 'publicAccess') ?? 'None',
        hasImmutabilityPolicy: properties['hasImmutabilityPolicy'] === true,
        hasLegalHold: properties['hasLegalHold'] === true,
      },
    };
  },
};
