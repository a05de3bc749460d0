import type { HttpResponse } from '../http/exchange';
import { jsonResponse } from '../http/json-response';
import type { ArmCall } from './arm-call';
import type { ArmResources } from './arm-resources';
import { availabilityHistory, currentAvailability, type HealthSubject } from './resource-health';

/** How a resource is; undefined for those that Resource Health is not told of. */
export type HealthOf = (resourceId: string) => Pick<HealthSubject, 'health' | 'history'> | undefined;

/** Answers as Resource Health, which is asked below the resource it is about. */
export function answerHealth(
  call: ArmCall,
  resources: ArmResources,
  healthOf: HealthOf,
): HttpResponse | undefined {
  const { request, path } = call;
  const [, id, current] =
    /^(.+)\/providers\/Microsoft\.ResourceHealth\/availabilityStatuses(\/current)?$/i.exec(path) ?? [];
  if (request.method !== 'GET' || id === undefined) return undefined;
  call.demand('Microsoft.ResourceHealth/availabilityStatuses/read', id);
  const stored = resources.stored(id);
  const subject = healthOf(stored.id);
  if (subject === undefined) return undefined;
  const expand = request.url.searchParams.get('$expand')?.toLowerCase() === 'recommendedactions';
  const told = {
    ...subject,
    id: stored.id,
    location: stored.body['location'],
    askedAt: request.receivedAt,
  };
  return current === undefined
    ? jsonResponse(200, { value: availabilityHistory(told, expand) })
    : jsonResponse(200, currentAvailability(told, expand));
}
