import { setTimeout as delay } from 'node:timers/promises';

/** The only source of time in verify. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after a while; rejects with the signal's reason where it aborts first. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** Aborts after a while, with a reason named `TimeoutError`; nothing is kept waiting for it. */
  timeout(milliseconds: number): AbortSignal;
}

export class SystemClock implements Clock {
  public now(): number {
    return Date.now();
  }

  public async sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    await delay(milliseconds, undefined, signal === undefined ? {} : { signal });
  }

  public timeout(milliseconds: number): AbortSignal {
    return AbortSignal.timeout(milliseconds);
  }
}

/** A clock for tests: sleeping moves time on at once. */
export class ManualClock implements Clock {
  private timeouts: readonly { readonly at: number; readonly controller: AbortController }[] = [];

  public constructor(private time: number = Date.UTC(2026, 0, 1)) {}

  public now(): number {
    return this.time;
  }

  public async sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.time += milliseconds;
    const due = this.timeouts.filter(({ at }) => at <= this.time);
    this.timeouts = this.timeouts.filter(({ at }) => at > this.time);
    for (const { controller } of due) controller.abort(new DOMException('the time is over', 'TimeoutError'));
    signal?.throwIfAborted();
    await new Promise((resolve) => setImmediate(resolve));
  }

  public timeout(milliseconds: number): AbortSignal {
    const controller = new AbortController();
    this.timeouts = [...this.timeouts, { at: this.time + milliseconds, controller }];
    return controller.signal;
  }
}
