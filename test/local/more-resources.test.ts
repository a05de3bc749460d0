import { ArgumentReader } from '../../local/argument-reader';
import { AZURERM_RESOURCES } from '../../local/azurerm-resources';
import recorded from './recorded-requests.json';

const SUBSCRIPTION = '44444444-4444-4444-4444-444444444444';
const PROVIDER = {
  subscriptionId: SUBSCRIPTION,
  tenantId: '11111111-1111-1111-1111-111111111111',
  major: 4,
} as const;
const GROUP = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-a`;
const PROVIDERS = `${GROUP}/providers`;
const ACCOUNT = `${PROVIDERS}/Microsoft.Storage/storageAccounts/stacct0001`;
const SERVICE = `${PROVIDERS}/Microsoft.HealthcareApis/workspaces/wsabc/dicomServices/dcm`;
const NETWORK = `${PROVIDERS}/Microsoft.Network/virtualNetworks/vn-a`;
const ZONE = `${PROVIDERS}/Microsoft.Network/privateDnsZones/privatelink.dfs.core.windows.net`;
const ENDPOINT = `${PROVIDERS}/Microsoft.Network/privateEndpoints/pe-a`;
const LOGS = `${PROVIDERS}/Microsoft.OperationalInsights/workspaces/law-a`;
const ACTIONS = `${PROVIDERS}/Microsoft.Insights/actionGroups/ag-a`;
const IN_GROUP = { resource_group_name: 'rg-a' };
const PLACED = { ...IN_GROUP, location: 'westeurope' };

/** Sends what a configuration asks for. The configurations are those that were recorded from azurerm 4.54.0. */
async function requestsFor(type: string, args: Readonly<Record<string, unknown>>) {
  const reader = new ArgumentReader(`${type}.x`, args);
  const send = AZURERM_RESOURCES[type]?.prepare(reader, PROVIDER);
  if (send === undefined) throw new Error(`no such type: ${type}`);
  const requests: { path: string; body: unknown }[] = [];
  await send({
    get: () => Promise.reject(new Error('nothing is read here')),
    put: (path, _apiVersion, body) => {
      requests.push({ path, body: JSON.parse(JSON.stringify(body)) });
      return Promise.resolve({});
    },
  });
  expect(reader.unread()).toEqual([]);
  return requests;
}

test.each<[string, Readonly<Record<string, unknown>>, readonly string[]]>([
  [
    'azurerm_virtual_network',
    { ...PLACED, name: 'vn-a', address_space: ['10.0.0.0/16'], tags: { ver: '1' } },
    [NETWORK],
  ],
  [
    'azurerm_subnet',
    { ...IN_GROUP, name: 'sn-a', virtual_network_name: 'vn-a', address_prefixes: ['10.0.1.0/24'] },
    [`${NETWORK}/subnets/sn-a`],
  ],
  ['azurerm_private_dns_zone', { ...IN_GROUP, name: 'privatelink.dfs.core.windows.net' }, [ZONE]],
  [
    'azurerm_private_dns_zone_virtual_network_link',
    {
      ...IN_GROUP,
      name: 'zl-a',
      private_dns_zone_name: 'privatelink.dfs.core.windows.net',
      virtual_network_id: NETWORK,
    },
    [`${ZONE}/virtualNetworkLinks/zl-a`],
  ],
  [
    'azurerm_private_dns_zone_virtual_network_link',
    { name: 'zl-a', private_dns_zone_id: ZONE, virtual_network_id: NETWORK },
    [`${ZONE}/virtualNetworkLinks/zl-a`],
  ],
  [
    'azurerm_private_endpoint',
    {
      ...PLACED,
      name: 'pe-a',
      subnet_id: `${NETWORK}/subnets/sn-a`,
      private_service_connection: {
        name: 'psc',
        private_connection_resource_id: ACCOUNT,
        subresource_names: ['dfs'],
        is_manual_connection: false,
      },
      private_dns_zone_group: { name: 'zg', private_dns_zone_ids: [ZONE] },
    },
    [ENDPOINT, `${ENDPOINT}/privateDnsZoneGroups/zg`],
  ],
  [
    'azurerm_log_analytics_workspace',
    { ...PLACED, name: 'law-a', sku: 'PerGB2018', retention_in_days: 31 },
    [LOGS],
  ],
  [
    'azurerm_monitor_diagnostic_setting',
    {
      name: 'diag',
      target_resource_id: SERVICE,
      log_analytics_workspace_id: LOGS,
      enabled_log: [{ category: 'AuditLogs' }],
      enabled_metric: [{ category: 'AllMetrics' }],
    },
    [`${SERVICE}/providers/Microsoft.Insights/diagnosticSettings/diag`],
  ],
  [
    'azurerm_monitor_action_group',
    {
      ...IN_GROUP,
      name: 'ag-a',
      short_name: 'ag',
      email_receiver: [{ name: 'ops', email_address: 'ops@example.com' }],
    },
    [ACTIONS],
  ],
  [
    'azurerm_monitor_activity_log_alert',
    {
      ...IN_GROUP,
      name: 'ala-a',
      location: 'global',
      scopes: [ACCOUNT],
      criteria: { category: 'Administrative', operation_name: 'Microsoft.Storage/storageAccounts/delete' },
      action: [{ action_group_id: ACTIONS }],
    },
    [`${PROVIDERS}/Microsoft.Insights/activityLogAlerts/ala-a`],
  ],
  [
    'azurerm_monitor_metric_alert',
    {
      ...IN_GROUP,
      name: 'ma-a',
      scopes: [ACCOUNT],
      criteria: [
        {
          metric_namespace: 'Microsoft.Storage/storageAccounts',
          metric_name: 'Availability',
          aggregation: 'Average',
          operator: 'LessThan',
          threshold: 99,
        },
      ],
      action: [{ action_group_id: ACTIONS }],
    },
    [`${PROVIDERS}/Microsoft.Insights/metricAlerts/ma-a`],
  ],
  [
    'azurerm_storage_blob_inventory_policy',
    {
      storage_account_id: ACCOUNT,
      rules: [
        {
          name: 'inv1',
          storage_container_name: 'dicom',
          format: 'Csv',
          schedule: 'Daily',
          scope: 'Blob',
          schema_fields: ['Name', 'Last-Modified', 'Content-Length'],
          filter: { blob_types: ['blockBlob'], prefix_match: ['dicom/'] },
        },
      ],
    },
    [`${ACCOUNT}/inventoryPolicies/default`],
  ],
  [
    'azurerm_management_lock',
    { name: 'nodelete', scope: ACCOUNT, lock_level: 'CanNotDelete', notes: 'keep' },
    [`${ACCOUNT}/providers/Microsoft.Authorization/locks/nodelete`],
  ],
])('%s sends what the provider was recorded to send', async (type, args, paths) => {
  const requests = await requestsFor(type, args);
  expect(requests.map(({ path }) => path)).toEqual(paths);
  for (const { path, body } of requests) {
    expect(body).toEqual(recorded.find((one) => one.path === path)?.body);
  }
});

test('a wait for roles is understood and not waited for', async () => {
  expect(
    await requestsFor('time_sleep', { create_duration: '30m', triggers: { role_assignment: 'x' } }),
  ).toEqual([]);
});
