import { randomInt } from 'node:crypto';
import type { Clock } from '../../clock';
import { EvidenceError, ServiceRefusal, UnreadableAnswer } from '../../error';
import type { ListPage } from './list-page';

/** Between two tries of one page, in milliseconds; the last try is not waited after. */
const WAITS_MS = [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000];

export interface Patience {
  readonly clock: Clock;
  /** Told of each answer that the service is busy. */
  readonly onThrottled: () => void;
}

/** Asks for a page again, for up to two minutes, where the reason is one that passes. */
export function patientLister(listPage: ListPage, { clock, onThrottled }: Patience): ListPage {
  return async (query, signal) => {
    for (let tries = 0; ; tries += 1) {
      try {
        return await listPage(query, signal);
      } catch (error) {
        const wait = WAITS_MS[tries];
        if (signal.aborted || wait === undefined || !mayPass(error)) throw error;
        if (error instanceof ServiceRefusal) onThrottled();
        // Requests that were refused at the same moment do not come again at the same moment.
        await clock.sleep(wait / 2 + randomInt(wait), signal);
      }
    }
  };
}

function mayPass(error: unknown): boolean {
  if (error instanceof ServiceRefusal) return [429, 500, 503].includes(error.status);
  // A connection that is cut off in the middle of a page leaves a page that cannot be read.
  return (
    error instanceof UnreadableAnswer || (error instanceof EvidenceError && error.code === 'UNREACHABLE')
  );
}
