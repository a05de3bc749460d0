import type { StorageLogRow } from '../domain/storage-log';
import type { KqlColumn, KqlRow } from './kql-expression';
import type { KqlTable } from './kql-query';

/** The columns that the emulator fills; Azure has more. */
const COLUMNS: readonly (KqlColumn & { readonly of: (row: StorageLogRow) => KqlRow[number] })[] = [
  { name: 'TimeGenerated', type: 'datetime', of: ({ generatedAt }) => generatedAt },
  { name: 'AccountName', type: 'string', of: ({ accountName }) => accountName },
  { name: 'Category', type: 'string', of: ({ category }) => category },
  { name: 'OperationName', type: 'string', of: ({ operationName }) => operationName },
  { name: 'AuthenticationType', type: 'string', of: ({ authenticationType }) => authenticationType },
  { name: 'StatusCode', type: 'string', of: ({ statusCode }) => String(statusCode) },
  { name: 'StatusText', type: 'string', of: ({ statusText }) => statusText },
  { name: 'Uri', type: 'string', of: ({ uri }) => uri },
  { name: 'ObjectKey', type: 'string', of: ({ objectKey }) => objectKey },
  { name: 'RequesterObjectId', type: 'string', of: ({ requesterObjectId }) => requesterObjectId },
  { name: 'ServiceType', type: 'string', of: () => 'blob' },
  { name: 'Type', type: 'string', of: () => 'StorageBlobLogs' },
  { name: '_ResourceId', type: 'string', of: ({ accountId }) => accountId.toLowerCase() },
];

/** @see https://learn.microsoft.com/azure/azure-monitor/reference/tables/storagebloblogs */
export function storageBlobLogs(rows: readonly StorageLogRow[]): KqlTable {
  return {
    columns: COLUMNS.map(({ name, type }) => ({ name, type })),
    rows: rows.map((row) => COLUMNS.map(({ of }) => of(row))),
  };
}
