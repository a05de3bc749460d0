import { isAnyResourceId, isResourceId, resourceIdForm } from '../../contract';
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

/** The same for a resource of whatever type, in a resource group. */
export function anyResourceIdProblem(prop: string, value: string): string[] {
  const problem = whenConcrete(value, (id) =>
    isAnyResourceId(id)
      ? undefined
      : `'${prop}' must be the resource id of one Azure resource, ` +
        `/subscriptions/…/resourceGroups/…/providers/…, got '${id}'`,
  );
  return problemsOf(problem);
}

/** Problem of an id, or of a name given beside it that is not the one in the id. */
export function idAndNameProblems(
  type: string,
  id: { readonly prop: string; readonly value: string },
  name: { readonly prop: string; readonly value: string },
): string[] {
  const idProblems = resourceIdProblem(id.prop, type, id.value);
  if (idProblems.length > 0) return idProblems;
  const mismatch = whenConcrete(id.value, (known) =>
    whenConcrete(name.value, (given) =>
      nameInResourceId(known).toLowerCase() === given.toLowerCase()
        ? undefined
        : `'${name.prop}' must be the name in '${id.prop}', '${nameInResourceId(known)}', got '${given}'`,
    ),
  );
  return problemsOf(mismatch);
}

/** Name of a resource, the last segment of its id. */
export function nameInResourceId(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1);
}
