import type { HttpResponse } from '../http/exchange';
import type { StorageCall, StorageOperation } from './storage-operation';
import { getUserDelegationKey } from './user-delegation-key';
import { document, element, elements } from './xml';

/** What concerns a whole storage account. */
export const SERVICE_OPERATIONS: readonly StorageOperation[] = [
  {
    name: 'Get Blob Service Properties',
    dialect: 'blob',
    method: 'GET',
    level: 'service',
    shape: { restype: 'service', comp: 'properties' },
    permission: { on: 'container', verb: 'read' },
    run: getServiceProperties,
  },
  {
    name: 'Get User Delegation Key',
    dialect: 'blob',
    method: 'POST',
    level: 'service',
    shape: { restype: 'service', comp: 'userdelegationkey' },
    permission: { on: 'account', verb: 'generateUserDelegationKey/action' },
    run: getUserDelegationKey,
  },
];

function getServiceProperties({ account }: StorageCall): HttpResponse {
  const days = account.deletedFileRetentionDays;
  const retention = elements({ Enabled: String(days > 0), ...(days > 0 ? { Days: String(days) } : {}) });
  return {
    status: 200,
    headers: { 'Content-Type': 'application/xml' },
    body: document(
      element('StorageServiceProperties', element('Cors', '') + element('DeleteRetentionPolicy', retention)),
    ),
  };
}
