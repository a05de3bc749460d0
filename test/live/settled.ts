import type { ExperimentContext } from './experiment';

export interface Patience {
  /** Milliseconds between two looks. */
  readonly everyMs: number;
  /** So many looks in a row have to be alike. */
  readonly alike: number;
  /** None counts before. Milliseconds. */
  readonly atLeastMs: number;
  /** The last look counts then, whatever it says. Milliseconds. */
  readonly atMostMs: number;
}

/** Firewalls and roles take minutes, and what decides on them keeps its decisions: one look says nothing. */
const AS_AZURE_SETTLES: Patience = {
  everyMs: 60_000,
  alike: 3,
  atLeastMs: 6 * 60_000,
  atMostMs: 20 * 60_000,
};

/** Looks until it has seen the same often enough. */
export async function settled<T>(
  { clock, signal }: Pick<ExperimentContext, 'clock' | 'signal'>,
  look: () => Promise<T>,
  { everyMs, alike, atLeastMs, atMostMs }: Patience = AS_AZURE_SETTLES,
): Promise<T> {
  const start = clock.now();
  let last = await look();
  for (let same = 1; clock.now() - start < atMostMs;) {
    if (same >= alike && clock.now() - start >= atLeastMs) break;
    await clock.sleep(everyMs, signal);
    const next = await look();
    same = JSON.stringify(next) === JSON.stringify(last) ? same + 1 : 1;
    last = next;
  }
  return last;
}

/** Looks until it is so. @returns whether it came to be */
export async function cameTrue(
  { clock, signal }: Pick<ExperimentContext, 'clock' | 'signal'>,
  look: () => Promise<boolean>,
  { everyMs, atMostMs }: Pick<Patience, 'everyMs' | 'atMostMs'>,
): Promise<boolean> {
  const start = clock.now();
  for (;;) {
    if (await look()) return true;
    if (clock.now() - start >= atMostMs) return false;
    await clock.sleep(everyMs, signal);
  }
}
