import { HealthcareDicomService } from '@cdktf/provider-azurerm/lib/healthcare-dicom-service';
import { HealthcareWorkspace } from '@cdktf/provider-azurerm/lib/healthcare-workspace';
import { LogAnalyticsWorkspace } from '@cdktf/provider-azurerm/lib/log-analytics-workspace';
import { ManagementLock } from '@cdktf/provider-azurerm/lib/management-lock';
import { MonitorActionGroup } from '@cdktf/provider-azurerm/lib/monitor-action-group';
import { MonitorActivityLogAlert } from '@cdktf/provider-azurerm/lib/monitor-activity-log-alert';
import { MonitorDiagnosticSetting } from '@cdktf/provider-azurerm/lib/monitor-diagnostic-setting';
import {
  MonitorScheduledQueryRulesAlertV2,
  type MonitorScheduledQueryRulesAlertV2Config,
} from '@cdktf/provider-azurerm/lib/monitor-scheduled-query-rules-alert-v2';
import { AzurermProvider } from '@cdktf/provider-azurerm/lib/provider';
import { ResourceGroup } from '@cdktf/provider-azurerm/lib/resource-group';
import { RoleAssignment } from '@cdktf/provider-azurerm/lib/role-assignment';
import { StorageAccount } from '@cdktf/provider-azurerm/lib/storage-account';
import { StorageBlobInventoryPolicy } from '@cdktf/provider-azurerm/lib/storage-blob-inventory-policy';
import { StorageContainer } from '@cdktf/provider-azurerm/lib/storage-container';
import { StorageManagementPolicy } from '@cdktf/provider-azurerm/lib/storage-management-policy';
import { UserAssignedIdentity } from '@cdktf/provider-azurerm/lib/user-assigned-identity';
import { TerraformOutput, TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import { accountNameOf, STANDARD } from './standard-settings';

/**
 * The resources of the standard profile as one writes them by hand, flat, with the provider's own constructs: no check
 * of anything, and every name, order and id spelled out.
 */
export function flatStandardStack(scope: Construct, id: string): TerraformStack {
  const stack = new TerraformStack(scope, id);
  const { tenantId, subscriptionId, location } = STANDARD;
  new AzurermProvider(stack, 'provider', {
    features: [{ storage: [{ dataPlaneAvailable: false }] }],
    resourceProviderRegistrations: 'none',
    resourceProvidersToRegister: [
      'Microsoft.Authorization',
      'Microsoft.HealthcareApis',
      'microsoft.insights',
      'Microsoft.KeyVault',
      'Microsoft.ManagedIdentity',
      'Microsoft.Network',
      'Microsoft.OperationalInsights',
      'Microsoft.ResourceHealth',
      'Microsoft.Storage',
    ],
    storageUseAzuread: true,
    subscriptionId,
    tenantId,
  });
  stack.addOverride('terraform.required_providers.azurerm.version', '>= 4.56.0, < 5.0.0');
  const group = new ResourceGroup(stack, 'group', { name: STANDARD.resourceGroupName, location });
  const resourceGroupName = group.name;
  const workspace = new HealthcareWorkspace(stack, 'workspace', {
    location,
    resourceGroupName,
    name: 'demohealth',
  });
  const identity = new UserAssignedIdentity(stack, 'identity', {
    location,
    resourceGroupName,
    name: 'demohealth-images',
  });
  const fabricId = `/subscriptions/00000000-0000-0000-0000-000000000000/resourcegroups/Fabric/providers/Microsoft.Fabric/workspaces/${STANDARD.fabricWorkspaceId}`;
  const account = new StorageAccount(stack, 'account', {
    location,
    resourceGroupName,
    name: accountNameOf(id),
    accessTier: 'Hot',
    accountKind: 'StorageV2',
    accountReplicationType: 'ZRS',
    accountTier: 'Standard',
    allowNestedItemsToBePublic: false,
    allowedCopyScope: 'AAD',
    blobProperties: {
      containerDeleteRetentionPolicy: { days: 7 },
      deleteRetentionPolicy: { days: 7 },
      lastAccessTimeEnabled: true,
    },
    crossTenantReplicationEnabled: false,
    defaultToOauthAuthentication: true,
    httpsTrafficOnlyEnabled: true,
    infrastructureEncryptionEnabled: true,
    isHnsEnabled: true,
    lifecycle: { preventDestroy: true },
    localUserEnabled: false,
    minTlsVersion: 'TLS1_2',
    networkRules: {
      bypass: ['AzureServices'],
      defaultAction: 'Deny',
      ipRules: [STANDARD.ipRange],
      privateLinkAccess: [{ endpointResourceId: workspace.id }, { endpointResourceId: fabricId }],
    },
    nfsv3Enabled: false,
    publicNetworkAccessEnabled: true,
    sasPolicy: { expirationAction: 'Block', expirationPeriod: '01.00:00:00' },
    sftpEnabled: false,
    sharedAccessKeyEnabled: false,
  });
  const container = new StorageContainer(stack, 'container', {
    name: 'dicom',
    storageAccountId: account.id,
    lifecycle: { preventDestroy: true },
  });
  const grant = (
    name: string,
    scopeId: string,
    roleDefinitionName: string,
    principalId: string,
  ): RoleAssignment =>
    new RoleAssignment(stack, name, {
      scope: scopeId,
      roleDefinitionName,
      principalId,
      principalType: 'ServicePrincipal',
    });
  const { verifierId, fabricPrincipalId } = STANDARD;
  const write = grant('write', container.id, 'Storage Blob Data Contributor', identity.principalId);
  const fabricRead = grant('fabric-read', container.id, 'Storage Blob Data Reader', fabricPrincipalId);
  const verifierRead = grant('verifier-read', container.id, 'Storage Blob Data Reader', verifierId);
  const service = new HealthcareDicomService(stack, 'service', {
    name: 'images',
    location,
    workspaceId: workspace.id,
    dataPartitionsEnabled: false,
    dependsOn: [container, write],
    identity: { type: 'UserAssigned', identityIds: [identity.id] },
    lifecycle: { ignoreChanges: ['tags'], preventDestroy: true },
    publicNetworkAccessEnabled: true,
    storage: { fileSystemName: 'dicom', storageAccountId: account.id },
  });
  const verifierOwn = grant('verifier-own', service.id, 'DICOM Data Owner', verifierId);
  const policy = new StorageManagementPolicy(stack, 'policy', {
    storageAccountId: account.id,
    rule: [
      {
        name: 'IdleImages',
        enabled: true,
        filters: { blobTypes: ['blockBlob'], prefixMatch: ['dicom/AHDS/demohealth/dicom/images/'] },
        actions: {
          baseBlob: {
            tierToCoolAfterDaysSinceLastAccessTimeGreaterThan: STANDARD.coolAfterDays,
            tierToColdAfterDaysSinceLastAccessTimeGreaterThan: STANDARD.coldAfterDays,
            autoTierToHotFromCoolEnabled: true,
          },
        },
      },
      {
        name: 'OldInventories',
        enabled: true,
        filters: { blobTypes: ['blockBlob'], prefixMatch: ['inventory/'] },
        actions: { baseBlob: { deleteAfterDaysSinceCreationGreaterThan: STANDARD.keepInventoriesDays } },
      },
    ],
  });
  const inventories = new StorageContainer(stack, 'inventories', {
    name: 'inventory',
    storageAccountId: account.id,
  });
  const inventory = new StorageBlobInventoryPolicy(stack, 'inventory', {
    storageAccountId: account.id,
    dependsOn: [container],
    rules: [
      {
        name: 'dicomlake',
        storageContainerName: inventories.name,
        format: 'Parquet',
        schedule: 'Weekly',
        scope: 'Blob',
        schemaFields: [
          ...['Name', 'Creation-Time', 'Last-Modified', 'Content-Length', 'BlobType', 'AccessTier'],
          ...['AccessTierChangeTime', 'ArchiveStatus', 'Expiry-Time', 'ETag', 'hdi_isfolder'],
          'LastAccessTime',
        ],
        filter: { blobTypes: ['blockBlob'], prefixMatch: ['dicom/'] },
      },
    ],
  });
  const logs = new LogAnalyticsWorkspace(stack, 'logs', {
    location,
    resourceGroupName,
    name: 'demohealth-images-logs',
    localAuthenticationEnabled: false,
    retentionInDays: 90,
    sku: 'PerGB2018',
  });
  const actionGroup = new MonitorActionGroup(stack, 'action-group', {
    resourceGroupName,
    name: 'demohealth-images-alerts',
    shortName: 'dicom-lake',
    emailReceiver: [{ name: 'email-1', emailAddress: STANDARD.emailAddress, useCommonAlertSchema: true }],
  });
  const serviceLogs = new MonitorDiagnosticSetting(stack, 'service-logs', {
    name: 'dicom-lake',
    targetResourceId: service.id,
    logAnalyticsWorkspaceId: logs.id,
    enabledLog: [{ category: 'AuditLogs' }, { category: 'DiagnosticLogs' }],
    enabledMetric: [{ category: 'AllMetrics' }],
  });
  const blobLogs = new MonitorDiagnosticSetting(stack, 'blob-logs', {
    name: 'dicom-lake-demohealth-images',
    targetResourceId: `${account.id}/blobServices/default`,
    logAnalyticsWorkspaceId: logs.id,
    enabledLog: [{ category: 'StorageWrite' }, { category: 'StorageDelete' }],
    enabledMetric: [{ category: 'Transaction' }],
  });
  const health = new MonitorActivityLogAlert(stack, 'health', {
    name: 'demohealth-images-health',
    resourceGroupName,
    location: 'global',
    description: 'Resource Health says that the DICOM service is degraded or unavailable.',
    scopes: [service.id],
    criteria: { category: 'ResourceHealth', resourceHealth: { current: ['Degraded', 'Unavailable'] } },
    action: [{ actionGroupId: actionGroup.id }],
  });
  type Criteria = Extract<MonitorScheduledQueryRulesAlertV2Config['criteria'], readonly unknown[]>[number];
  const alert = (
    name: string,
    description: string,
    severity: number,
    criteria: Criteria,
  ): MonitorScheduledQueryRulesAlertV2 =>
    new MonitorScheduledQueryRulesAlertV2(stack, name, {
      name: `demohealth-images-${name}`,
      resourceGroupName,
      location,
      description,
      severity,
      scopes: [logs.id],
      evaluationFrequency: 'PT5M',
      windowDuration: 'PT15M',
      autoMitigationEnabled: true,
      skipQueryValidation: true,
      criteria: [criteria],
      action: { actionGroups: [actionGroup.id] },
    });
  const failedDependency = alert(
    'failed-dependency',
    'The DICOM service answered 424: it cannot reach its lake or its key.',
    0,
    {
      operator: 'GreaterThan',
      query: `AHDSDicomAuditLogs\n| where _ResourceId =~ "${service.id}"\n| where StatusCode == 424`,
      threshold: 0,
      timeAggregationMethod: 'Count',
    },
  );
  const refusedService = alert(
    'refused-service',
    'The lake refused the DICOM service: a role or a way through the firewall is missing.',
    0,
    {
      operator: 'GreaterThan',
      query: `StorageBlobLogs\n| where AccountName =~ "${accountNameOf(id)}"\n| where RequesterObjectId in~ ("${identity.principalId}")\n| where StatusCode == "403" or StatusCode == "401"`,
      threshold: 0,
      timeAggregationMethod: 'Count',
    },
  );
  const silentService = alert(
    'silent-service',
    'The DICOM service has written no health file for 15 minutes.',
    1,
    {
      metricMeasureColumn: 'Writes',
      operator: 'LessThan',
      query: `StorageBlobLogs\n| where AccountName =~ "${accountNameOf(id)}"\n| where Category == "StorageWrite" and StatusText == "Success"\n| where Uri contains "/dicom/AHDS/demohealth/dicom/images/healthCheck/"\n| summarize Writes = count()`,
      threshold: 1,
      timeAggregationMethod: 'Total',
    },
  );
  const readers = Object.entries({
    workspace,
    account,
    health,
    failedDependency,
    refusedService,
    silentService,
  }).map(([name, resource]) => grant(`read-${name}`, resource.id, 'Reader', verifierId));
  const dependsOn = [
    ...[
      group,
      workspace,
      identity,
      account,
      container,
      write,
      fabricRead,
      verifierRead,
      service,
      verifierOwn,
    ],
    ...[policy, inventories, inventory, logs, actionGroup, serviceLogs, blobLogs, health],
    ...[failedDependency, refusedService, silentService, ...readers],
  ];
  for (const [name, locked] of Object.entries({ service, account })) {
    new ManagementLock(stack, `lock-${name}`, {
      name: 'dicom-lake',
      scope: locked.id,
      lockLevel: 'CanNotDelete',
      notes:
        'Holds medical images, or the only index of them. Remove deleteLock from the deployment and apply before anything here is deleted.',
      dependsOn,
    });
  }
  new TerraformOutput(stack, 'manifest', {
    description: 'What dicom-lake verify has to know about this deployment; holds no secret',
    value: {
      schemaVersion: 1,
      tenantId,
      subscriptionId,
      resourceGroup: group.name,
      workspace: { id: workspace.id, name: 'demohealth' },
      dicomService: {
        id: service.id,
        name: 'images',
        serviceUrl: service.serviceUrl,
        principalIds: [identity.principalId],
        dataPartitionsEnabled: false,
        partitions: ['Microsoft.Default'],
      },
      lake: {
        storageAccountId: account.id,
        storageAccountName: accountNameOf(id),
        containerName: 'dicom',
        blobEndpoint: account.primaryBlobEndpoint,
        dfsEndpoint: account.primaryDfsEndpoint,
        deletedFileRetentionDays: 7,
        lastAccessTracking: true,
      },
      tiering: {
        rules: [
          {
            name: 'IdleImages',
            prefixes: ['dicom/AHDS/demohealth/dicom/images/'],
            basis: 'lastAccess',
            coolAfterDays: STANDARD.coolAfterDays,
            coldAfterDays: STANDARD.coldAfterDays,
            returnToHotOnAccess: true,
          },
          {
            name: 'OldInventories',
            prefixes: ['inventory/'],
            basis: 'creation',
            deleteAfterDays: STANDARD.keepInventoriesDays,
            returnToHotOnAccess: false,
          },
        ],
      },
      analytics: {
        shortcuts: [
          {
            partition: 'Microsoft.Default',
            url: `${account.primaryDfsEndpoint}dicom/AHDS/demohealth/dicom/images/Microsoft.Default`,
            subpath: '/dicom/AHDS/demohealth/dicom/images/Microsoft.Default',
          },
        ],
      },
      intended: {
        publicNetworkAccess: true,
        account: {
          managed: true,
          networkAccess: 'selected',
          allowed: {
            ipRanges: [STANDARD.ipRange],
            subnetIds: [],
            resourceIds: [workspace.id, fabricId],
            trustedServices: true,
          },
        },
        grants: [
          {
            principalId: identity.principalId,
            roleId: 'ba92f5b4-2d11-453d-a403-e96b0029c9fe',
            scope: container.id,
          },
          {
            principalId: fabricPrincipalId,
            roleId: '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1',
            scope: container.id,
          },
          { principalId: verifierId, roleId: '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1', scope: container.id },
          { principalId: verifierId, roleId: '58a3b984-7adf-4c20-983a-32417c86fbc8', scope: service.id },
        ],
        privateEndpoints: [],
        diagnosticSettings: [
          {
            name: 'dicom-lake',
            targetResourceId: service.id,
            categories: ['AuditLogs', 'DiagnosticLogs', 'AllMetrics'],
          },
          {
            name: 'dicom-lake-demohealth-images',
            targetResourceId: `${account.id}/blobServices/default`,
            categories: ['StorageWrite', 'StorageDelete', 'Transaction'],
          },
        ],
        alertIds: [health.id, failedDependency.id, refusedService.id, silentService.id],
        deleteLocks: [
          { name: 'dicom-lake', scope: service.id },
          { name: 'dicom-lake', scope: account.id },
        ],
      },
    },
  });
  return stack;
}
