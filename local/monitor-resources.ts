import type { ArgumentReader } from './argument-reader';
import type { ArmResource } from './arm-client';
import {
  groupId,
  type AzurermResource,
  type PreparedResource,
  type ProviderSettings,
} from './prepared-resource';

const LOGS_API = '2022-10-01';
const SETTINGS_API = '2021-05-01-preview';
const GROUPS_API = '2023-01-01';
const ACTIVITY_API = '2020-10-01';
const METRICS_API = '2018-03-01';
const QUERIES_API = '2023-03-15-preview';

/** Logs and alerts. */
export const MONITOR_RESOURCES: Readonly<Record<string, AzurermResource>> = {
  azurerm_log_analytics_workspace: { attributes: ['id', 'name'], prepare: prepareLogs },
  azurerm_monitor_diagnostic_setting: { attributes: ['id', 'name'], prepare: prepareSetting },
  azurerm_monitor_action_group: { attributes: ['id', 'name'], prepare: prepareActionGroup },
  azurerm_monitor_activity_log_alert: { attributes: ['id', 'name'], prepare: prepareActivityAlert },
  azurerm_monitor_metric_alert: { attributes: ['id', 'name'], prepare: prepareMetricAlert },
  azurerm_monitor_scheduled_query_rules_alert_v2: { attributes: ['id', 'name'], prepare: prepareQueryAlert },
};

function prepareLogs(args: ArgumentReader, { subscriptionId }: ProviderSettings): PreparedResource {
  const name = args.string('name');
  const group = groupId(subscriptionId, args.string('resource_group_name'));
  const id = `${group}/providers/Microsoft.OperationalInsights/workspaces/${name}`;
  const body = {
    location: args.string('location'),
    name,
    properties: {
      features: {
        disableLocalAuth: !args.boolean('local_authentication_enabled', true),
        enableLogAccessUsingOnlyResourcePermissions: args.boolean('allow_resource_only_permissions', true),
      },
      publicNetworkAccessForIngestion: 'Enabled',
      publicNetworkAccessForQuery: 'Enabled',
      retentionInDays: args.optionalNumber('retention_in_days') ?? 30,
      sku: { name: args.optionalString('sku') ?? 'PerGB2018' },
      workspaceCapping: { dailyQuotaGb: args.optionalNumber('daily_quota_gb') ?? -1 },
    },
    tags: args.stringMap('tags'),
  };
  return async (arm) => {
    await arm.put(id, LOGS_API, body);
    return { id, name };
  };
}

function prepareSetting(args: ArgumentReader): PreparedResource {
  const name = args.string('name');
  const id = `${args.string('target_resource_id')}/providers/Microsoft.Insights/diagnosticSettings/${name}`;
  const enabled = (block: string): ArmResource[] =>
    args.blocks(block).map((one) => ({ category: one.string('category'), enabled: true }));
  const properties = {
    logs: enabled('enabled_log'),
    metrics: enabled('enabled_metric'),
    workspaceId: args.string('log_analytics_workspace_id'),
  };
  return async (arm) => {
    await arm.put(id, SETTINGS_API, { properties });
    return { id, name };
  };
}

function prepareActionGroup(args: ArgumentReader, { subscriptionId }: ProviderSettings): PreparedResource {
  const name = args.string('name');
  const id = `${groupId(subscriptionId, args.string('resource_group_name'))}/providers/Microsoft.Insights/actionGroups/${name}`;
  const emailReceivers = args.blocks('email_receiver').map((receiver) => ({
    emailAddress: receiver.string('email_address'),
    name: receiver.string('name'),
    useCommonAlertSchema: receiver.boolean('use_common_alert_schema', false),
  }));
  const body = {
    location: args.optionalString('location') ?? 'global',
    properties: {
      armRoleReceivers: [],
      automationRunbookReceivers: [],
      azureAppPushReceivers: [],
      azureFunctionReceivers: [],
      emailReceivers,
      enabled: args.boolean('enabled', true),
      eventHubReceivers: [],
      groupShortName: args.string('short_name'),
      itsmReceivers: [],
      logicAppReceivers: [],
      smsReceivers: [],
      voiceReceivers: [],
      webhookReceivers: [],
    },
    tags: args.stringMap('tags'),
  };
  return async (arm) => {
    await arm.put(id, GROUPS_API, body);
    return { id, name };
  };
}

function prepareActivityAlert(args: ArgumentReader, { subscriptionId }: ProviderSettings): PreparedResource {
  const name = args.string('name');
  const id = `${groupId(subscriptionId, args.string('resource_group_name'))}/providers/Microsoft.Insights/activityLogAlerts/${name}`;
  const actionGroups = args.blocks('action').map((action) => ({
    actionGroupId: action.string('action_group_id'),
    webhookProperties: action.stringMap('webhook_properties'),
  }));
  const criteria = args.block('criteria');
  const body = {
    location: args.string('location'),
    properties: {
      actions: { actionGroups },
      condition: { allOf: criteria === undefined ? [] : conditions(criteria) },
      description: args.optionalString('description') ?? '',
      enabled: args.boolean('enabled', true),
      scopes: args.strings('scopes'),
    },
    tags: args.stringMap('tags'),
  };
  return async (arm) => {
    await arm.put(id, ACTIVITY_API, body);
    return { id, name };
  };
}

function conditions(criteria: ArgumentReader): ArmResource[] {
  const operation = criteria.optionalString('operation_name');
  const health = criteria.block('resource_health');
  const current = health?.strings('current') ?? [];
  return [
    { equals: criteria.string('category'), field: 'category' },
    ...(operation === undefined ? [] : [{ equals: operation, field: 'operationName' }]),
    ...(current.length === 0
      ? []
      : [{ anyOf: current.map((state) => ({ equals: state, field: 'properties.currentHealthStatus' })) }]),
  ];
}

function prepareMetricAlert(args: ArgumentReader, { subscriptionId }: ProviderSettings): PreparedResource {
  const name = args.string('name');
  const id = `${groupId(subscriptionId, args.string('resource_group_name'))}/providers/Microsoft.Insights/metricAlerts/${name}`;
  const actions = args.blocks('action').map((action) => ({
    actionGroupId: action.string('action_group_id'),
    webHookProperties: action.stringMap('webhook_properties'),
  }));
  const body = {
    location: 'global',
    properties: {
      actions,
      autoMitigate: args.boolean('auto_mitigate', true),
      criteria: {
        allOf: args.blocks('criteria').map(metricCriterion),
        'odata.type': 'Microsoft.Azure.Monitor.MultipleResourceMultipleMetricCriteria',
      },
      description: args.optionalString('description') ?? '',
      enabled: args.boolean('enabled', true),
      evaluationFrequency: args.optionalString('frequency') ?? 'PT1M',
      scopes: args.strings('scopes'),
      severity: args.optionalNumber('severity') ?? 3,
      targetResourceRegion: args.optionalString('target_resource_location') ?? '',
      targetResourceType: args.optionalString('target_resource_type') ?? '',
      windowSize: args.optionalString('window_size') ?? 'PT5M',
    },
    tags: args.stringMap('tags'),
  };
  return async (arm) => {
    await arm.put(id, METRICS_API, body);
    return { id, name };
  };
}

function metricCriterion(args: ArgumentReader, index: number): ArmResource {
  const dimensions = args.blocks('dimension').map((dimension) => ({
    name: dimension.string('name'),
    operator: dimension.string('operator'),
    values: dimension.strings('values'),
  }));
  return {
    criterionType: 'StaticThresholdCriterion',
    dimensions,
    metricName: args.string('metric_name'),
    metricNamespace: args.string('metric_namespace'),
    name: `Metric${index + 1}`,
    operator: args.string('operator'),
    skipMetricValidation: args.boolean('skip_metric_validation', false),
    threshold: args.optionalNumber('threshold'),
    timeAggregation: args.string('aggregation'),
  };
}

function prepareQueryAlert(
  args: ArgumentReader,
  { subscriptionId, major }: ProviderSettings,
): PreparedResource {
  const name = args.string('name');
  const id = `${groupId(subscriptionId, args.string('resource_group_name'))}/providers/Microsoft.Insights/scheduledQueryRules/${name}`;
  const action = args.block('action');
  const tags = args.stringMap('tags');
  // What is not configured the provider sends as null, unlike for other resources.
  const body = {
    kind: 'LogAlert',
    location: args.string('location'),
    properties: {
      ...(action === undefined
        ? {}
        : {
            actions: {
              actionGroups: action.strings('action_groups'),
              ...(major === 4 ? {} : { actionProperties: {} }),
              customProperties: action.stringMap('custom_properties'),
            },
          }),
      autoMitigate: args.boolean('auto_mitigation_enabled', false),
      checkWorkspaceAlertsStorageConfigured: args.boolean('workspace_alerts_storage_enabled', false),
      criteria: { allOf: args.blocks('criteria').map(criterion) },
      description: args.optionalString('description') ?? '',
      enabled: args.boolean('enabled', true),
      evaluationFrequency: args.string('evaluation_frequency'),
      scopes: args.strings('scopes'),
      severity: args.optionalNumber('severity'),
      skipQueryValidation: args.boolean('skip_query_validation', false),
      targetResourceTypes: null,
      windowSize: args.string('window_duration'),
    },
    tags: Object.keys(tags).length === 0 ? null : tags,
  };
  return async (arm) => {
    await arm.put(id, QUERIES_API, body);
    return { id, name };
  };
}

function criterion(args: ArgumentReader): ArmResource {
  const column = args.optionalString('metric_measure_column');
  return {
    dimensions: [],
    ...(column === undefined ? {} : { metricMeasureColumn: column }),
    operator: args.string('operator'),
    query: args.string('query'),
    threshold: args.optionalNumber('threshold'),
    timeAggregation: args.string('time_aggregation_method'),
  };
}
