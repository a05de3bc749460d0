import { setTimeout as delay } from 'node:timers/promises';

/** The only source of time in verify. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after a while; rejects with the signal's reason where it aborts first. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

export class SystemClock implements Clock {
  public now(): number {
    return Date.now();
  }

  public async sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    await delay(milliseconds, undefined, signal === undefined ? {} : { signal });
  }
}

/** A clock for tests: sleeping moves time on at once. */
export class ManualClock implements Clock {
  public constructor(private time: number = Date.UTC(2026, 0, 1)) {}

  public now(): number {
    return this.time;
  }

  public async sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.time += milliseconds;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
