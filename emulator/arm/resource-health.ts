import { explainServiceError } from '../../contract';
import type { DicomServiceHealth } from '../domain/health-writer';
import type { Body } from './resource-type';

/** What Resource Health is asked about. */
export interface HealthSubject {
  /** ARM id. */
  readonly id: string;
  readonly location: unknown;
  readonly health: DicomServiceHealth;
  /** Newest first. */
  readonly history: readonly DicomServiceHealth[];
  /** When the question came. */
  readonly askedAt: number;
}

/**
 * After so long without a signal nothing is known of a resource any more.
 *
 * @see https://learn.microsoft.com/azure/service-health/resource-health-overview#unknown
 */
const SILENCE_MS = 10 * 60_000;

const STATES = { Unknown: 'Unknown', Healthy: 'Available', Degraded: 'Degraded', Unhealthy: 'Unavailable' };

/** Status of the service's own reasons, from the open-source server; how Azure words them is not known. */
const DETAILS = {
  Unknown: 'None',
  Healthy: 'None',
  Degraded: 'ConnectedStoreDegraded',
  Unhealthy: 'ServiceUnavailable',
};

/**
 * How a DICOM service is, as Azure Resource Health tells it.
 *
 * @param withActions whether `$expand=recommendedactions` was asked for
 * @see https://learn.microsoft.com/rest/api/resourcehealth/availability-statuses/get-by-resource
 */
export function currentAvailability(subject: HealthSubject, withActions: boolean): Body {
  const { id, location, health, askedAt } = subject;
  const { checkedAt } = health;
  const isSilent = checkedAt !== undefined && askedAt - checkedAt > SILENCE_MS;
  const known: DicomServiceHealth = isSilent
    ? { status: 'Unknown', checkedAt, since: checkedAt + SILENCE_MS }
    : health;
  return availability(id, location, 'current', known, withActions);
}

/** The current status and those before it, newest first. */
export function availabilityHistory(subject: HealthSubject, withActions: boolean): readonly Body[] {
  const { id, location, history } = subject;
  return [
    currentAvailability(subject, withActions),
    ...history.map((health) =>
      availability(id, location, new Date(health.since ?? 0).toISOString(), health, withActions),
    ),
  ];
}

function availability(
  id: string,
  location: unknown,
  name: string,
  { status, code, checkedAt, since }: DicomServiceHealth,
  withActions: boolean,
): Body {
  const isWell = status === 'Healthy' || status === 'Unknown';
  const error = code === undefined ? undefined : explainServiceError('dicom', 424, code);
  const cause = error?.cause ?? 'the service could not write, read and delete its health file';
  return {
    id: `${id}/providers/Microsoft.ResourceHealth/availabilityStatuses/${name}`,
    name,
    type: 'Microsoft.ResourceHealth/AvailabilityStatuses',
    location,
    properties: {
      availabilityState: STATES[status],
      title: STATES[status],
      summary: isWell
        ? SUMMARIES[status]
        : `${SUMMARIES[status]}: ${cause}${code === undefined ? '' : ` (${code})`}.`,
      detailedStatus: DETAILS[status],
      reasonType: isWell ? '' : 'Unplanned',
      reasonChronicity: 'Persistent',
      ...(since === undefined ? {} : { occuredTime: new Date(since).toISOString() }),
      ...(checkedAt === undefined ? {} : { reportedTime: new Date(checkedAt).toISOString() }),
      ...(withActions && !isWell
        ? {
            recommendedActions: [
              {
                action: error?.remedy ?? 'look into the storage account that the service is connected to',
                actionUrl: 'https://go.microsoft.com/fwlink/?linkid=2251550',
                actionUrlText: 'Troubleshoot the connected storage account',
              },
            ],
          }
        : {}),
    },
  };
}

const SUMMARIES = {
  Healthy: 'Successfully connected.',
  Unknown: 'Nothing was heard of the service for more than 10 minutes, or nothing yet.',
  Degraded: 'The health of the connected store has degraded',
  Unhealthy: 'The connected store could not be checked',
};
