import type { ArgumentReader } from './argument-reader';
import type { ArmResource } from './arm-client';
import { identityOrNone } from './identity-block';
import {
  groupId,
  type AzurermResource,
  type PreparedResource,
  type ProviderSettings,
} from './prepared-resource';

const CONTAINERS_API = '2025-07-01';

/**
 * Container Apps: environments and their scheduled jobs. Read in the provider's source, 4.55 and 5.2 alike; unlike for
 * the other resources, no recording of the provider is compared with it.
 */
export const CONTAINER_RESOURCES: Readonly<Record<string, AzurermResource>> = {
  azurerm_container_app_environment: { attributes: ['id', 'name'], prepare: prepareEnvironment },
  azurerm_container_app_job: { attributes: ['id', 'name'], prepare: prepareJob },
};

function prepareEnvironment(args: ArgumentReader, { subscriptionId }: ProviderSettings): PreparedResource {
  const name = args.string('name');
  const group = groupId(subscriptionId, args.string('resource_group_name'));
  const id = `${group}/providers/Microsoft.App/managedEnvironments/${name}`;
  const subnet = args.optionalString('infrastructure_subnet_id');
  const internal = args.boolean('internal_load_balancer_enabled', false);
  const encrypted = { enabled: args.boolean('mutual_tls_enabled', false) };
  const profiles = args.blocks('workload_profile').map((profile) => ({
    name: profile.string('name'),
    workloadProfileType: profile.string('workload_profile_type'),
  }));
  const body = {
    identity: identityOrNone(undefined),
    location: args.string('location'),
    name,
    properties: {
      appLogsConfiguration: { destination: args.optionalString('logs_destination') ?? '' },
      peerAuthentication: { mtls: encrypted },
      peerTrafficConfiguration: { encryption: encrypted },
      vnetConfiguration: subnet === undefined ? {} : { infrastructureSubnetId: subnet, internal },
      ...(profiles.length === 0 ? {} : { workloadProfiles: profiles }),
      zoneRedundant: args.boolean('zone_redundancy_enabled', false),
    },
    tags: args.stringMap('tags'),
  };
  return async (arm) => {
    await arm.put(id, CONTAINERS_API, body);
    return { id, name };
  };
}

function prepareJob(args: ArgumentReader, { subscriptionId }: ProviderSettings): PreparedResource {
  const name = args.string('name');
  const group = groupId(subscriptionId, args.string('resource_group_name'));
  const id = `${group}/providers/Microsoft.App/jobs/${name}`;
  const registries = args.blocks('registry').map((registry) => ({
    identity: registry.string('identity'),
    passwordSecretRef: '',
    server: registry.string('server'),
    username: '',
  }));
  const profile = args.optionalString('workload_profile_name');
  const template = args.block('template');
  const body = {
    identity: identityOrNone(args.block('identity')),
    location: args.string('location'),
    properties: {
      configuration: {
        ...(registries.length === 0 ? {} : { registries }),
        replicaRetryLimit: args.optionalNumber('replica_retry_limit') ?? 0,
        replicaTimeout: args.optionalNumber('replica_timeout_in_seconds'),
        ...trigger(args.block('schedule_trigger_config')),
      },
      environmentId: args.string('container_app_environment_id'),
      template: { containers: (template?.blocks('container') ?? []).map(container) },
      ...(profile === undefined ? {} : { workloadProfileName: profile }),
    },
    tags: args.stringMap('tags'),
  };
  return async (arm) => {
    await arm.put(id, CONTAINERS_API, body);
    return { id, name };
  };
}

/** Of the triggers only the schedule is understood. */
function trigger(schedule: ArgumentReader | undefined): ArmResource {
  if (schedule === undefined) throw new Error('schedule_trigger_config must be given, got nothing');
  return {
    scheduleTriggerConfig: {
      cronExpression: schedule.string('cron_expression'),
      parallelism: schedule.optionalNumber('parallelism') ?? 1,
      replicaCompletionCount: schedule.optionalNumber('replica_completion_count') ?? 1,
    },
    triggerType: 'Schedule',
  };
}

function container(args: ArgumentReader): ArmResource {
  const words = args.strings('args');
  const command = args.strings('command');
  return {
    ...(words.length === 0 ? {} : { args: words }),
    ...(command.length === 0 ? {} : { command }),
    env: args.blocks('env').map((one) => ({ name: one.string('name'), value: one.string('value') })),
    image: args.string('image'),
    name: args.string('name'),
    probes: [],
    resources: { cpu: args.optionalNumber('cpu'), ephemeralStorage: '', memory: args.string('memory') },
    volumeMounts: [],
  };
}
