import { explainServiceError, healthCheckPath, kustoLiteral, lakeTenantOf } from '../../contract';
import { objectIn, objectsIn, textIn } from '../clients/arm-body';
import type { LogRow } from '../clients/log-reader';
import { isKnownFailure, ServiceRefusal } from '../error';
import type { HealthLog } from '../evidence/health';
import type { DeploymentContext } from '../probe';
import { SETTINGS_API } from './arm-monitoring';

/**
 * What the storage logs tell of the health file; undefined where no diagnostic setting sends the writes of the lake to
 * a Log Analytics workspace. What keeps the logs from being read is told, and is no failure: others may have seen more.
 */
export async function healthLog(context: DeploymentContext): Promise<HealthLog | undefined> {
  const { target, signal } = context;
  const { storageAccountId } = target.manifest.lake;
  try {
    if (!(await keepsWrites(context))) return undefined;
    return told(await target.azure.logs.query(storageAccountId, healthQuery(context), signal));
  } catch (error) {
    signal.throwIfAborted();
    if (!isKnownFailure(error)) throw error;
    return { unread: `the storage logs could not be read: ${reasonOf(error as Error)}` };
  }
}

/** By what is set up now, whoever did it: logs may go to other places than the deployment meant. */
async function keepsWrites({ target, signal }: DeploymentContext): Promise<boolean> {
  const blobService = `${target.manifest.lake.storageAccountId}/blobServices/default`;
  const path = `${blobService}/providers/Microsoft.Insights/diagnosticSettings`;
  const settings = await target.azure.arm.list(path, SETTINGS_API, signal);
  return settings
    .map((setting) => objectIn(setting, 'properties'))
    .filter((setting) => (textIn(setting, 'workspaceId') ?? '') !== '')
    .flatMap((setting) => objectsIn(setting, 'logs'))
    .some(
      ({ enabled, category, categoryGroup }) =>
        enabled === true &&
        (category === 'StorageWrite' || categoryGroup === 'allLogs' || categoryGroup === 'audit'),
    );
}

/**
 * One row for every 5 minutes of the last day in which something was written: the newest health file in them, and what
 * proves that logs came in, the first and the last write of anything. Writes that the lake refused are such proof too.
 */
function healthQuery({ target }: DeploymentContext): string {
  const { manifest } = target;
  const { storageAccountName, containerName } = manifest.lake;
  const file = `/${containerName}/${healthCheckPath(lakeTenantOf(manifest))}/health`;
  return [
    'StorageBlobLogs',
    '| where TimeGenerated > ago(1d)',
    `| where AccountName =~ ${kustoLiteral(storageAccountName)} and Category == "StorageWrite"`,
    '| summarize First = min(TimeGenerated), Last = max(TimeGenerated),',
    `  Health = maxif(TimeGenerated, StatusCode startswith "2" and Uri contains ${kustoLiteral(file)})`,
    '  by Span = bin(TimeGenerated, 5m)',
    '| project Now = now(), First, Last, Health',
  ].join('\n');
}

/** Nothing but what came in between counts as silence: it takes two writes of others, and the time between them. */
function told(rows: readonly LogRow[]): HealthLog {
  const newest = latest(rows.map(({ Health }) => timeIn(Health)));
  if (newest === undefined) return { silentSeconds: 0 };
  const since = rows.filter(({ First }) => (timeIn(First) ?? 0) > newest);
  const first = Math.min(...since.flatMap(({ First }) => timeIn(First) ?? []));
  const last = latest(since.map(({ Last }) => timeIn(Last)));
  const now = latest(rows.map(({ Now }) => timeIn(Now))) ?? newest;
  return {
    newestAgeSeconds: Math.max(0, Math.round((now - newest) / 1000)),
    silentSeconds: last === undefined ? 0 : Math.round((last - first) / 1000),
  };
}

function latest(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}

function timeIn(value: unknown): number | undefined {
  const time = typeof value === 'string' ? Date.parse(value) : NaN;
  return Number.isNaN(time) ? undefined : time;
}

function reasonOf(error: Error): string {
  if (!(error instanceof ServiceRefusal)) return error.message;
  const known = explainServiceError(error.plane, error.status, error.serviceCode);
  return known === undefined ? error.message : `${error.message}: ${known.cause}; ${known.remedy}`;
}
