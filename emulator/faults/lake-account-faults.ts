import { ServiceFault } from '../fault';
import { changeProperties, removeResource } from './azure-change';
import { defineFault, type FaultSymptom, type Undo } from './fault-definition';
import { text } from './fault-parameter';
import { openContainer, SERVICE, type ServiceTarget, serviceTarget } from './fault-target';
import type { FaultWorld } from './fault-world';
import { detachHeld } from './held-content';

const FOR = text('whom the lake refuses', 'everyone', ['everyone', 'service', 'callers']);

/** Roles are asked for at the container. */
const NO_ROLES_KNOWN = [
  'identity/service-can-write',
  'identity/nobody-holds-more',
  'identity/verifier-least-privilege',
];

const EVERY_ADDRESS = ['0.0.0.0/1', '128.0.0.0/1'].map((value) => ({ value, action: 'Allow' }));

/** What happens to the storage account of the lake, its keys, its firewall and its containers. */
export const LAKE_ACCOUNT_FAULTS = [
  defineFault({
    id: 'lake/firewall-closed',
    title: 'the firewall of the storage account keeps everybody out',
    effect:
      'sets the default action of the network rules to Deny, with exceptions for those only who are not meant',
    symptoms: bothPlanes(403, 'AuthorizationFailure'),
    failsChecks: ['dicomweb/instance-stored', 'access/public-reach-as-intended'],
    parameters: { service: SERVICE, for: FOR },
    inject: (world, values) => {
      const { accountId } = serviceTarget(world, values.service);
      const networkAcls = {
        defaultAction: 'Deny',
        bypass: values.for === 'callers' ? 'AzureServices' : 'None',
        ipRules: values.for === 'service' ? EVERY_ADDRESS : [],
        virtualNetworkRules: [],
        resourceAccessRules: [],
      };
      return changeProperties(world, accountId, { networkAcls });
    },
  }),
  refusal({
    id: 'lake/account-disabled',
    title: 'the storage account is disabled',
    effect: 'refuses calls to the lake, as for an account whose subscription is suspended',
    status: 403,
    code: 'AccountIsDisabled',
    message: 'The specified account is disabled.',
  }),
  refusal({
    id: 'lake/account-permissions-missing',
    title: 'the account lacks permissions for the operation',
    effect: 'refuses calls to the lake',
    status: 403,
    code: 'InsufficientAccountPermissions',
    message: 'The account being accessed does not have sufficient permissions to execute this operation.',
  }),
  refusal({
    id: 'lake/key-disabled',
    title: 'the key in the key vault is disabled',
    effect: 'refuses calls to the lake, which cannot unwrap its customer-managed key',
    status: 403,
    code: 'KeyVaultEncryptionKeyNotFound',
    message: 'The specified key vault key is not found to unwrap the encryption key.',
  }),
  refusal({
    id: 'lake/key-vault-unreachable',
    title: 'the storage account gets no token for its key vault',
    effect: 'refuses calls to the lake, whose identity lost its way to the key vault',
    status: 403,
    code: 'KeyVaultAccessTokenCannotBeAcquired',
    message: 'The key vault access token cannot be acquired.',
  }),
  refusal({
    id: 'lake/key-vault-deleted',
    title: 'the key vault is gone',
    effect: 'refuses calls to the lake, whose key vault was deleted',
    status: 403,
    code: 'KeyVaultVaultNotFound',
    message: 'The key vault vault is not found.',
  }),
  refusal({
    id: 'lake/container-disabled',
    title: 'the container is disabled',
    effect: 'refuses calls to the lake',
    status: 409,
    code: 'ContainerDisabled',
    message: 'The specified container has been disabled by the administrator.',
  }),
  refusal({
    id: 'lake/container-being-deleted',
    title: 'the container is being deleted',
    effect: 'refuses calls to the lake, as while Azure is still busy deleting the container',
    status: 409,
    code: 'ContainerBeingDeleted',
    message: 'The specified container is being deleted. Try operation later.',
  }),
  defineFault({
    id: 'lake/service-token-refused',
    title: 'the storage account refuses the token of the service',
    effect: 'refuses calls in the name of the service, as for an identity of another tenant',
    symptoms: [{ plane: 'dicom', status: 424, code: 'InvalidAuthenticationInfo' }],
    failsChecks: ['dicomweb/instance-stored'],
    parameters: { service: SERVICE },
    inject: (world, { service }) =>
      refuse(
        world,
        { service, for: 'service' },
        401,
        'InvalidAuthenticationInfo',
        'Server failed to authenticate the request. Please refer to the information in the www-authenticate header.',
      ),
  }),
  defineFault({
    id: 'lake/account-deleted',
    title: 'the storage account is gone',
    effect: 'takes the storage account out of Azure Resource Manager; its files wait for the undo',
    symptoms: [{ plane: 'dicom', status: 424 }],
    failsChecks: ['dicomweb/instance-stored'],
    blindsChecks: [
      'identity/service-can-write',
      'identity/nobody-holds-more',
      'access/lake-refuses-shared-key',
    ],
    parameters: { service: SERVICE },
    inject: (world, { service }) => removeResource(world, serviceTarget(world, service).accountId),
  }),
  defineFault({
    id: 'lake/container-deleted',
    title: 'the container of the lake is deleted',
    effect: 'deletes the container; the undo makes it again with the files that were in it',
    symptoms: containerGone(),
    failsChecks: ['dicomweb/instance-stored'],
    blindsChecks: NO_ROLES_KNOWN,
    parameters: { service: SERVICE },
    inject: (world, { service }) => {
      const target = serviceTarget(world, service);
      const contents = emptied(world, target);
      world.lake.delete(target.accountId, target.containerName);
      return () => {
        recreate(world, target);
        contents.putInto(target.containerName);
      };
    },
  }),
  defineFault({
    id: 'lake/container-renamed',
    title: 'the container of the lake has another name',
    effect: 'moves everything in the container to a container named `{container}-renamed`',
    symptoms: containerGone(),
    failsChecks: ['dicomweb/instance-stored'],
    blindsChecks: NO_ROLES_KNOWN,
    parameters: { service: SERVICE },
    inject: (world, { service }) => {
      const target = serviceTarget(world, service);
      const renamed = { ...target, containerName: `${target.containerName}-renamed` };
      const contents = emptied(world, target);
      world.lake.delete(target.accountId, target.containerName);
      recreate(world, renamed);
      contents.putInto(renamed.containerName);
      return () => {
        const moved = emptied(world, renamed);
        world.lake.delete(renamed.accountId, renamed.containerName);
        recreate(world, target);
        moved.putInto(target.containerName);
      };
    },
  }),
  defineFault({
    id: 'lake/container-recreated',
    title: 'the container of the lake was deleted and made anew, empty',
    effect: 'empties the container; the undo puts back what was in it',
    symptoms: [{ plane: 'dicom', status: 424, code: 'ConditionNotMet' }],
    parameters: { service: SERVICE },
    inject: (world, { service }) => {
      const target = serviceTarget(world, service);
      const contents = emptied(world, target);
      world.lake.delete(target.accountId, target.containerName);
      recreate(world, target);
      return () => contents.putInto(target.containerName);
    },
  }),
] as const;

/** A fault that is nothing but refused calls, under one code. */
function refusal<const Id extends string>(fault: {
  readonly id: Id;
  readonly title: string;
  readonly effect: string;
  readonly status: number;
  readonly code: string;
  readonly message: string;
}): ReturnType<typeof defineFault<Id, { service: typeof SERVICE; for: typeof FOR }>> {
  const { id, title, effect, status, code, message } = fault;
  return defineFault({
    id,
    title,
    effect,
    symptoms: bothPlanes(status, code),
    failsChecks: ['dicomweb/instance-stored'],
    parameters: { service: SERVICE, for: FOR },
    inject: (world, values) => refuse(world, values, status, code, message),
  });
}

/** What the service passes on, and what whoever looks into the lake sees. */
function bothPlanes(status: number, code: string): readonly FaultSymptom[] {
  return [
    { plane: 'dicom', status: 424, code },
    { plane: 'lake', status, code },
  ];
}

function containerGone(): readonly FaultSymptom[] {
  return bothPlanes(404, 'ContainerNotFound');
}

function refuse(
  world: FaultWorld,
  values: { readonly service: string; readonly for: string },
  status: number,
  code: string,
  message: string,
): Undo {
  const target = serviceTarget(world, values.service);
  const account = target.accountId.toLowerCase();
  return world.hooks.refuseLakeCalls(({ principalId, scope }) => {
    if (!`${scope.toLowerCase()}/`.startsWith(`${account}/`)) return undefined;
    const isService = principalId.toLowerCase() === target.principalId?.toLowerCase();
    if (values.for === 'service' && !isService) return undefined;
    if (values.for === 'callers' && isService) return undefined;
    return new ServiceFault(status, code, message);
  });
}

/** Takes everything out of a container, as it is: ETags, times and tiers stay. */
function emptied(
  world: FaultWorld,
  target: ServiceTarget,
): { readonly putInto: (containerName: string) => void } {
  const { files, context } = openContainer(world, target);
  const trees: { readonly path: string; readonly tree: ReturnType<typeof detachHeld> }[] = [];
  for (
    let found = files.firstFrom('', context.now);
    found !== undefined;
    found = files.firstFrom('', context.now)
  ) {
    const [path, root] = found;
    trees.push({ path, tree: detachHeld(world, files, path, root, context.now) });
  }
  return {
    putInto: (containerName) => {
      const destination = openContainer(world, { ...target, containerName }).files;
      for (const { path, tree } of trees) {
        destination.attach(path, tree);
        void tree.release();
      }
    },
  };
}

function recreate(world: FaultWorld, { accountId, containerName }: ServiceTarget): void {
  if (world.lake.find(accountId, containerName) === undefined) {
    world.lake.create(accountId, containerName, {});
  }
}
