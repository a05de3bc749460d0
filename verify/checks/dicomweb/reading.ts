import { explainServiceError } from '../../../contract';
import type { Finding, Verdict } from '../../model';
import type { InstanceTrip, RoundTrip } from '../../evidence/round-trip';
import type { Step } from '../../evidence/step';

/** What one step of a trip says against the service. */
interface Complaint {
  readonly finding: Finding;
  readonly cause?: string;
  readonly remedy?: string;
}

/**
 * Judges one step of all trips: a refused or unreadable step complains, a done one complains where `expectation` is
 * not met, a skipped one does not count. Where nothing was done at all, the check does not apply.
 *
 * @param remedy what to do where the service did the step, but wrongly
 */
export function judgeStep<T, Trip extends Pick<InstanceTrip, 'label'>>(
  trips: readonly Trip[],
  stepOf: (trip: Trip) => Step<T>,
  expectation: (value: T, trip: Trip) => { readonly expected: string; readonly actual: string } | undefined,
  reason: string,
  remedy: string,
): Verdict {
  const complaints: Complaint[] = [];
  let done = 0;
  let skipped = 'no instance was sent';
  for (const trip of trips) {
    const step = stepOf(trip);
    if (step.state === 'skipped') {
      skipped = step.reason;
      continue;
    }
    done += 1;
    if (step.state !== 'done') complaints.push(complaintOf(trip, step));
    else {
      const unmet = expectation(step.value, trip);
      if (unmet !== undefined) complaints.push({ finding: { subject: trip.label, ...unmet } });
    }
  }
  if (done === 0) return { outcome: 'not-applicable', reason: skipped };
  const [first] = complaints;
  if (first === undefined)
    return { outcome: 'pass', detail: `${done} ${done === 1 ? 'instance' : 'instances'}` };
  const explained = complaints.find((complaint) => complaint.cause !== undefined);
  return {
    outcome: 'fail',
    reason: explained?.cause === undefined ? reason : `${reason}: ${explained.cause}`,
    remedy: explained?.remedy ?? remedy,
    findings: complaints.map((complaint) => complaint.finding),
  };
}

/** A refused or unreadable step in words, with what the table of service errors knows about it. */
export function complaintOf(
  trip: Pick<InstanceTrip, 'label'>,
  step: Extract<Step<unknown>, { state: 'refused' | 'unreadable' }>,
): Complaint {
  if (step.state === 'unreadable') {
    return {
      finding: {
        subject: trip.label,
        expected: `${step.operation} is answered readably`,
        actual: step.reason,
      },
    };
  }
  const code = step.code === undefined ? '' : ` ${step.code}`;
  const plane = step.operation.startsWith('reading the file in the lake') ? 'lake' : 'dicom';
  const explained = explainServiceError(plane, step.status, step.code);
  return {
    finding: { subject: trip.label, expected: `${step.operation} succeeds`, actual: `${step.status}${code}` },
    ...(explained === undefined ? {} : { cause: explained.cause, remedy: explained.remedy }),
  };
}

/** Given files can be refused for what they are; synthetic ones only for what the service is. */
export function isFaultOfFile(trip: InstanceTrip): boolean {
  return trip.origin === 'given' && trip.store.state === 'refused' && trip.store.status === 409;
}

export function roundTripsThatCount(evidence: RoundTrip): readonly InstanceTrip[] {
  return evidence.instances.filter((trip) => !isFaultOfFile(trip));
}
