import type { Clock } from '../clock';
import { EvidenceError } from '../error';
import type { HttpAnswer, HttpCall, SendHttp } from './http';

/** How long a sender may go on. */
export interface Patience {
  readonly clock: Clock;
  /** Time of the clock after which nothing is asked again. */
  readonly deadline: number;
}

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;
/** How often a reading call is made whose answer got lost, or told of a failure inside. */
const MOST_TRIES = 3;
/** The service did not take the request up; it may come again, whatever it asks for. */
const NOT_NOW = new Map<number, 'THROTTLED' | 'UNAVAILABLE'>([
  [429, 'THROTTLED'],
  [503, 'UNAVAILABLE'],
]);
const FAILED_INSIDE = [408, 500, 502, 504];

/**
 * Asks again where waiting can help: as long as there is time while the service says not now, and a few times where a
 * reading call failed. `Retry-After` is heeded.
 *
 * @throws EvidenceError THROTTLED or UNAVAILABLE where the service says not now until the deadline
 */
export function patientSender(send: SendHttp, { clock, deadline }: Patience): SendHttp {
  return async (call) => {
    const start = clock.now();
    for (let tries = 1; ; tries += 1) {
      const attempt = await attemptOf(send, call, tries);
      const code = attempt.answer === undefined ? undefined : NOT_NOW.get(attempt.answer.status);
      const wait = waitBefore(tries, attempt.answer);
      const isOver = clock.now() + wait >= deadline;
      if (code !== undefined && isOver) {
        throw new EvidenceError(
          code,
          `${new URL(call.url).host} answered ${attempt.answer?.status ?? ''} to ${count(tries)} in ${Math.round((clock.now() - start) / 1000)} s: ${WHY[code]}`,
          'run it again later, or with a longer --deadline; look at the Resource Health of the service',
        );
      }
      if (code === undefined && (!attempt.mayHelp || isOver)) {
        if (attempt.answer === undefined) throw attempt.error;
        return attempt.answer;
      }
      await clock.sleep(wait, call.signal);
    }
  };
}

const WHY = { THROTTLED: 'it is throttling', UNAVAILABLE: 'it is not ready' } as const;

interface Attempt {
  readonly answer?: HttpAnswer;
  readonly error?: unknown;
  /** Whether another try may end better. */
  readonly mayHelp: boolean;
}

async function attemptOf(send: SendHttp, call: HttpCall, tries: number): Promise<Attempt> {
  const mayRepeat = call.method === 'GET' && tries < MOST_TRIES;
  try {
    const answer = await send(call);
    return { answer, mayHelp: mayRepeat && FAILED_INSIDE.includes(answer.status) };
  } catch (error) {
    const isLost = error instanceof EvidenceError && error.code === 'UNREACHABLE';
    return { error, mayHelp: mayRepeat && isLost && call.signal?.aborted !== true };
  }
}

function waitBefore(tries: number, answer: HttpAnswer | undefined): number {
  const asked = Number(answer?.header('retry-after') ?? 0) * 1000;
  const own = Math.min(FIRST_WAIT_MS * 2 ** (tries - 1), LONGEST_WAIT_MS);
  return Number.isFinite(asked) ? Math.max(asked, own) : own;
}

function count(tries: number): string {
  return tries === 1 ? 'one request' : `${tries} requests`;
}
