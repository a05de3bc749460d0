import { API_VERSIONS } from '../../contract';
import { objectIn } from '../clients/arm-body';
import { absentAsUndefined } from '../clients/arm-reader';
import type { Probe } from '../probe';
import { readEndpointConnections } from './endpoint-connections';

/** The workspace of the DICOM service as it is deployed. */
export const armWorkspace: Probe<'arm.workspace'> = {
  id: 'arm.workspace',
  title: 'the workspace in Azure Resource Manager',
  effect: 'read',
  pace: 'quick',
  target: 'deployment',
  gather: async ({ target, signal }) => {
    const { id } = target.manifest.workspace;
    const body = await absentAsUndefined(target.azure.arm.get(id, API_VERSIONS.healthcareApis, signal));
    if (body === undefined) return { id };
    const properties = objectIn(body, 'properties');
    return {
      id,
      found: {
        publicNetworkAccess: properties['publicNetworkAccess'] !== 'Disabled',
        privateEndpointConnections: readEndpointConnections(properties),
      },
    };
  },
};
