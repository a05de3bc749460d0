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

const SETTING = `${ACCOUNT}/blobServices/default/providers/Microsoft.Insights/diagnosticSettings/logs`;

function setting(workspaceId: string, category = 'StorageWrite') {
  return { properties: { workspaceId, logs: [{ category, enabled: true }] } };
}

test('a log follows its settings: made, changed, for another category, removed, made again', () => {
  const resources = new ResourceStore();
  const log = logOf(resources);
  const kept = (entry: Partial<StorageLogEntry> = {}): readonly (readonly string[])[] => {
    const before = log.arrived(ACCOUNT).length;
    log.record({ ...ENTRY, ...entry });
    return log
      .arrived(ACCOUNT)
      .slice(before)
      .map(({ workspaceIds }) => workspaceIds);
  };
  expect(kept()).toEqual([]);
  resources.put(SETTING, setting('one'));
  expect([kept(), kept(), kept({ category: 'StorageRead' })]).toEqual([[['one']], [['one']], []]);
  resources.put(SETTING, setting('two'));
  expect([kept(), kept({ accountId: `${ACCOUNT}2` })]).toEqual([[['two']], []]);
  resources.replaceText('two', 'three');
  expect(kept()).toEqual([['three']]);
  resources.put(SETTING, setting('three', 'StorageRead'));
  expect([kept(), kept({ category: 'StorageRead' })]).toEqual([[], [['three']]]);
  resources.delete(ACCOUNT);
  expect(kept({ category: 'StorageRead' })).toEqual([]);
  resources.put(SETTING, setting('four'));
  expect(kept()).toEqual([['four']]);
});

test('a log looks through the resources once, not once a request', () => {
  const resources = new ResourceStore();
  resources.put(SETTING, setting('one'));
  const below = jest.spyOn(resources, 'below');
  const log = logOf(resources);
  for (let number = 1; number <= 1000; number += 1) log.record(ENTRY);
  expect(log.arrived(ACCOUNT)).toHaveLength(1000);
  expect(below).toHaveBeenCalledTimes(1);
});
