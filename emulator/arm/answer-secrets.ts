import { ServiceFault } from '../fault';
import type { HttpResponse } from '../http/exchange';
import { jsonResponse } from '../http/json-response';
import type { ArmCall } from './arm-call';
import type { ArmResources } from './arm-resources';
import { JOBS } from './container-types';
import { properties } from './resource-type';

const NO_KEY = Buffer.from('no key of the emulator opens anything').toString('base64');

/** Keys of a storage account, base64. */
export type AccountKeys = (accountId: string) => readonly string[];

/** Answers what asks for the keys and secrets of a resource. */
export function answerSecrets(
  call: ArmCall,
  resources: ArmResources,
  accountKeys: AccountKeys,
): HttpResponse | undefined {
  const { request, path } = call;
  const logs = /^(.*\/Microsoft\.OperationalInsights\/workspaces\/[^/]+)\/sharedKeys$/i.exec(path)?.[1];
  if (request.method === 'POST' && logs !== undefined) {
    call.demand('Microsoft.OperationalInsights/workspaces/sharedKeys/action', logs);
    resources.stored(logs);
    return jsonResponse(200, { primarySharedKey: NO_KEY, secondarySharedKey: NO_KEY });
  }
  const job = /^(.*\/Microsoft\.App\/jobs\/[^/]+)\/listSecrets$/i.exec(path)?.[1];
  if (request.method === 'POST' && job !== undefined) {
    call.demand(`${JOBS}/listSecrets/action`, job);
    resources.stored(job);
    return jsonResponse(200, { value: [] });
  }
  const account = /^(.*\/Microsoft\.Storage\/storageAccounts\/[^/]+)\/listKeys$/i.exec(path)?.[1];
  if (request.method !== 'POST' || account === undefined) return undefined;
  call.demand('Microsoft.Storage/storageAccounts/listKeys/action', account);
  if (properties(resources.stored(account).body)['allowSharedKeyAccess'] === false) {
    throw new ServiceFault(
      403,
      'KeyBasedAuthenticationNotPermitted',
      'Key based authentication is not permitted on this storage account.',
    );
  }
  return jsonResponse(200, {
    keys: accountKeys(account).map((value, at) => ({
      keyName: `key${at + 1}`,
      value,
      permissions: 'FULL',
    })),
  });
}
