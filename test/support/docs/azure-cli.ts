/**
 * Groups of the Azure CLI with the commands that the docs use, as its reference lists them. Look a new one up there
 * before you add it.
 *
 * @see https://learn.microsoft.com/cli/azure/reference-index
 */
const AZURE_CLI: Readonly<Record<string, readonly string[]>> = {
  '': ['login', 'rest'],
  account: ['get-access-token', 'set', 'show'],
  'ad signed-in-user': ['show'],
  'ad sp': ['show'],
  'ad user': ['show'],
  'containerapp job': ['start'],
  group: ['create'],
  identity: ['create', 'show'],
  'identity federated-credential': ['create'],
  keyvault: ['list-deleted', 'recover', 'update'],
  'keyvault key': ['recover', 'set-attributes', 'show'],
  lock: ['create', 'list'],
  'monitor activity-log': ['list'],
  'monitor activity-log alert': ['list', 'update'],
  'monitor diagnostic-settings': ['create', 'list'],
  'monitor log-analytics': ['query'],
  'monitor log-analytics workspace': ['recover', 'show'],
  'monitor scheduled-query': ['list', 'update'],
  'network private-dns link vnet': ['create', 'list'],
  'network private-dns record-set a': ['list'],
  'network private-endpoint': ['show'],
  'network private-endpoint dns-zone-group': ['list'],
  provider: ['register'],
  resource: ['list', 'show'],
  'role assignment': ['create', 'delete', 'list'],
  'storage account': ['create', 'show', 'update'],
  'storage account blob-service-properties': ['show', 'update'],
  'storage account keys': ['renew'],
  'storage account management-policy': ['create', 'show'],
  'storage account network-rule': ['add', 'list', 'remove'],
  'storage account private-endpoint-connection': ['approve'],
  'storage blob': ['list', 'set-tier', 'show'],
  'storage container': ['restore'],
  'storage container immutability-policy': ['show'],
  'storage container legal-hold': ['clear'],
  'storage container-rm': ['create', 'list', 'show', 'update'],
  'storage fs': ['list-deleted-path', 'undelete-path'],
  'storage fs file': ['delete', 'list', 'move'],
};

/** Every command by its words, such as `storage account show`. */
export const AZURE_COMMANDS: readonly string[] = Object.entries(AZURE_CLI).flatMap(([group, commands]) =>
  commands.map((command) => (group === '' ? command : `${group} ${command}`)),
);

/** The words of a command up to its first flag; the Azure CLI takes no arguments without one. */
export function azureCommandOf(words: readonly string[]): string {
  const end = words.findIndex((word) => word.startsWith('-'));
  return words.slice(1, end < 0 ? undefined : end).join(' ');
}
