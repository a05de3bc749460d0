import { performance } from 'node:perf_hooks';
import type { Row } from './section';

export interface Measured {
  readonly name: string;
  /** Milliseconds, one a run, in the order of the rounds. */
  readonly runs: readonly number[];
}

/**
 * Times several ways of doing one thing side by side: every round runs each of them once, so that a noisy machine
 * hurts all alike. One round beforehand warms up and does not count.
 *
 * @param ways those that answer a number have timed themselves, in milliseconds
 */
export async function measure(
  ways: Readonly<Record<string, () => unknown>>,
  rounds: number,
): Promise<readonly Measured[]> {
  const times = new Map(Object.keys(ways).map((name) => [name, [] as number[]]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const [name, way] of Object.entries(ways)) {
      const start = performance.now();
      const own = await way();
      const time = typeof own === 'number' ? own : performance.now() - start;
      if (round > 0) times.get(name)?.push(time);
    }
  }
  return [...times].map(([name, runs]) => ({ name, runs }));
}

/**
 * Operations a second, each beside the last way.
 *
 * @param count how many operations one run is
 */
export function rateRows(measured: readonly Measured[], count: number): readonly Row[] {
  const base = measured.at(-1)?.name ?? '';
  return measured.map(({ name, runs }) => ({
    name,
    unit: 'ops/s',
    runs: runs.map((ms) => (count * 1000) / ms),
    ...(name === base ? {} : { base }),
  }));
}
