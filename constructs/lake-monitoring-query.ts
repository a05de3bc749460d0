import { healthCheckPath, kustoLiteral } from '../contract';
import type { IDicomService } from './dicom-service';

/**
 * Requests that the service answered 424: it could not reach its lake or its key.
 *
 * @see https://learn.microsoft.com/azure/azure-monitor/reference/tables/ahdsdicomauditlogs
 */
export function failedDependencyQuery({ dicomServiceId }: IDicomService): string {
  return lines(
    'AHDSDicomAuditLogs',
    `| where _ResourceId =~ ${kustoLiteral(dicomServiceId)}`,
    '| where StatusCode == 424',
  );
}

/**
 * Requests of the service that the lake refused for want of a role or a way through the firewall.
 *
 * @see https://learn.microsoft.com/azure/azure-monitor/reference/tables/storagebloblogs
 */
export function refusedServiceQuery({ lake, principals }: IDicomService): string {
  const objectIds = principals.map(({ principalId }) => kustoLiteral(principalId)).join(', ');
  return lines(
    'StorageBlobLogs',
    `| where AccountName =~ ${kustoLiteral(lake.storageAccountName)}`,
    `| where RequesterObjectId in~ (${objectIds})`,
    '| where StatusCode == "403" or StatusCode == "401"',
  );
}

/** How many health files the service wrote; one row, also where there were none. */
export function healthWritesQuery(service: IDicomService): string {
  const { lake } = service;
  const folder = `/${lake.containerName}/${healthCheckPath(service)}/`;
  return lines(
    'StorageBlobLogs',
    `| where AccountName =~ ${kustoLiteral(lake.storageAccountName)}`,
    '| where Category == "StorageWrite" and StatusText == "Success"',
    `| where Uri contains ${kustoLiteral(folder)}`,
    '| summarize Writes = count()',
  );
}

function lines(...parts: readonly string[]): string {
  return parts.join('\n');
}
