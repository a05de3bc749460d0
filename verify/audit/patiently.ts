import { randomInt } from 'node:crypto';
import type { Clock } from '../clock';
import { EvidenceError, ServiceRefusal, UnreadableAnswer } from '../error';

/** Between two tries, in milliseconds; the last try is not waited after. */
const WAITS_MS = [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000];

export interface Patience {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Told of each answer that the service is busy. */
  readonly onBusy?: () => void;
}

/** Asks again, for about two minutes, where the reason is one that passes. */
export async function patiently<T>(ask: () => Promise<T>, { clock, signal, onBusy }: Patience): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await ask();
    } catch (error) {
      const wait = WAITS_MS[tries];
      if (signal.aborted || wait === undefined || !mayPass(error)) throw error;
      if (error instanceof ServiceRefusal) onBusy?.();
      // Requests that were refused at the same moment do not come again at the same moment.
      await clock.sleep(wait / 2 + randomInt(wait), signal);
    }
  }
}

function mayPass(error: unknown): boolean {
  if (error instanceof ServiceRefusal) return [429, 500, 503].includes(error.status);
  // A connection that is cut off in the middle of an answer leaves one that cannot be read.
  return (
    error instanceof UnreadableAnswer || (error instanceof EvidenceError && error.code === 'UNREACHABLE')
  );
}
