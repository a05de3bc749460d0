import type { ResourceStore } from '../domain/resource-store';
import { completeIdentity } from './identity-types';
import { type Body, type Problem, properties, record, type ResourceType, shown } from './resource-type';

const ENVIRONMENTS = 'Microsoft.App/managedEnvironments';

export const JOBS = 'Microsoft.App/jobs';

/** Container Apps: environments and jobs are kept and answered; no job ever runs. */
export function containerTypes(store: ResourceStore, tenantId: string): readonly ResourceType[] {
  const complete: ResourceType['complete'] = (write) =>
    completed({ ...write.body, ...completeIdentity(store, write, tenantId) });
  return [
    {
      type: ENVIRONMENTS,
      nameKind: 'containerAppJob',
      located: true,
      longRunning: true,
      problems: ({ body }) => environmentProblems(properties(body), store),
      complete,
      removalProblem: ({ id }) => {
        const jobs = jobsIn(store, id);
        if (jobs === 0) return undefined;
        const message = `The environment '${id}' has ${jobs} job(s); delete them first.`;
        return { status: 409, code: 'ManagedEnvironmentNotEmpty', message };
      },
    },
    {
      type: JOBS,
      nameKind: 'containerAppJob',
      located: true,
      longRunning: true,
      problems: ({ body }) => jobProblems(body, store),
      complete,
    },
  ];
}

function completed(body: Body): Body {
  return { ...body, properties: { ...properties(body), provisioningState: 'Succeeded' } };
}

function jobsIn(store: ResourceStore, environmentId: string): number {
  return store.below('/subscriptions').filter(({ id, body }) => {
    const { environmentId: of } = properties(body);
    return (
      /\/Microsoft\.App\/jobs\/[^/]+$/i.test(id) &&
      typeof of === 'string' &&
      of.toLowerCase() === environmentId.toLowerCase()
    );
  }).length;
}

function environmentProblems({ vnetConfiguration }: Body, store: ResourceStore): readonly Problem[] {
  const { infrastructureSubnetId: subnet } = record(vnetConfiguration);
  if (subnet === undefined || subnet === null || isThere(store, subnet)) return [];
  return [{ code: 'InvalidSubnetResourceId', message: `The subnet ${shown(subnet)} does not exist.` }];
}

function jobProblems(body: Body, store: ResourceStore): readonly Problem[] {
  const { environmentId, configuration, template } = properties(body);
  const { triggerType, scheduleTriggerConfig, replicaTimeout, registries } = record(configuration);
  const { cronExpression } = record(scheduleTriggerConfig);
  const { containers } = record(template);
  const attached = Object.keys(record(record(body['identity'])['userAssignedIdentities']));
  const pulling = (Array.isArray(registries) ? registries : []).map((one) => record(one)['identity']);
  const problem = (message: string): Problem => ({ code: 'InvalidParameterValueInJob', message });
  return [
    ...(isThere(store, environmentId)
      ? []
      : [problem(`The environment ${shown(environmentId)} does not exist.`)]),
    ...(triggerType === 'Schedule' && (typeof cronExpression !== 'string' || cronExpression === '')
      ? [problem(`A scheduled job needs a cronExpression, got ${shown(cronExpression)}.`)]
      : []),
    ...(typeof replicaTimeout === 'number' && replicaTimeout >= 1
      ? []
      : [problem(`replicaTimeout must be at least 1 second, got ${shown(replicaTimeout)}.`)]),
    ...(Array.isArray(containers) && containers.length > 0
      ? []
      : [problem('A job needs a container, got none.')]),
    ...pulling
      .filter(
        (id) => typeof id !== 'string' || !attached.some((one) => one.toLowerCase() === id.toLowerCase()),
      )
      .map((id) => problem(`The identity ${shown(id)} of a registry must be attached to the job.`)),
  ];
}

function isThere(store: ResourceStore, id: unknown): boolean {
  return typeof id === 'string' && store.get(id) !== undefined;
}
