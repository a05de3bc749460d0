import { randomUUID } from 'node:crypto';
import type { ResourceStore } from '../domain/resource-store';
import { parseResourceId } from './resource-id';
import {
  type Body,
  type Problem,
  properties,
  record,
  type ResourceType,
  shown,
  type Write,
} from './resource-type';

const INSIGHTS = 'Microsoft.Insights';

/** Logs and alerts: they are kept and answered, and nothing is logged. */
export function monitorTypes(store: ResourceStore): readonly ResourceType[] {
  return [
    {
      type: 'Microsoft.OperationalInsights/workspaces',
      nameKind: 'logAnalyticsWorkspace',
      located: true,
      longRunning: true,
      complete: ({ body, previous }) => ({
        ...body,
        properties: {
          ...properties(body),
          provisioningState: 'Succeeded',
          customerId: properties(previous)['customerId'] ?? randomUUID(),
        },
      }),
    },
    {
      type: `${INSIGHTS}/diagnosticSettings`,
      created: 200,
      problems: (write) => settingProblems(write, store),
    },
    { type: `${INSIGHTS}/actionGroups`, nameKind: 'actionGroup', located: true },
    { type: `${INSIGHTS}/activityLogAlerts`, located: true },
    { type: `${INSIGHTS}/metricAlerts`, located: true, created: 200 },
    {
      type: `${INSIGHTS}/scheduledQueryRules`,
      located: true,
      problems: ({ body }) => scopeProblems(properties(body)['scopes'], store),
    },
  ];
}

/** What can be sent to logs, by the type of what sends it. */
const CATEGORIES: Readonly<Record<string, readonly string[]>> = {
  'microsoft.healthcareapis/workspaces/dicomservices': ['AuditLogs', 'DiagnosticLogs', 'AllMetrics'],
  'microsoft.storage/storageaccounts': ['Transaction', 'Capacity', 'AllMetrics'],
  'microsoft.storage/storageaccounts/blobservices': [
    'StorageRead',
    'StorageWrite',
    'StorageDelete',
    'Transaction',
    'Capacity',
    'AllMetrics',
  ],
};

function settingProblems({ resource, body }: Write, store: ResourceStore): readonly Problem[] {
  const setting = properties(body);
  const type = parseResourceId(resource.parentId)?.type ?? '';
  const allowed = CATEGORIES[type.toLowerCase()] ?? [];
  const asked = ['logs', 'metrics']
    .flatMap((key) => listOf(setting[key]))
    .map(({ category }) => String(category));
  const { workspaceId, storageAccountId } = setting;
  return [
    ...asked
      .filter((category) => !allowed.includes(category))
      .map((category) => ({
        code: 'BadRequest',
        message: `Category '${category}' is not supported by a ${type}; it has ${allowed.join(', ') || 'none'}.`,
      })),
    ...(typeof workspaceId === 'string' ? scopeProblems([workspaceId], store) : []),
    ...(typeof storageAccountId === 'string' && isBelow(resource.id, storageAccountId)
      ? [{ code: 'BadRequest', message: 'A storage account cannot keep its own logs.' }]
      : []),
  ];
}

function scopeProblems(scopes: unknown, store: ResourceStore): readonly Problem[] {
  const ids = Array.isArray(scopes) ? scopes : [scopes];
  return ids
    .filter((id) => typeof id !== 'string' || store.get(id) === undefined)
    .map((id) => ({ code: 'BadRequest', message: `The resource ${shown(id)} does not exist.` }));
}

function isBelow(id: string, parentId: string): boolean {
  return id.toLowerCase().startsWith(`${parentId.toLowerCase()}/`);
}

function listOf(value: unknown): readonly Body[] {
  return Array.isArray(value) ? value.map(record) : [];
}
