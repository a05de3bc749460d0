import type { Row, Table } from './section';

export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

export function spreadOf(runs: readonly number[]): Spread {
  return { median: median(runs), least: Math.min(...runs), most: Math.max(...runs) };
}

/** Of the ratios of each round, so that a noisy machine hurts both sides alike; undefined where there is no base. */
export function ratioOf({ rows }: Table, { runs, base }: Row): Spread | undefined {
  if (base === undefined) return undefined;
  const other = rows.find(({ name }) => name === base);
  if (other?.runs.length !== runs.length) throw new Error(`no row '${base}' of as many rounds`);
  return spreadOf(runs.map((run, round) => run / (other.runs[round] ?? NaN)));
}

function median(runs: readonly number[]): number {
  const sorted = runs.toSorted((one, other) => one - other);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? NaN) + (sorted[Math.floor(middle)] ?? NaN)) / 2;
}
