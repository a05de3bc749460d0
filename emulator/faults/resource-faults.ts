import { type Body, properties, record } from '../arm/resource-type';
import { jsonResponse } from '../http/json-response';
import { changeProperties, changeResource, removeResource } from './azure-change';
import { defineFault, FaultTargetMissing, type Undo } from './fault-definition';
import { text } from './fault-parameter';
import { SERVICE, type ServiceTarget, serviceTarget, undoAll } from './fault-target';
import type { FaultWorld } from './fault-world';
import { bodyText } from './tampered-exchange';

/** How far the resources of a deployment can drift from it. */
export const RESOURCE_FAULTS = [
  changed({
    id: 'arm/service-failed',
    title: 'the last change of the DICOM service failed',
    effect: 'sets the provisioning state of the service to Failed; its endpoint goes on answering',
    seen: 'the service has the provisioningState Failed',
    resourceOf: ({ id }) => id,
    change: () => ({ provisioningState: 'Failed' }),
  }),
  changed({
    id: 'arm/service-on-other-lake',
    title: 'the DICOM service is connected to another container',
    effect:
      'names another container in the storage configuration of the service, in Azure Resource Manager alone',
    seen: 'storageConfiguration.fileSystemName is another one',
    resourceOf: ({ id }) => id,
    change: (before) => ({
      storageConfiguration: { ...record(before['storageConfiguration']), fileSystemName: 'somewhere-else' },
    }),
  }),
  changed({
    id: 'arm/partitions-flipped',
    title: 'data partitions are not what the deployment says',
    effect: 'turns enableDataPartitions of the service round, in Azure Resource Manager alone',
    seen: 'enableDataPartitions is the other way round',
    resourceOf: ({ id }) => id,
    change: (before) => ({ enableDataPartitions: before['enableDataPartitions'] !== true }),
  }),
  changed({
    id: 'arm/account-unavailable',
    title: 'the primary location of the storage account is down',
    effect: 'sets statusOfPrimary of the account to unavailable; its endpoints go on answering',
    seen: 'statusOfPrimary is unavailable',
    resourceOf: ({ accountId }) => accountId,
    change: () => ({ statusOfPrimary: 'unavailable' }),
  }),
  changed({
    id: 'arm/account-opened',
    title: 'somebody opened the storage account',
    effect: 'takes TLS 1.0 and lets local users and public containers in',
    seen: 'minimumTlsVersion, isLocalUserEnabled and allowBlobPublicAccess are weaker',
    resourceOf: ({ accountId }) => accountId,
    change: () => ({ minimumTlsVersion: 'TLS1_0', isLocalUserEnabled: true, allowBlobPublicAccess: true }),
  }),
  changed({
    id: 'arm/firewall-widened',
    title: 'somebody let another network through the firewall of the lake',
    effect: 'adds an address range to the network rules of the storage account',
    seen: 'networkAcls.ipRules has one range more',
    resourceOf: ({ accountId }) => accountId,
    change: (before) => {
      const rules = record(before['networkAcls']);
      const others = Array.isArray(rules['ipRules']) ? (rules['ipRules'] as readonly unknown[]) : [];
      return {
        networkAcls: {
          ...rules,
          defaultAction: 'Deny',
          ipRules: [
            ...others,
            { value: '0.0.0.0/1', action: 'Allow' },
            { value: '128.0.0.0/1', action: 'Allow' },
          ],
        },
      };
    },
  }),
  changed({
    id: 'arm/service-access-flipped',
    title: 'public access to the DICOM service is not what was meant',
    effect: 'turns publicNetworkAccess of the service round',
    seen: 'publicNetworkAccess is the other way round',
    // Where it was on, the verifier is outside.
    resourceOf: ({ id }) => id,
    change: (before) => ({
      publicNetworkAccess: before['publicNetworkAccess'] === 'Disabled' ? 'Enabled' : 'Disabled',
    }),
  }),
  container('arm/container-public', 'anybody may read the container of the lake', {
    publicAccess: 'Container',
  }),
  container('arm/container-held', 'the container of the lake lets nothing be deleted', {
    hasImmutabilityPolicy: true,
  }),
  removed({
    id: 'arm/locks-removed',
    title: 'the locks against deletion are gone',
    effect: 'removes the locks of the service and of its storage account',
    isMeant: (id, target) =>
      /\/providers\/Microsoft\.Authorization\/locks\/[^/]+$/i.test(id) && isBelow(id, target),
  }),
  removed({
    id: 'arm/diagnostics-removed',
    title: 'somebody removed the diagnostic settings',
    effect: 'removes the diagnostic settings of the service and of its storage account',
    isMeant: (id, target) => /\/diagnosticSettings\/[^/]+$/i.test(id) && isBelow(id, target),
  }),
  defineFault({
    id: 'arm/alerts-disabled',
    title: 'somebody disabled the alert rules',
    effect: 'disables every alert rule of the subscription',
    symptoms: [{ seen: 'the alert rules say enabled: false' }],
    parameters: { service: SERVICE },
    inject: (world, { service }) => {
      serviceTarget(world, service);
      return onEach(
        world,
        (id) => ALERT_RULE.test(id),
        'alert rule',
        (id) => changeProperties(world, id, { enabled: false }),
      );
    },
  }),
  defineFault({
    id: 'arm/private-endpoint-rejected',
    title: 'somebody rejected a private endpoint',
    effect: 'sets the connections of the private endpoints of the service and its lake to Rejected',
    symptoms: [{ seen: 'privateLinkServiceConnectionState is Rejected' }],
    parameters: { service: SERVICE, to: text('whose endpoints', 'account', ['account', 'workspace']) },
    inject: (world, { service, to }) => {
      const target = serviceTarget(world, service);
      const targetId = to === 'account' ? target.accountId : workspaceOf(target);
      return onEach(
        world,
        (id, body) => ENDPOINT.test(id) && linksOf(body).some((link) => leadsTo(link, targetId)),
        'private endpoint',
        (id) =>
          changeProperties(world, id, {
            privateLinkServiceConnections: linksOf(world.store.get(id)?.body ?? {}).map(rejected),
          }),
      );
    },
  }),
] as const;

const ALERT_RULE = /\/Microsoft\.Insights\/(activityLogAlerts|metricAlerts|scheduledQueryRules)\/[^/]+$/i;
const ENDPOINT = /\/Microsoft\.Network\/privateEndpoints\/[^/]+$/i;

/** Changes properties of one resource. */
function changed<const Id extends string>(fault: {
  readonly id: Id;
  readonly title: string;
  readonly effect: string;
  readonly seen: string;
  readonly resourceOf: (target: ServiceTarget) => string;
  readonly change: (before: Body) => Body;
}): ReturnType<typeof defineFault<Id, { service: typeof SERVICE }>> {
  const { seen, resourceOf, change, ...facts } = fault;
  return defineFault({
    ...facts,
    symptoms: [{ seen }],
    parameters: { service: SERVICE },
    inject: (world, { service }) =>
      changeResource(world, resourceOf(serviceTarget(world, service)), (body) => ({
        ...body,
        properties: { ...properties(body), ...change(properties(body)) },
      })),
  });
}

/** Removes resources of one type. */
function removed<const Id extends string>(fault: {
  readonly id: Id;
  readonly title: string;
  readonly effect: string;
  readonly isMeant: (id: string, target: ServiceTarget) => boolean;
}): ReturnType<typeof defineFault<Id, { service: typeof SERVICE }>> {
  const { isMeant, ...facts } = fault;
  return defineFault({
    ...facts,
    symptoms: [{ plane: 'arm', status: 404, code: 'ResourceNotFound' }],
    parameters: { service: SERVICE },
    inject: (world, { service }) => {
      const target = serviceTarget(world, service);
      return onEach(
        world,
        (id) => isMeant(id, target),
        'such resource',
        (id) => removeResource(world, id),
      );
    },
  });
}

/** The lake keeps no such thing of its containers, so what Azure Resource Manager says of one is changed. */
function container<const Id extends string>(
  id: Id,
  title: string,
  said: Body,
): ReturnType<typeof defineFault<Id, { service: typeof SERVICE }>> {
  const inWords = Object.entries(said).map(([name, value]) => `${name} ${String(value)}`);
  return defineFault({
    id,
    title,
    effect: `answers in Azure Resource Manager that the container has ${inWords.join(', ')}`,
    symptoms: [{ seen: `the container has ${inWords.join(', ')}` }],
    parameters: { service: SERVICE },
    inject: (world, { service }) => {
      const { containerId } = serviceTarget(world, service);
      return world.hooks.intercept('arm', async (request, next) => {
        const response = await next(request);
        const isMeant =
          request.method === 'GET' && request.url.pathname.toLowerCase() === containerId.toLowerCase();
        if (!isMeant || response.status !== 200) return response;
        const body = JSON.parse(await bodyText(response)) as Body;
        return jsonResponse(200, { ...body, properties: { ...properties(body), ...said } });
      });
    },
  });
}

/** @throws FaultTargetMissing where there is none */
function onEach(
  { store }: FaultWorld,
  isMeant: (id: string, body: Body) => boolean,
  noun: string,
  inject: (id: string) => Undo,
): Undo {
  const ids = store
    .below('/subscriptions')
    .filter(({ id, body }) => isMeant(id, body))
    .map(({ id }) => id);
  if (ids.length === 0) throw new FaultTargetMissing(`there is no ${noun}`);
  return undoAll(ids.map(inject));
}

function isBelow(id: string, target: ServiceTarget): boolean {
  return [target.id, target.accountId].some((scope) =>
    id.toLowerCase().startsWith(`${scope.toLowerCase()}/`),
  );
}

function workspaceOf({ id }: ServiceTarget): string {
  return id.slice(0, id.toLowerCase().lastIndexOf('/dicomservices/'));
}

function linksOf(endpoint: Body): readonly Body[] {
  const links = properties(endpoint)['privateLinkServiceConnections'];
  return Array.isArray(links) ? links.map(record) : [];
}

function leadsTo(link: Body, targetId: string): boolean {
  const { privateLinkServiceId } = properties(link);
  return (
    typeof privateLinkServiceId === 'string' && privateLinkServiceId.toLowerCase() === targetId.toLowerCase()
  );
}

function rejected(link: Body): Body {
  return {
    ...link,
    properties: {
      ...properties(link),
      privateLinkServiceConnectionState: {
        status: 'Rejected',
        description: 'Rejected by a fault',
        actionsRequired: 'None',
      },
    },
  };
}
