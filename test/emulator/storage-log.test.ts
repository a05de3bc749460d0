import { ManualClock } from '../../emulator';
import { ResourceStore } from '../../emulator/domain/resource-store';
import { StorageLog, type StorageLogEntry } from '../../emulator/domain/storage-log';

const ACCOUNT = '/subscriptions/1/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/lake';
const ENTRY: StorageLogEntry = {
  accountId: ACCOUNT,
  accountName: 'lake',
  category: 'StorageWrite',
  operationName: 'PutBlob',
  authenticationType: 'OAuth',
  statusCode: 201,
  statusText: 'Success',
  uri: 'https://lake.example/dicom/file',
  objectKey: '/lake/dicom/file',
  requesterObjectId: 'somebody',
};

function logOf(resources: ResourceStore): StorageLog {
  return new StorageLog({ clock: new ManualClock(), resources, delayMs: 0, isLosing: () => false });
}

test('a log keeps nothing where nobody asked for it', () => {
  const log = logOf(new ResourceStore());
  log.record(ENTRY);
  expect(log.arrived(ACCOUNT)).toEqual([]);
});

test('a log keeps the newest hundred thousand rows, less those that went at once', () => {
  const resources = new ResourceStore();
  resources.put(`${ACCOUNT}/blobServices/default/providers/Microsoft.Insights/diagnosticSettings/logs`, {
    properties: { workspaceId: 'workspace', logs: [{ category: 'StorageWrite', enabled: true }] },
  });
  const log = logOf(resources);
  for (let number = 1; number <= 100_001; number += 1) log.record({ ...ENTRY, objectKey: `/${number}` });
  const kept = log.arrived(ACCOUNT.toUpperCase());
  expect([kept.length, kept[0]?.objectKey, kept.at(-1)?.objectKey]).toEqual([90_001, '/10001', '/100001']);
  expect(log.arrived(`${ACCOUNT}2`)).toEqual([]);
});
