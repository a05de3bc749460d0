import { performance } from 'node:perf_hooks';

export interface Measured {
  readonly name: string;
  /** Milliseconds, one a run, in ascending order. */
  readonly runs: readonly number[];
}

/**
 * Times several ways of doing one thing side by side: every round runs each of them once, so that a noisy machine
 * hurts all alike. One round beforehand warms up and does not count.
 */
export async function measure(
  ways: Readonly<Record<string, () => unknown>>,
  rounds: number,
): Promise<readonly Measured[]> {
  const times = new Map(Object.keys(ways).map((name) => [name, [] as number[]]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const [name, way] of Object.entries(ways)) {
      const start = performance.now();
      await way();
      if (round > 0) times.get(name)?.push(performance.now() - start);
    }
  }
  return [...times].map(([name, runs]) => ({ name, runs: runs.sort((a, b) => a - b) }));
}

/** A line a way: median, fastest, slowest and the ratio of the median to that of the last way. */
export function describe(title: string, measured: readonly Measured[]): string {
  const base = median(measured.at(-1)?.runs ?? []);
  const lines = measured.map(({ name, runs }) => {
    const numbers = [median(runs), runs.at(0) ?? NaN, runs.at(-1) ?? NaN].map((ms) =>
      ms.toFixed(1).padStart(9),
    );
    return `  ${name.padEnd(34)}${numbers.join('')}${(median(runs) / base).toFixed(2).padStart(9)}`;
  });
  return [`${title} (ms: median, fastest, slowest; ratio)`, ...lines, ''].join('\n');
}

function median(sorted: readonly number[]): number {
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}
