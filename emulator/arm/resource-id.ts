/** An ARM id taken apart. */
export interface ResourceId {
  readonly id: string;
  /** Such as `Microsoft.Storage/storageAccounts/blobServices/containers`, as the request spelled it. */
  readonly type: string;
  readonly name: string;
  /** Id of the resource that must exist before this one: the parent, the group or the scope of an extension. */
  readonly parentId: string;
}

const RESOURCE_GROUP = /^(\/subscriptions\/[^/]+)\/resourceGroups\/([^/]+)$/i;

/**
 * Takes apart the id of a resource group, a resource or an extension resource. An extension's id holds two
 * `/providers/`; the last one decides.
 *
 * @returns undefined where the path is no id of a resource, for example that of a collection
 */
export function parseResourceId(path: string): ResourceId | undefined {
  const [, subscription, group] = RESOURCE_GROUP.exec(path) ?? [];
  if (subscription !== undefined && group !== undefined) {
    return { id: path, type: 'Microsoft.Resources/resourceGroups', name: group, parentId: subscription };
  }
  const at = path.toLowerCase().lastIndexOf('/providers/');
  if (at < 0) return undefined;
  const [namespace, ...pairs] = path.slice(at + '/providers/'.length).split('/');
  if (namespace === undefined || pairs.length < 2 || pairs.length % 2 !== 0 || pairs.includes(''))
    return undefined;
  const types = pairs.filter((_, index) => index % 2 === 0);
  const name = pairs.at(-1) ?? '';
  const parentId =
    pairs.length === 2 ? path.slice(0, at) : path.slice(0, path.lastIndexOf(`/${pairs.at(-2) ?? ''}/`));
  return { id: path, type: [namespace, ...types].join('/'), name, parentId };
}

/** The id of a collection, such as that of all role assignments at a scope. */
export interface CollectionId {
  readonly type: string;
  readonly parentId: string;
}

export function parseCollectionId(path: string): CollectionId | undefined {
  const one = parseResourceId(`${path}/x`);
  return one === undefined ? undefined : { type: one.type, parentId: one.parentId };
}
