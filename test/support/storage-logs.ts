import { LogsQueryClient, LogsQueryResultStatus } from '@azure/monitor-query-logs';
import { AZURE_CLOUDS } from '../../contract';
import type { Emulator } from '../../emulator';
import { armOf, credentialOf, type ProvisionedLake } from './emulator';

const SETTINGS_API = '2021-05-01-preview';

export function workspaceIn({ groupId }: Pick<ProvisionedLake, 'groupId'>, name = 'lake-logs'): string {
  return `${groupId}/providers/Microsoft.OperationalInsights/workspaces/${name}`;
}

function settingOf({ accountId }: Pick<ProvisionedLake, 'accountId'>): string {
  return `${accountId}/blobServices/default/providers/Microsoft.Insights/diagnosticSettings/lake-logs`;
}

/** Sends logs of the lake to a Log Analytics workspace from now on. */
export async function keepLogs(
  emulator: Emulator,
  lake: ProvisionedLake,
  logs: readonly object[] = ['StorageWrite', 'StorageDelete'].map((category) => ({
    category,
    enabled: true,
  })),
  features: object = {},
): Promise<void> {
  const arm = armOf(emulator);
  await arm.put(workspaceIn(lake), '2023-09-01', {
    location: 'westeurope',
    properties: { sku: { name: 'PerGB2018' }, features },
  });
  await arm.put(settingOf(lake), SETTINGS_API, { properties: { workspaceId: workspaceIn(lake), logs } });
}

export async function stopLogs(emulator: Emulator, lake: ProvisionedLake): Promise<void> {
  await armOf(emulator).delete(settingOf(lake), SETTINGS_API);
}

/** Azure's own client, unmodified; it keeps tokens, which last an hour on the emulator's clock. */
export function logsClientOf(emulator: Emulator, who: 'deployer' | 'verifier' = 'verifier'): LogsQueryClient {
  return new LogsQueryClient(credentialOf(emulator, who), {
    endpoint: `${emulator.ready.endpoints.logs}/v1`,
    tlsOptions: { ca: emulator.ca },
    retryOptions: { maxRetries: 0 },
    credentials: { scopes: [`${AZURE_CLOUDS.AzurePublicCloud.logsAudience}/.default`] },
  });
}

/** Rows of a query, by the names of their columns. */
export async function queryLogs(
  emulator: Emulator,
  resourceId: string,
  query: string,
  { who, duration = 'P1D' }: { readonly who?: 'deployer' | 'verifier'; readonly duration?: string } = {},
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const result = await logsClientOf(emulator, who).queryResource(resourceId.slice(1), query, { duration });
  if (result.status !== LogsQueryResultStatus.Success) throw new Error(`the result is a ${result.status}`);
  const [table] = result.tables;
  return (table?.rows ?? []).map((row) =>
    Object.fromEntries((table?.columnDescriptors ?? []).map(({ name }, at) => [name, row[at]])),
  );
}
