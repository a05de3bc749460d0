import { ROLES, servicePath } from '../../contract';
import { type Body, properties, record } from '../arm/resource-type';
import { assignmentsOf, changeProperties, putResource, removeResource } from './azure-change';
import { defineFault, FaultTargetMissing, type Undo } from './fault-definition';
import { integer, text } from './fault-parameter';
import { SERVICE, type ServiceTarget, serviceTarget, undoAll } from './fault-target';
import type { FaultWorld } from './fault-world';

const DAYS = integer('days after the last modification', 30, { minimum: 0, maximum: 36_500 });

/** What somebody changes in Azure Resource Manager after the deployment. */
export const ARM_FAULTS = [
  defineFault({
    id: 'arm/lifecycle-rule-archives',
    title: 'a lifecycle rule archives the files of the service',
    effect: 'adds a rule to the lifecycle policy of the storage account that moves old files to Archive',
    symptoms: [{ seen: 'the lifecycle policy has a rule with tierToArchive that reaches the service' }],
    failsChecks: ['tiers/policy-keeps-files-online'],
    parameters: { service: SERVICE, days: DAYS },
    inject: (world, { service, days }) =>
      addRule(world, serviceTarget(world, service), 'fault-archives', {
        tierToArchive: { daysAfterModificationGreaterThan: days },
      }),
  }),
  defineFault({
    id: 'arm/lifecycle-rule-deletes',
    title: 'a lifecycle rule deletes the files of the service',
    effect: 'adds a rule to the lifecycle policy of the storage account that deletes old files',
    symptoms: [{ seen: 'the lifecycle policy has a rule with delete that reaches the service' }],
    failsChecks: ['tiers/policy-keeps-files-online'],
    parameters: { service: SERVICE, days: DAYS },
    inject: (world, { service, days }) =>
      addRule(world, serviceTarget(world, service), 'fault-deletes', {
        delete: { daysAfterModificationGreaterThan: days },
      }),
  }),
  defineFault({
    id: 'arm/lifecycle-policy-removed',
    title: 'the lifecycle policy of the deployment is gone',
    effect: 'deletes the lifecycle policy of the storage account',
    symptoms: [{ plane: 'arm', status: 404, code: 'ManagementPolicyNotFound' }],
    failsChecks: ['tiers/policy-as-intended'],
    parameters: { service: SERVICE },
    inject: (world, { service }) => {
      const id = policyId(serviceTarget(world, service));
      if (world.store.get(id) === undefined) {
        throw new FaultTargetMissing('the storage account has no lifecycle policy that could be removed');
      }
      return removeResource(world, id);
    },
  }),
  defineFault({
    id: 'arm/lifecycle-rules-disabled',
    title: 'somebody disabled the lifecycle rules of the deployment',
    effect: 'disables every rule of the lifecycle policy',
    symptoms: [{ seen: 'every rule of the lifecycle policy says enabled: false' }],
    failsChecks: ['tiers/policy-as-intended'],
    parameters: { service: SERVICE },
    inject: (world, { service }) => {
      const target = serviceTarget(world, service);
      const rules = rulesOf(world, target).map((rule) => ({ ...rule, enabled: false }));
      return changeProperties(world, policyId(target), { policy: { rules } });
    },
  }),
  defineFault({
    id: 'arm/last-access-tracking-off',
    title: 'last access is no longer tracked',
    effect: 'switches off last access time tracking of the storage account',
    symptoms: [{ seen: 'the blob service says that last access is not tracked' }],
    failsChecks: ['tiers/last-access-tracked'],
    parameters: { service: SERVICE },
    inject: (world, { service }) =>
      changeProperties(world, blobServiceId(serviceTarget(world, service)), {
        lastAccessTimeTrackingPolicy: { enable: false },
      }),
  }),
  defineFault({
    id: 'arm/soft-delete-off',
    title: 'deleted files are no longer kept',
    effect: 'switches off soft delete of the storage account',
    symptoms: [{ seen: 'the blob service says that deleted files are not kept' }],
    failsChecks: ['arm/soft-delete-as-intended'],
    parameters: { service: SERVICE },
    inject: (world, { service }) =>
      changeProperties(world, blobServiceId(serviceTarget(world, service)), {
        deleteRetentionPolicy: { enabled: false },
      }),
  }),
  defineFault({
    id: 'arm/service-deleted',
    title: 'Azure Resource Manager no longer knows the DICOM service',
    effect: 'takes the DICOM service out of Azure Resource Manager; its endpoint goes on answering',
    symptoms: [{ plane: 'arm', status: 404, code: 'ResourceNotFound' }],
    failsChecks: ['arm/service-succeeded'],
    blindsChecks: [
      'identity/service-can-write',
      'identity/nobody-holds-more',
      'identity/verifier-least-privilege',
      'access/wrong-audience-refused',
      'access/read-only-token-cannot-store',
    ],
    parameters: { service: SERVICE },
    inject: (world, { service }) => removeResource(world, serviceTarget(world, service).id),
  }),
  defineFault({
    id: 'arm/reader-role-removed',
    title: 'the caller may no longer read the resources',
    effect: 'deletes the Reader roles of the caller on the storage account and above it',
    symptoms: [{ plane: 'arm', status: 403, code: 'AuthorizationFailed' }],
    blindsChecks: [
      'identity/service-can-write',
      'identity/nobody-holds-more',
      'identity/verifier-least-privilege',
      'access/wrong-audience-refused',
      'access/lake-refuses-shared-key',
    ],
    parameters: {
      service: SERVICE,
      principal: text('who: `deployer`, `verifier` or an object id', 'verifier'),
    },
    inject: (world, { service, principal }) => {
      const { accountId } = serviceTarget(world, service);
      const named: Readonly<Record<string, string | undefined>> = { ...world.principals };
      return undoAll(
        assignmentsOf(
          world,
          named[principal] ?? principal,
          accountId,
          ({ id }) => id === ROLES.reader.id,
        ).map((assignment) => removeResource(world, assignment.id)),
      );
    },
  }),
] as const;

function policyId({ accountId }: ServiceTarget): string {
  return `${accountId}/managementPolicies/default`;
}

function blobServiceId({ accountId }: ServiceTarget): string {
  return `${accountId}/blobServices/default`;
}

function rulesOf({ store }: FaultWorld, target: ServiceTarget): readonly Body[] {
  const { rules } = record(properties(store.get(policyId(target))?.body)['policy']);
  return Array.isArray(rules) ? rules.map(record) : [];
}

/** An account has one policy, so a new rule goes beside those that are there. */
function addRule(world: FaultWorld, target: ServiceTarget, name: string, baseBlob: Body): Undo {
  const prefixMatch = [`${target.containerName}/${servicePath(target.tenant)}/`];
  const rule = {
    name,
    enabled: true,
    type: 'Lifecycle',
    definition: { filters: { blobTypes: ['blockBlob'], prefixMatch }, actions: { baseBlob } },
  };
  const others = rulesOf(world, target).filter((other) => other['name'] !== name);
  const policy = { rules: [...others, rule] };
  return putResource(world, policyId(target), { properties: { policy } });
}
