/** Where a resource of a resource group is. */
export interface ResourceIdParts {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  /** Name of the resource, without those of its parents. */
  readonly name: string;
}

const RESOURCE_ID = /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\/providers\/.+\/([^/]+)$/i;

/** @param id of a resource in a resource group; other texts have no parts */
export function readResourceId(id: string): ResourceIdParts | undefined {
  const [, subscriptionId, resourceGroup, name] = RESOURCE_ID.exec(id) ?? [];
  if (subscriptionId === undefined || resourceGroup === undefined || name === undefined) return undefined;
  return { subscriptionId, resourceGroup, name };
}

/** A name in an id. No `*`: a storage firewall would take it for every resource there is. */
const SEGMENT = '[^/?#*\\s]+';

const ANY_RESOURCE_ID = new RegExp(
  `^/subscriptions/${SEGMENT}/resourceGroups/${SEGMENT}/providers(/${SEGMENT}){3,}$`,
  'i',
);

/** Whether a text is the id of one resource of a resource group, of whatever type. */
export function isAnyResourceId(id: string): boolean {
  return ANY_RESOURCE_ID.test(id);
}

/**
 * Whether a text is the id of a resource of a type; case does not count.
 *
 * @param type such as `Microsoft.Storage/storageAccounts` or, for a child, `Microsoft.Network/virtualNetworks/subnets`
 */
export function isResourceId(type: string, id: string): boolean {
  const pattern = resourceIdForm(type).replaceAll('.', '\\.').replaceAll('…', SEGMENT);
  return new RegExp(`^${pattern}$`, 'i').test(id);
}

/** The id of a resource of a type with `…` for every name. */
export function resourceIdForm(type: string): string {
  const [namespace = '', ...kinds] = type.split('/');
  const tail = kinds.map((kind) => `/${kind}/…`).join('');
  return `/subscriptions/…/resourceGroups/…/providers/${namespace}${tail}`;
}

/** ARM id of a container of a storage account, such as that of a lake. */
export function containerIdOf(lake: {
  readonly storageAccountId: string;
  readonly containerName: string;
}): string {
  return `${lake.storageAccountId}/blobServices/default/containers/${lake.containerName}`;
}
