import { KnownMonitorLogsQueryAudience } from '@azure/monitor-query-logs';
import { AZURE_CLOUDS } from '../../../contract';
import type { HttpCall } from '../../../verify/clients/http';
import { LogReader } from '../../../verify/clients/log-reader';

const ID = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/a';
const TABLE = {
  name: 'PrimaryResult',
  columns: [
    { name: 'Newest', type: 'datetime' },
    { name: 'Count', type: 'long' },
  ],
  rows: [['2026-01-01T00:00:00Z', 3]],
};

function readerOf(status: number, body: unknown): { readonly reader: LogReader; readonly calls: HttpCall[] } {
  const calls: HttpCall[] = [];
  const reader = new LogReader((call) => {
    calls.push(call);
    return Promise.resolve({
      status,
      header: () => undefined,
      body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
    });
  }, 'https://logs.example');
  return { reader, calls };
}

test('a query is asked of one resource, and answered row by row', async () => {
  const { reader, calls } = readerOf(200, { tables: [TABLE] });
  const { signal } = new AbortController();
  expect(await reader.query(ID, 'StorageBlobLogs | count', signal)).toEqual([
    { Newest: '2026-01-01T00:00:00Z', Count: 3 },
  ]);
  expect(calls).toEqual([
    {
      method: 'POST',
      url: `https://logs.example/v1${ID}/query`,
      headers: { 'Content-Type': 'application/json' },
      body: Buffer.from('{"query":"StorageBlobLogs | count"}'),
      signal,
    },
  ]);
});

test.each([
  [403, { error: { code: 'InsufficientAccessError', message: 'no' } }, 'InsufficientAccessError'],
  [502, '<html>', undefined],
])('a refusal with %i is told with its code', async (status, body, serviceCode) => {
  await expect(readerOf(status, body).reader.query(ID, 'x')).rejects.toMatchObject({
    name: 'ServiceRefusal',
    plane: 'logs',
    status,
    serviceCode,
  });
});

test.each([
  ['it is no JSON object', '<html>'],
  ['it is no JSON object', []],
  ['it holds a part of the result only', { tables: [TABLE], error: { code: 'PartialError' } }],
  ['it has no table', {}],
  ['it has no table', { tables: [{ columns: [] }] }],
  ['a row is no list', { tables: [{ ...TABLE, rows: [{}] }] }],
])('an answer that cannot be read is none: %s', async (reason, body) => {
  await expect(readerOf(200, body).reader.query(ID, 'x')).rejects.toMatchObject({
    name: 'UnreadableAnswer',
    reason,
  });
});

test('audiences are those of Azure’s own client', () => {
  const { AzurePublicCloud, AzureUSGovernment, AzureChinaCloud } = AZURE_CLOUDS;
  expect([
    AzurePublicCloud.logsAudience,
    AzureUSGovernment.logsAudience,
    AzureChinaCloud.logsAudience,
  ]).toEqual([
    KnownMonitorLogsQueryAudience.AzurePublicCloud,
    KnownMonitorLogsQueryAudience.AzureGovernment,
    KnownMonitorLogsQueryAudience.AzureChina,
  ]);
});
