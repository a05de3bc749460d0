import type { RoleBook } from '../domain/role-book';
import { ServiceFault } from '../fault';
import type { HttpResponse } from '../http/exchange';
import { jsonResponse } from '../http/json-response';
import type { ArmCall } from './arm-call';
import type { ArmResources } from './arm-resources';
import { accountNameAvailability, permissionsOf, resourceProvider } from './preflight-query';
import { jsonBody } from './request-content';
import { shown } from './resource-type';

const STORAGE_ACCOUNTS = 'Microsoft.Storage/storageAccounts';

/** Answers what is asked before anything is made. */
export async function answerPreflight(
  call: ArmCall,
  resources: ArmResources,
  roles: RoleBook,
): Promise<HttpResponse | undefined> {
  const { request, path, caller } = call;
  const [, subscriptionId = '', namespace] =
    /^\/subscriptions\/([^/]+)\/providers\/([^/]+)$/i.exec(path) ?? [];
  if (request.method === 'GET' && namespace !== undefined) {
    const found = resourceProvider(subscriptionId, namespace, resources.types);
    return found === undefined ? undefined : jsonResponse(200, found);
  }
  const [, subscription = '', registered] =
    /^\/subscriptions\/([^/]+)\/providers\/([^/]+)\/register$/i.exec(path) ?? [];
  if (request.method === 'POST' && registered !== undefined) {
    const found = resourceProvider(subscription, registered, resources.types);
    if (found === undefined) return undefined;
    call.demand(`${registered}/register/action`, `/subscriptions/${subscription}`);
    return jsonResponse(200, found);
  }
  const group =
    /^(\/subscriptions\/[^/]+\/resourceGroups\/[^/]+)\/providers\/Microsoft\.Authorization\/permissions$/i.exec(
      path,
    )?.[1];
  if (request.method === 'GET' && group !== undefined) {
    call.demand('Microsoft.Authorization/permissions/read', group);
    resources.checkParent({ parentId: group, type: '' });
    return jsonResponse(200, permissionsOf(roles.rolesAt(caller, group)));
  }
  const storage = /^(\/subscriptions\/[^/]+)\/providers\/Microsoft\.Storage\/checkNameAvailability$/i.exec(
    path,
  )?.[1];
  if (request.method !== 'POST' || storage === undefined) return undefined;
  call.demand('Microsoft.Storage/checkNameAvailability/read', storage);
  const { name } = await jsonBody(request);
  if (typeof name !== 'string') {
    throw new ServiceFault(400, 'InvalidRequestContent', `name must be a text, got ${shown(name)}.`);
  }
  const id = `${storage}/resourceGroups/-/providers/${STORAGE_ACCOUNTS}/${name}`;
  const type = resources.typeOf(STORAGE_ACCOUNTS);
  const isTaken =
    type !== undefined &&
    resources.isTakenElsewhere(type, { id, name, type: STORAGE_ACCOUNTS, parentId: '' });
  return jsonResponse(200, accountNameAvailability(name, isTaken));
}
