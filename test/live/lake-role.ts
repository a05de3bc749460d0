import { containerIdOf, type DeploymentManifest, ROLES } from '../../contract';
import type { ExperimentContext } from './experiment';

const API = '2022-04-01';

interface Assignment {
  readonly id: string;
  readonly scope: string;
  readonly roleId: string;
}

/** Every role that counts on the container of a lake for the service's identity, from wherever it comes. */
export async function rolesOfService(
  { owned }: Pick<ExperimentContext, 'owned'>,
  manifest: DeploymentManifest,
): Promise<readonly Assignment[]> {
  const [principalId = ''] = manifest.dicomService.principalIds;
  const answer = await owned.read(
    `${containerIdOf(manifest.lake)}/providers/Microsoft.Authorization/roleAssignments`,
    API,
    { $filter: `assignedTo('${principalId}')` },
  );
  return ((answer?.['value'] ?? []) as readonly { readonly id: string; readonly properties: object }[]).map(
    ({ id, properties }) => {
      const { scope, roleDefinitionId } = properties as Readonly<
        Record<'scope' | 'roleDefinitionId', string>
      >;
      return { id, scope, roleId: roleDefinitionId.split('/').at(-1) ?? '' };
    },
  );
}

/** Takes the service its role on the container; the answer gives it back. */
export async function takeRole(
  { owned }: Pick<ExperimentContext, 'owned'>,
  manifest: DeploymentManifest,
): Promise<() => Promise<void>> {
  const { id: roleId } = ROLES.storageBlobDataContributor;
  const held = (await rolesOfService({ owned }, manifest)).filter((one) => one.roleId === roleId);
  for (const { id } of held) await owned.remove(id, API);
  return async () => {
    const { subscriptionId, dicomService } = manifest;
    const [principalId = ''] = dicomService.principalIds;
    const definition = `/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${roleId}`;
    const properties = { principalId, roleDefinitionId: definition, principalType: 'ServicePrincipal' };
    // Under its old name, so that Terraform knows it again.
    for (const { id } of held) await owned.put(id, API, { properties });
  };
}
