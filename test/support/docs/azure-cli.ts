/**
 * Commands of the Azure CLI that the docs use, with their flags as far as they are used, as its reference lists them.
 * Look a new one up there before you add it.
 *
 * @see https://learn.microsoft.com/cli/azure/reference-index
 */
const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  'account get-access-token': ['--resource'],
  'account set': ['--subscription'],
  'account show': [],
  'ad signed-in-user show': [],
  'ad sp show': ['--id'],
  'ad user show': ['--id'],
  'containerapp job start': ['--name', '--resource-group'],
  'group create': ['--location', '--name'],
  'identity create': ['--location', '--name', '--resource-group'],
  'identity federated-credential create': [
    '--audiences',
    '--identity-name',
    '--issuer',
    '--name',
    '--resource-group',
    '--subject',
  ],
  'identity show': ['--name', '--resource-group'],
  'keyvault key recover': ['--name', '--vault-name'],
  'keyvault key set-attributes': ['--enabled', '--name', '--vault-name', '--version'],
  'keyvault key show': ['--name', '--vault-name'],
  'keyvault list-deleted': [],
  'keyvault recover': ['--name'],
  'keyvault update': ['--bypass', '--name'],
  'lock create': ['--lock-type', '--name', '--resource'],
  'lock list': ['--resource'],
  login: [],
  'monitor activity-log alert list': ['--resource-group'],
  'monitor activity-log alert update': ['--enabled', '--name', '--resource-group'],
  'monitor activity-log list': ['--offset', '--resource-group', '--resource-id', '--status'],
  'monitor diagnostic-settings create': ['--logs', '--metrics', '--name', '--resource', '--workspace'],
  'monitor diagnostic-settings list': ['--resource'],
  'monitor log-analytics query': ['--analytics-query', '--timespan', '--workspace'],
  'monitor log-analytics workspace recover': ['--resource-group', '--workspace-name'],
  'monitor log-analytics workspace show': ['--resource-group', '--workspace-name'],
  'monitor scheduled-query list': ['--resource-group'],
  'monitor scheduled-query update': ['--disabled', '--name', '--resource-group'],
  'network private-dns link vnet create': [
    '--name',
    '--registration-enabled',
    '--resource-group',
    '--virtual-network',
    '--zone-name',
  ],
  'network private-dns link vnet list': ['--resource-group', '--zone-name'],
  'network private-dns record-set a list': ['--resource-group', '--zone-name'],
  'network private-endpoint dns-zone-group list': ['--endpoint-name', '--resource-group'],
  'network private-endpoint show': ['--ids'],
  'provider register': ['--namespace'],
  'resource list': ['--resource-group'],
  'resource show': ['--api-version', '--ids'],
  rest: ['--body', '--method', '--uri'],
  'role assignment create': [
    '--assignee',
    '--assignee-object-id',
    '--assignee-principal-type',
    '--role',
    '--scope',
  ],
  'role assignment delete': ['--ids'],
  'role assignment list': ['--all', '--assignee', '--include-groups', '--include-inherited', '--scope'],
  'storage account blob-service-properties show': ['--account-name', '--resource-group'],
  'storage account blob-service-properties update': [
    '--account-name',
    '--delete-retention-days',
    '--enable-delete-retention',
    '--enable-last-access-tracking',
    '--enable-versioning',
    '--resource-group',
  ],
  'storage account create': [
    '--allow-blob-public-access',
    '--allow-shared-key-access',
    '--location',
    '--min-tls-version',
    '--name',
    '--resource-group',
    '--sku',
  ],
  'storage account keys renew': ['--account-name', '--key', '--resource-group'],
  'storage account management-policy create': ['--account-name', '--policy', '--resource-group'],
  'storage account management-policy show': ['--account-name', '--resource-group'],
  'storage account network-rule add': ['--account-name', '--resource-group', '--resource-id', '--tenant-id'],
  'storage account network-rule list': ['--account-name', '--resource-group'],
  'storage account network-rule remove': ['--account-name', '--ip-address', '--resource-group'],
  'storage account private-endpoint-connection approve': ['--id'],
  'storage account show': ['--name', '--resource-group'],
  'storage account update': [
    '--allow-blob-public-access',
    '--allow-cross-tenant-replication',
    '--allow-shared-key-access',
    '--bypass',
    '--default-action',
    '--enable-local-user',
    '--enable-sftp',
    '--https-only',
    '--min-tls-version',
    '--name',
    '--public-network-access',
    '--resource-group',
  ],
  'storage blob list': ['--account-name', '--auth-mode', '--container-name', '--num-results', '--prefix'],
  'storage blob set-tier': [
    '--account-name',
    '--auth-mode',
    '--container-name',
    '--name',
    '--rehydrate-priority',
    '--tier',
  ],
  'storage blob show': ['--account-name', '--auth-mode', '--container-name', '--name'],
  'storage container immutability-policy show': ['--account-name', '--container-name'],
  'storage container legal-hold clear': ['--account-name', '--container-name', '--tags'],
  'storage container restore': ['--account-name', '--auth-mode', '--deleted-version', '--name'],
  'storage container-rm create': ['--name', '--resource-group', '--storage-account'],
  'storage container-rm list': ['--include-deleted', '--storage-account'],
  'storage container-rm show': ['--name', '--storage-account'],
  'storage container-rm update': ['--name', '--public-access', '--storage-account'],
  'storage fs file delete': ['--account-name', '--auth-mode', '--file-system', '--path'],
  'storage fs file list': ['--account-name', '--auth-mode', '--file-system', '--path'],
  'storage fs file move': ['--account-name', '--auth-mode', '--file-system', '--new-path', '--path'],
  'storage fs list-deleted-path': [
    '--account-name',
    '--auth-mode',
    '--file-system',
    '--num-results',
    '--path-prefix',
  ],
  'storage fs undelete-path': [
    '--account-name',
    '--auth-mode',
    '--deleted-path-name',
    '--deletion-id',
    '--file-system',
  ],
};

const GLOBAL_FLAGS = ['--output', '--query'];

export const AZURE_COMMANDS: readonly string[] = Object.keys(COMMANDS);

/** What is wrong with the words after `az`; undefined where nothing is. */
export function azureProblem(args: readonly string[]): string | undefined {
  const command = azureCommandOf(['az', ...args]);
  const flags = Object.hasOwn(COMMANDS, command) ? COMMANDS[command] : undefined;
  if (flags === undefined)
    return `test/support/docs/azure-cli.ts has no command '${command}': correct it, or look it up and add it there`;
  const given = args.filter((arg) => arg.startsWith('-')).map((arg) => arg.split('=')[0] ?? '');
  const odd = given.filter((flag) => !flags.includes(flag) && !GLOBAL_FLAGS.includes(flag));
  return odd.length === 0
    ? undefined
    : `test/support/docs/azure-cli.ts has no ${odd.join(', ')} of '${command}': correct it, or look it up and add it there`;
}

/** The words of a command up to its first flag; the Azure CLI takes no arguments without one. */
export function azureCommandOf(words: readonly string[]): string {
  const end = words.findIndex((word) => word.startsWith('-'));
  return words.slice(1, end < 0 ? undefined : end).join(' ');
}
