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

/** Logs and alerts: they are kept and answered. Storage accounts log what settings ask for; no alert ever fires. */
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
    {
      type: `${INSIGHTS}/activityLogAlerts`,
      located: true,
      problems: ({ body }) =>
        alertProblems(body, listOf(record(properties(body)['actions'])['actionGroups']), store),
    },
    {
      type: `${INSIGHTS}/metricAlerts`,
      located: true,
      created: 200,
      problems: ({ body }) => alertProblems(body, listOf(properties(body)['actions']), store),
    },
    {
      type: `${INSIGHTS}/scheduledQueryRules`,
      located: true,
      problems: ({ body }) => {
        const { actionGroups } = record(properties(body)['actions']);
        const actions = (Array.isArray(actionGroups) ? actionGroups : []).map((id) => ({
          actionGroupId: id as unknown,
        }));
        return alertProblems(body, actions, store);
      },
    },
  ];
}

interface Categories {
  readonly logs: readonly string[];
  readonly metrics: readonly string[];
}

const BLOB_METRICS = ['Transaction', 'Capacity', 'AllMetrics'];

/** What can be sent to logs, by the type of what sends it. An account as such has no logs, its services have. */
const CATEGORIES: Readonly<Record<string, Categories>> = {
  'microsoft.app/managedenvironments': {
    logs: ['ContainerAppConsoleLogs', 'ContainerAppSystemLogs'],
    metrics: ['AllMetrics'],
  },
  'microsoft.healthcareapis/workspaces/dicomservices': {
    logs: ['AuditLogs', 'DiagnosticLogs'],
    metrics: ['AllMetrics'],
  },
  'microsoft.storage/storageaccounts': { logs: [], metrics: BLOB_METRICS },
  'microsoft.storage/storageaccounts/blobservices': {
    logs: ['StorageRead', 'StorageWrite', 'StorageDelete'],
    metrics: BLOB_METRICS,
  },
};

/**
 * Groups of log categories.
 *
 * @see https://learn.microsoft.com/azure/azure-monitor/platform/diagnostic-settings#category-groups
 */
const CATEGORY_GROUPS = ['allLogs', 'audit'];

const DESTINATIONS = [
  'workspaceId',
  'storageAccountId',
  'eventHubAuthorizationRuleId',
  'marketplacePartnerId',
];

function settingProblems({ resource, body }: Write, store: ResourceStore): readonly Problem[] {
  const setting = properties(body);
  const { workspaceId, storageAccountId } = setting;
  return [
    ...categoryProblems(setting, parseResourceId(resource.parentId)?.type ?? ''),
    ...(DESTINATIONS.some((destination) => typeof setting[destination] === 'string')
      ? []
      : [
          {
            code: 'BadRequest',
            message: `At least one of ${DESTINATIONS.join(', ')} must be given, got none.`,
          },
        ]),
    ...(typeof workspaceId === 'string' ? scopeProblems([workspaceId], store) : []),
    ...(typeof storageAccountId === 'string' && isBelow(resource.id, storageAccountId)
      ? [{ code: 'BadRequest', message: 'A storage account cannot keep its own logs.' }]
      : []),
  ];
}

/** What an alert watches and whom it tells has to be there; a whole subscription may be watched. */
function alertProblems(body: Body, actions: readonly Body[], store: ResourceStore): readonly Problem[] {
  const { scopes } = properties(body);
  const watched = Array.isArray(scopes) ? (scopes as readonly unknown[]) : [];
  return [
    ...(watched.length === 0
      ? [
          {
            code: 'BadRequest',
            message: `properties.scopes must name at least one resource, got ${shown(scopes)}.`,
          },
        ]
      : []),
    ...scopeProblems(
      watched.filter((id) => typeof id !== 'string' || !SUBSCRIPTION.test(id)),
      store,
    ),
    ...actions
      .map(({ actionGroupId }) => actionGroupId)
      .filter((id) => typeof id !== 'string' || !ACTION_GROUP.test(id) || store.get(id) === undefined)
      .map((id) => ({ code: 'BadRequest', message: `The action group ${shown(id)} does not exist.` })),
  ];
}

const SUBSCRIPTION = /^\/subscriptions\/[^/]+\/?$/i;
const ACTION_GROUP = /\/Microsoft\.Insights\/actionGroups\/[^/]+$/i;

function categoryProblems(setting: Body, type: string): readonly Problem[] {
  const { logs, metrics } = CATEGORIES[type.toLowerCase()] ?? { logs: [], metrics: [] };
  const problemsOf = (noun: string, asked: unknown, allowed: readonly string[]): readonly Problem[] =>
    listOf(asked)
      .filter(({ categoryGroup }) => typeof categoryGroup !== 'string')
      .map(({ category }) => category)
      .filter((category) => typeof category !== 'string' || !allowed.includes(category))
      .map((category) => ({
        code: 'BadRequest',
        message: `${noun} category ${named(category)} is not supported by a ${type}; it has ${allowed.join(', ') || 'none'}.`,
      }));
  return [
    ...problemsOf('Log', setting['logs'], logs),
    ...problemsOf('Metric', setting['metrics'], metrics),
    ...groupProblems(setting, logs.length > 0 ? CATEGORY_GROUPS : [], type),
  ];
}

/** Logs are chosen one by one or by groups, never both ways at once; metrics have no groups. */
function groupProblems(setting: Body, allowed: readonly string[], type: string): readonly Problem[] {
  const logs = listOf(setting['logs']);
  const groups = [...logs, ...listOf(setting['metrics'])].flatMap(({ categoryGroup }) =>
    typeof categoryGroup === 'string' ? [categoryGroup] : [],
  );
  const isMixed = groups.length > 0 && logs.some(({ category }) => typeof category === 'string');
  return [
    ...groups
      .filter((group) => !allowed.includes(group))
      .map((group) => ({
        code: 'BadRequest',
        message: `Category group '${group}' is not supported by a ${type}; it has ${allowed.join(', ') || 'none'}.`,
      })),
    ...(isMixed
      ? [
          {
            code: 'BadRequest',
            message: 'Choose logs by category or by categoryGroup, not both ways in one setting.',
          },
        ]
      : []),
  ];
}

function named(category: unknown): string {
  return typeof category === 'string' ? `'${category}'` : shown(category);
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
