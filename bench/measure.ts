import { performance } from 'node:perf_hooks';

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

/** A line a way: median, fastest, slowest and the ratio of the median to that of the last way. */
export function describe(title: string, measured: readonly Measured[]): string {
  const base = median(measured.at(-1)?.runs ?? []);
  const lines = measured.map(({ name, runs }) => {
    const numbers = spread(runs).map((ms) => ms.toFixed(1).padStart(9));
    return `  ${name.padEnd(34)}${numbers.join('')}${(median(runs) / base).toFixed(2).padStart(9)}`;
  });
  return [`${title} (ms: median, fastest, slowest; ratio)`, ...lines, ''].join('\n');
}

/**
 * A line a way: requests a second (median, slowest, fastest), then the ratio to the last way, round by round (median,
 * least, greatest).
 *
 * @param requests how many one run sends
 */
export function describeRates(title: string, requests: number, measured: readonly Measured[]): string {
  const base = measured.at(-1)?.runs ?? [];
  const lines = measured.map(({ name, runs }) => {
    const rates = spread(runs.map((ms) => (requests * 1000) / ms)).map((rate) => rate.toFixed(0).padStart(8));
    const ratios = spread(runs.map((ms, round) => (base[round] ?? NaN) / ms));
    return `  ${name.padEnd(34)}${rates.join('')}${ratios.map((ratio) => ratio.toFixed(2).padStart(8)).join('')}`;
  });
  return [`${title} (requests/s: median, least, most; ratio: median, least, most)`, ...lines, ''].join('\n');
}

/** Median, least and greatest. */
function spread(runs: readonly number[]): readonly number[] {
  return [median(runs), Math.min(...runs), Math.max(...runs)];
}

function median(runs: readonly number[]): number {
  return runs.toSorted((a, b) => a - b)[Math.floor(runs.length / 2)] ?? NaN;
}
