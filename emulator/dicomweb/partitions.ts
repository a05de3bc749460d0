import { ServiceFault } from '../fault';
import type { HttpResponse } from '../http/exchange';
import { JSON_TYPE, type DicomExchange, type DicomRoute } from './route';

export const PARTITION_ROUTES: readonly DicomRoute[] = [
  { method: 'GET', path: '/partitions', permission: 'read', partition: 'none', handle: listPartitions },
];

function listPartitions({ service }: DicomExchange): HttpResponse {
  if (!service.dataPartitionsEnabled) throw partitionsDisabled();
  const partitions = service.partitions().map(({ key, name, createdAt }) => ({
    partitionKey: key,
    partitionName: name,
    createdDate: new Date(createdAt).toISOString(),
  }));
  return { status: 200, headers: JSON_TYPE, body: JSON.stringify(partitions) };
}

export function partitionsDisabled(): ServiceFault {
  return new ServiceFault(400, 'BadRequest', 'Data partitions feature is disabled.');
}
