import type { Resource } from './synth';

/** One rule of a public rule set, and how a deployment stands to it. */
export interface Yard {
  readonly ids: readonly string[];
  readonly asks: string;
  /** Type of the resources that all have to hold it. */
  readonly of: string;
  /** Whether a resource holds it; the second argument is the whole stack. Left out where it cannot hold. */
  readonly holds?: (resource: Resource, stack: readonly Resource[]) => boolean;
  /** Why it does not hold in a profile; a waiver that is not needed is an error. */
  readonly waived?: Partial<Record<'standard' | 'private', string>>;
}

const ACCOUNT = 'azurerm_storage_account';
const CONTAINER = 'azurerm_storage_container';
const SERVICE = 'azurerm_healthcare_dicom_service';
const WORKSPACE = 'azurerm_healthcare_workspace';

const everywhere = (reason: string) => ({ standard: reason, private: reason });

function at(resource: Resource, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
      resource,
    );
}

function logsOf(stack: readonly Resource[], target: RegExp): readonly string[] {
  return stack
    .filter((resource) => target.test(String(resource['target_resource_id'])))
    .flatMap((resource) => resource['enabled_log'] as readonly { readonly category: string }[])
    .map(({ category }) => category);
}

function hasEndpoint(stack: readonly Resource[], part: string): boolean {
  return stack.some((resource) => {
    const parts = at(resource, 'private_service_connection.subresource_names');
    return Array.isArray(parts) && parts.includes(part);
  });
}

/** Checkov, Trivy, PSRule and Azure Policy, as far as they have rules for what a lake consists of. */
export const YARDSTICK: readonly Yard[] = [
  {
    ids: ['CKV_AZURE_3', 'AZU-0008', 'AZU-0059', 'AZR-000196', 'Azure Policy 404c3081'],
    asks: 'https only',
    of: ACCOUNT,
    holds: (account) => account['https_traffic_only_enabled'] === true,
  },
  {
    ids: ['CKV_AZURE_44', 'AZU-0011', 'AZR-000200', 'Azure Policy fe83a0eb'],
    asks: 'TLS 1.2 or newer',
    of: ACCOUNT,
    holds: (account) => account['min_tls_version'] === 'TLS1_2',
  },
  {
    ids: ['CKV_AZURE_190', 'CKV2_AZURE_47', 'AZR-000198', 'Azure Policy 4fa4b6c0'],
    asks: 'no anonymous access to blobs',
    of: ACCOUNT,
    holds: (account) => account['allow_nested_items_to_be_public'] === false,
  },
  {
    ids: ['CKV_AZURE_34', 'AZU-0007', 'AZR-000199'],
    asks: 'containers are private',
    of: CONTAINER,
    holds: (container) =>
      [undefined, 'private'].includes(container['container_access_type'] as string | undefined),
  },
  {
    ids: ['CKV_AZURE_35', 'AZU-0012', 'AZR-000202', 'Azure Policy 34c877ad', 'Azure Policy 2a1a9cdf'],
    asks: 'the firewall denies by default',
    of: ACCOUNT,
    holds: (account) => at(account, 'network_rules.default_action') === 'Deny',
  },
  {
    ids: ['CKV_AZURE_36', 'AZU-0010', 'Azure Policy c9d007d0'],
    asks: 'trusted services of Azure pass the firewall',
    of: ACCOUNT,
    holds: (account) => (at(account, 'network_rules.bypass') as readonly string[]).includes('AzureServices'),
  },
  {
    ids: ['CKV_AZURE_59', 'Azure Policy b2982f36'],
    asks: 'no public endpoint',
    of: ACCOUNT,
    holds: (account) => account['public_network_access_enabled'] === false,
    waived: {
      standard: 'the networks named reach the lake by its public endpoint; the profile private has none',
    },
  },
  {
    ids: ['CKV2_AZURE_33', 'Azure Policy 6edd7eda'],
    asks: 'private endpoints',
    of: ACCOUNT,
    holds: (_, stack) => hasEndpoint(stack, 'blob') && hasEndpoint(stack, 'dfs'),
    waived: { standard: 'private endpoints are what the profile private is for' },
  },
  {
    ids: ['CKV2_AZURE_40', 'Azure.Storage.LocalAuth', 'Azure Policy 8c6a50c6'],
    asks: 'no account keys',
    of: ACCOUNT,
    holds: (account) => account['shared_access_key_enabled'] === false,
  },
  {
    ids: ['CKV_AZURE_244'],
    asks: 'no local users',
    of: ACCOUNT,
    holds: (account) => account['local_user_enabled'] === false,
  },
  {
    ids: ['CKV2_AZURE_41', 'Azure Policy bc1b984e'],
    asks: 'signatures expire',
    of: ACCOUNT,
    holds: (account) => at(account, 'sas_policy.expiration_period') === '01.00:00:00',
  },
  {
    ids: ['Azure Policy 92a89a79'],
    asks: 'no replication to other tenants',
    of: ACCOUNT,
    holds: (account) => account['cross_tenant_replication_enabled'] === false,
  },
  {
    ids: ['AZU-0061', 'Azure Policy 4733ea7b'],
    asks: 'encrypted twice',
    of: ACCOUNT,
    holds: (account) => account['infrastructure_encryption_enabled'] === true,
  },
  {
    ids: ['CKV2_AZURE_1', 'AZU-0060', 'Azure Policy 6fac406b'],
    asks: 'a key of the customer’s own',
    of: ACCOUNT,
    holds: (account) => account['customer_managed_key'] !== undefined,
    waived: everywhere('a decision with a cost and a risk of its own: `encryption.lakeKey`'),
  },
  {
    ids: ['CKV2_AZURE_38', 'AZU-0056'],
    asks: 'deleted files stay recoverable',
    of: ACCOUNT,
    holds: (account) => at(account, 'blob_properties.delete_retention_policy.days') === 7,
  },
  {
    ids: ['AZR-000197'],
    asks: 'soft delete, skipped by the rule for accounts with hierarchical namespace',
    of: ACCOUNT,
    holds: (account) => account['is_hns_enabled'] === true,
  },
  {
    ids: ['AZR-000289'],
    asks: 'deleted containers stay recoverable',
    of: ACCOUNT,
    holds: (account) => at(account, 'blob_properties.container_delete_retention_policy.days') === 7,
  },
  {
    ids: ['CKV_AZURE_206', 'AZR-000195', 'AZU-0058', 'Azure Policy bf045164'],
    asks: 'replication to another region',
    of: ACCOUNT,
    holds: (account) => /^(RA)?GZ?RS$/.test(String(account['account_replication_type'])),
    waived: everywhere('zones by default; another region is a decision about place and cost: `replication`'),
  },
  {
    ids: ['CKV_AZURE_43', 'AZR-000201', 'Azure.Storage.Naming'],
    asks: 'a valid name',
    of: ACCOUNT,
    holds: (account) => /^[a-z0-9]{3,24}$/.test(String(account['name'])),
  },
  {
    ids: ['AZU-0057'],
    asks: 'writes and deletions are logged',
    of: ACCOUNT,
    holds: (_, stack) => {
      const logs = logsOf(stack, /azurerm_storage_account.*blobServices/);
      return ['StorageWrite', 'StorageDelete'].every((category) => logs.includes(category));
    },
  },
  {
    ids: ['CKV2_AZURE_21'],
    asks: 'reads of blobs are logged',
    of: ACCOUNT,
    holds: (_, stack) => logsOf(stack, /azurerm_storage_account.*blobServices/).includes('StorageRead'),
    waived: everywhere('every image read is a row that is billed: `monitoring.logReads`'),
  },
  {
    ids: ['CKV_AZURE_33', 'AZU-0009', 'CKV2_AZURE_20', 'AZR-000298'],
    asks: 'queues and tables are logged, shares are soft-deleted',
    of: ACCOUNT,
    waived: everywhere(
      'the account has blobs only, and takes no key with which queues, tables or shares are made',
    ),
  },
  {
    ids: ['CKV_AZURE_84', 'AZR-000384', 'Azure.Storage.DefenderCloud', 'Azure.Storage.Defender.DataScan'],
    asks: 'Defender for Storage',
    of: ACCOUNT,
    waived: everywhere('a decision for the subscription; billed by the transaction, health probes included'),
  },
  {
    ids: ['CKV2_AZURE_8'],
    asks: 'the container of activity logs is private',
    of: CONTAINER,
    waived: everywhere('no activity logs are kept in the lake'),
  },
  {
    ids: ['Azure Policy f0d25196'],
    asks: 'the service logs to Log Analytics',
    of: SERVICE,
    holds: (_, stack) => {
      const logs = logsOf(stack, /azurerm_healthcare_dicom_service/);
      return ['AuditLogs', 'DiagnosticLogs'].every((category) => logs.includes(category));
    },
  },
  {
    ids: ['Azure Policy db20d5eb', 'Azure Policy 3ce7ba9e'],
    asks: 'the service logs to an event hub, or to storage',
    of: SERVICE,
    waived: everywhere('it logs to Log Analytics, where the alerts look'),
  },
  {
    ids: ['Azure Policy 14961b63'],
    asks: 'the service uses a key of the customer’s own',
    of: SERVICE,
    holds: (service) => service['encryption_key_url'] !== undefined,
    waived: everywhere('a second step, once the service exists: `encryption.dicomServiceKey`'),
  },
  {
    ids: ['Azure Policy 64528841'],
    asks: 'the workspace has a private endpoint',
    of: WORKSPACE,
    holds: (_, stack) => hasEndpoint(stack, 'healthcareworkspace'),
    waived: { standard: 'private endpoints are what the profile private is for' },
  },
];
