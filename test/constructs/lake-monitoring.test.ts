import type { TerraformStack } from 'cdktf';
import {
  ActionGroup,
  DicomService,
  LakeMonitoring,
  LogAnalyticsWorkspace,
  type LakeMonitoringProps,
} from '../../constructs';
import { emptyStack, RESOURCE_GROUP, surroundings, unknownNumber, unknownString } from '../support/stack';
import { addressesOf, onlyResource, predecessorsOf, resourcesOf, synth } from '../support/synth';

const LOGS_ID = `${RESOURCE_GROUP.id}/providers/Microsoft.OperationalInsights/workspaces/central-logs`;
const GROUP_ID = `${RESOURCE_GROUP.id}/providers/Microsoft.Insights/actionGroups/on-call`;
const ALERT = 'azurerm_monitor_scheduled_query_rules_alert_v2';

function serviceIn(stack: TerraformStack): DicomService {
  return new DicomService(stack, 'Images', { ...surroundings(stack), dicomServiceName: 'images' });
}

function monitoringIn(stack: TerraformStack, props: Partial<LakeMonitoringProps> = {}): LakeMonitoring {
  const dicomService = props.dicomService ?? serviceIn(stack);
  return new LakeMonitoring(stack, 'Monitoring', { resourceGroup: RESOURCE_GROUP, ...props, dicomService });
}

function alertNamed(stack: TerraformStack, name: string) {
  const alert = resourcesOf(synth(stack), ALERT).find((one) => one['name'] === name);
  if (alert === undefined) throw new Error(`there is no alert ${name}`);
  return alert;
}

function queryOf(stack: TerraformStack, name: string): string {
  const [criterion] = alertNamed(stack, name)['criteria'] as readonly { readonly query: string }[];
  return criterion?.query ?? '';
}

test('one line turns on logs of the service and its lake, and four alerts', () => {
  const stack = emptyStack();
  monitoringIn(stack);
  const added = addressesOf(synth(stack)).filter((address) => address.includes('.Monitoring_'));
  expect(added.map((address) => address.split('.')[0])).toEqual([
    'azurerm_log_analytics_workspace',
    'azurerm_monitor_activity_log_alert',
    'azurerm_monitor_diagnostic_setting',
    'azurerm_monitor_diagnostic_setting',
    ALERT,
    ALERT,
    ALERT,
  ]);
});

test('the workspace for logs takes Entra identities only', () => {
  const stack = emptyStack();
  monitoringIn(stack);
  expect(onlyResource(synth(stack), 'azurerm_log_analytics_workspace')).toEqual({
    name: 'demohealth-images-logs',
    resource_group_name: 'imaging',
    location: 'westeurope',
    sku: 'PerGB2018',
    retention_in_days: 90,
    local_authentication_enabled: false,
  });
});

test('the logs are those of the service and of writes and deletions in the lake', () => {
  const stack = emptyStack();
  monitoringIn(stack);
  const workspace = expect.stringMatching(/^\$\{azurerm_log_analytics_workspace\.\w+\.id\}$/) as string;
  expect(resourcesOf(synth(stack), 'azurerm_monitor_diagnostic_setting')).toEqual([
    {
      name: 'dicom-lake-demohealth-images',
      target_resource_id: expect.stringMatching(
        /^\$\{azurerm_storage_account\.\w+\.id\}\/blobServices\/default$/,
      ) as string,
      log_analytics_workspace_id: workspace,
      enabled_log: [{ category: 'StorageWrite' }, { category: 'StorageDelete' }],
      enabled_metric: [{ category: 'Transaction' }],
    },
    {
      name: 'dicom-lake',
      target_resource_id: expect.stringMatching(
        /^\$\{azurerm_healthcare_dicom_service\.\w+\.id\}$/,
      ) as string,
      log_analytics_workspace_id: workspace,
      enabled_log: [{ category: 'AuditLogs' }, { category: 'DiagnosticLogs' }],
      enabled_metric: [{ category: 'AllMetrics' }],
    },
  ]);
});

test('reads are logged where they are asked for', () => {
  const stack = emptyStack();
  monitoringIn(stack, { logReads: true });
  expect(resourcesOf(synth(stack), 'azurerm_monitor_diagnostic_setting')[0]?.['enabled_log']).toEqual([
    { category: 'StorageRead' },
    { category: 'StorageWrite' },
    { category: 'StorageDelete' },
  ]);
});

test('Resource Health of the service is watched whatever the cause', () => {
  const stack = emptyStack();
  monitoringIn(stack, { emailAddresses: ['pacs@example.org'] });
  expect(onlyResource(synth(stack), 'azurerm_monitor_activity_log_alert')).toMatchObject({
    location: 'global',
    scopes: [expect.stringMatching(/^\$\{azurerm_healthcare_dicom_service\.\w+\.id\}$/)],
    criteria: { category: 'ResourceHealth', resource_health: { current: ['Degraded', 'Unavailable'] } },
    action: [
      { action_group_id: expect.stringMatching(/^\$\{azurerm_monitor_action_group\.\w+\.id\}$/) as string },
    ],
  });
});

test('an answer of 424 by this service is an alert', () => {
  const stack = emptyStack();
  monitoringIn(stack);
  expect(queryOf(stack, 'demohealth-images-failed-dependency')).toMatch(
    /^AHDSDicomAuditLogs\n\| where _ResourceId =~ "\$\{azurerm_healthcare_dicom_service\.\w+\.id\}"\n\| where StatusCode == 424$/,
  );
  expect(alertNamed(stack, 'demohealth-images-failed-dependency')).toMatchObject({
    severity: 0,
    evaluation_frequency: 'PT5M',
    window_duration: 'PT15M',
    auto_mitigation_enabled: true,
    skip_query_validation: true,
    criteria: [{ time_aggregation_method: 'Count', operator: 'GreaterThan', threshold: 0 }],
  });
});

test('a refusal of the service by its lake is an alert, for each of its identities', () => {
  const stack = emptyStack();
  const { workspace, lake, identity } = surroundings(stack);
  const dicomService = new DicomService(stack, 'Images', {
    workspace,
    lake,
    identity,
    dicomServiceName: 'images',
    systemAssignedIdentity: true,
  });
  monitoringIn(stack, { dicomService });
  expect(queryOf(stack, 'demohealth-images-refused-service')).toMatch(
    /^StorageBlobLogs\n\| where AccountName =~ "demolake"\n\| where RequesterObjectId in~ \("\$\{azurerm_user_assigned_identity\.\w+\.principal_id\}", "\$\{azurerm_healthcare_dicom_service\.\w+\.identity\[0\]\.principal_id\}"\)\n\| where StatusCode == "403" or StatusCode == "401"$/,
  );
});

test('no health file in 15 minutes is an alert, and the query answers a row where there is none', () => {
  const stack = emptyStack();
  monitoringIn(stack);
  expect(queryOf(stack, 'demohealth-images-silent-service')).toBe(
    [
      'StorageBlobLogs',
      '| where AccountName =~ "demolake"',
      '| where Category == "StorageWrite" and StatusText == "Success"',
      '| where Uri contains "/dicom/AHDS/demohealth/dicom/images/healthCheck/"',
      '| summarize Writes = count()',
    ].join('\n'),
  );
  expect(alertNamed(stack, 'demohealth-images-silent-service')['criteria']).toMatchObject([
    {
      time_aggregation_method: 'Total',
      metric_measure_column: 'Writes',
      operator: 'LessThan',
      threshold: 1,
    },
  ]);
});

test('people are told by e-mail, by every alert', () => {
  const stack = emptyStack();
  monitoringIn(stack, {
    emailAddresses: ['pacs@example.org', 'storage@example.org'],
    tags: { costs: 'imaging' },
  });
  const synthesized = synth(stack);
  expect(onlyResource(synthesized, 'azurerm_monitor_action_group')).toEqual({
    name: 'demohealth-images-alerts',
    resource_group_name: 'imaging',
    short_name: 'dicom-lake',
    tags: { costs: 'imaging' },
    email_receiver: [
      { name: 'email-1', email_address: 'pacs@example.org', use_common_alert_schema: true },
      { name: 'email-2', email_address: 'storage@example.org', use_common_alert_schema: true },
    ],
  });
  for (const alert of resourcesOf(synthesized, ALERT)) {
    expect(alert).toMatchObject({
      action: { action_groups: [expect.stringMatching(/^\$\{azurerm_monitor_action_group\.\w+\.id\}$/)] },
      tags: { costs: 'imaging' },
    });
  }
});

test('an existing workspace and an existing group are used, alerts being where the workspace is', () => {
  const stack = emptyStack();
  monitoringIn(stack, {
    logAnalyticsWorkspace: LogAnalyticsWorkspace.fromWorkspaceAttributes(stack, 'CentralLogs', {
      logAnalyticsWorkspaceId: LOGS_ID,
      location: 'northeurope',
    }),
    actionGroup: ActionGroup.fromActionGroupId(stack, 'OnCall', GROUP_ID),
  });
  const synthesized = synth(stack);
  expect(synthesized.resource['azurerm_log_analytics_workspace']).toBeUndefined();
  expect(synthesized.resource['azurerm_monitor_action_group']).toBeUndefined();
  for (const alert of resourcesOf(synthesized, ALERT)) {
    expect(alert).toMatchObject({
      location: 'northeurope',
      scopes: [LOGS_ID],
      action: { action_groups: [GROUP_ID] },
    });
  }
});

test('settings and alerts come after the service, its lake and the workspace for logs', () => {
  const stack = emptyStack();
  monitoringIn(stack);
  const synthesized = synth(stack);
  const addresses = addressesOf(synthesized);
  const find = (pattern: RegExp): string => addresses.find((address) => pattern.test(address)) ?? '';
  const service = find(/^azurerm_healthcare_dicom_service\./);
  const account = find(/^azurerm_storage_account\./);
  const logs = find(/^azurerm_log_analytics_workspace\./);
  const before = (pattern: RegExp): ReadonlySet<string> => predecessorsOf(synthesized, find(pattern));
  expect([...before(/DicomServiceLogs/)]).toEqual(expect.arrayContaining([service, logs]));
  expect([...before(/BlobServiceLogs/)]).toEqual(expect.arrayContaining([account, logs]));
  expect([...before(/HealthAlert/)]).toContain(service);
  expect([...before(/SilentServiceAlert/)]).toContain(logs);
});

test('fails on two ways of saying who is told, and on what is no address', () => {
  const stack = emptyStack();
  const actionGroup = ActionGroup.fromActionGroupId(stack, 'OnCall', GROUP_ID);
  const dicomService = serviceIn(stack);
  const make = (id: string, props: Partial<LakeMonitoringProps>) => () =>
    new LakeMonitoring(stack, id, { resourceGroup: RESOURCE_GROUP, dicomService, ...props });
  expect(make('Both', { actionGroup, emailAddresses: ['pacs@example.org'] })).toThrow(
    new Error(
      "LakeMonitoringInvalid at test/Both: 'emailAddresses' must be left out where 'actionGroup' is given: that " +
        'group says who is told, got pacs@example.org',
    ),
  );
  expect(make('Nobody', { emailAddresses: [] })).toThrow(
    new Error(
      "LakeMonitoringInvalid at test/Nobody: 'emailAddresses' must name at least one address, got none",
    ),
  );
  expect(make('Wrong', { emailAddresses: ['pacs', 'a@b@c'] })).toThrow(
    new Error(
      [
        'LakeMonitoringInvalid at test/Wrong:',
        "- 'emailAddresses' must hold addresses such as pacs@example.org, got 'pacs'",
        "- 'emailAddresses' must hold addresses such as pacs@example.org, got 'a@b@c'",
      ].join('\n'),
    ),
  );
});

describe('a workspace for logs', () => {
  const make = (name: string, retentionDays: number) => () =>
    new LogAnalyticsWorkspace(emptyStack(), 'Logs', {
      resourceGroup: RESOURCE_GROUP,
      logAnalyticsWorkspaceName: name,
      retentionDays,
    });

  test('fails with all problems at once', () => {
    expect(make('-logs', 29)).toThrow(
      new Error(
        [
          'LogAnalyticsWorkspaceInvalid at test/Logs:',
          "- 'logAnalyticsWorkspaceName' must be 4 to 63 letters, digits or dashes, starting and ending with a " +
            "letter or digit, got '-logs'",
          "- 'retentionDays' must be a whole number from 30 to 730, got 29",
        ].join('\n'),
      ),
    );
  });

  test('leaves to Azure what only Terraform knows', () => {
    const stack = emptyStack();
    new LogAnalyticsWorkspace(stack, 'Logs', {
      resourceGroup: RESOURCE_GROUP,
      logAnalyticsWorkspaceName: unknownString(stack),
      retentionDays: unknownNumber(stack, 'days'),
    });
    expect(onlyResource(synth(stack), 'azurerm_log_analytics_workspace')).toMatchObject({
      name: '${var.unknown}',
      retention_in_days: '${var.days}',
    });
  });

  test('that exists is known by its id', () => {
    expect(() =>
      LogAnalyticsWorkspace.fromWorkspaceAttributes(emptyStack(), 'Logs', {
        logAnalyticsWorkspaceId: 'central-logs',
        location: 'westeurope',
      }),
    ).toThrow(
      new Error(
        "LogAnalyticsWorkspaceInvalid at test/Logs: 'logAnalyticsWorkspaceId' must be the resource id of a " +
          'Microsoft.OperationalInsights/workspaces, /subscriptions/…/resourceGroups/…/providers/' +
          "Microsoft.OperationalInsights/workspaces/…, got 'central-logs'",
      ),
    );
  });
});

describe('an action group', () => {
  test('fails with all problems at once', () => {
    expect(
      () =>
        new ActionGroup(emptyStack(), 'Group', {
          resourceGroup: RESOURCE_GROUP,
          actionGroupName: 'on call',
          shortName: 'thirteen-long',
          emailAddresses: [],
        }),
    ).toThrow(
      new Error(
        [
          'ActionGroupInvalid at test/Group:',
          "- 'actionGroupName' must be 1 to 90 letters, digits, dashes or underscores, got 'on call'",
          "- 'shortName' must have 1 to 12 characters, got 'thirteen-long'",
          "- 'emailAddresses' must name at least one address, got none",
        ].join('\n'),
      ),
    );
  });

  test('that exists is known by its id', () => {
    expect(() => ActionGroup.fromActionGroupId(emptyStack(), 'Group', '/on-call')).toThrow(
      new Error(
        "ActionGroupInvalid at test/Group: 'actionGroupId' must be the resource id of a Microsoft.Insights/" +
          'actionGroups, /subscriptions/…/resourceGroups/…/providers/Microsoft.Insights/actionGroups/…, got ' +
          "'/on-call'",
      ),
    );
  });
});
