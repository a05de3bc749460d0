import { isResourceId, resourceIdForm } from '../../contract';
import { problemsOf, whenConcrete } from './concrete';

/**
 * Problem of an id as Azure Resource Manager would see it, starting with the prop that holds it.
 *
 * @param type such as `Microsoft.Storage/storageAccounts` or, for a child, `Microsoft.Network/virtualNetworks/subnets`
 */
export function resourceIdProblem(prop: string, type: string, value: string | undefined): string[] {
  const problem = whenConcrete(value, (id) =>
    isResourceId(type, id)
      ? undefined
      : `'${prop}' must be the resource id of a ${type}, ${resourceIdForm(type)}, got '${id}'`,
  );
  return problemsOf(problem);
}

/** Name of a resource, the last segment of its id. */
export function nameInResourceId(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1);
}
