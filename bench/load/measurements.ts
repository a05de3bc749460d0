import { performance } from 'node:perf_hooks';

/** How one kind of request did. Times are in milliseconds. */
export interface OperationFigures {
  readonly name: string;
  readonly count: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** The times that requests took, by kind. */
export class Measurements {
  private readonly times = new Map<string, number[]>();

  public get count(): number {
    return [...this.times.values()].reduce((sum, { length }) => sum + length, 0);
  }

  /** Only what succeeds counts. */
  public async time<Result>(name: string, run: () => Promise<Result>): Promise<Result> {
    const start = performance.now();
    const result = await run();
    const times = this.times.get(name) ?? [];
    times.push(performance.now() - start);
    this.times.set(name, times);
    return result;
  }

  /** @param seconds how long requests were sent */
  public figures(seconds: number): readonly OperationFigures[] {
    return [...this.times]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, times]) => {
        const sorted = times.toSorted((a, b) => a - b);
        const quantile = (share: number): number => sorted[Math.floor((sorted.length - 1) * share)] ?? NaN;
        const perSecond = times.length / seconds;
        return { name, count: times.length, perSecond, p50Ms: quantile(0.5), p99Ms: quantile(0.99) };
      });
  }
}
