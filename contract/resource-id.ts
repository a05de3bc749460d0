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
