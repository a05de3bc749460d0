import type { BlobCapacity } from '../domain/blob-capacity';
import type { HttpResponse } from '../http/exchange';
import { jsonResponse } from '../http/json-response';
import type { ArmCall } from './arm-call';
import type { ArmResources } from './arm-resources';
import { parseResourceId } from './resource-id';
import { metricsAnswer } from './storage-metrics';

/** What a storage account holds, at a time in milliseconds since the epoch. */
export type CapacityOf = (accountId: string, now: number) => readonly BlobCapacity[];

/** Answers as Azure Monitor, which is asked for metrics below the resource they are about. */
export function answerMetrics(
  call: ArmCall,
  resources: ArmResources,
  capacityOf: CapacityOf,
): HttpResponse | undefined {
  const { request, path } = call;
  const id = /^(.+)\/providers\/Microsoft\.Insights\/metrics$/i.exec(path)?.[1];
  if (request.method !== 'GET' || id === undefined) return undefined;
  call.demand('Microsoft.Insights/metrics/read', id);
  const stored = resources.stored(id);
  const type = parseResourceId(stored.id)?.type ?? '';
  const accountId = /^.*\/storageAccounts\/[^/]+/i.exec(stored.id)?.[0] ?? '';
  const { status, body } = metricsAnswer({
    id: stored.id,
    type: resources.typeOf(type)?.type ?? type,
    location: resources.store.get(accountId)?.body['location'],
    parameters: request.url.searchParams,
    askedAt: request.receivedAt,
    capacities: () => capacityOf(accountId, request.receivedAt),
  });
  return jsonResponse(status, body);
}
