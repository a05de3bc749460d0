/** The only source of time in the emulator. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Runs `action` once, `delayMs` from now; the answer cancels it. Never keeps the process alive by itself. */
  after(delayMs: number, action: () => void | Promise<void>): () => void;
}

export class SystemClock implements Clock {
  public now(): number {
    return Date.now();
  }

  public after(delayMs: number, action: () => void | Promise<void>): () => void {
    const timer = setTimeout(() => void action(), delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  }
}

/** A clock that stands still until it is told to advance. */
export class ManualClock implements Clock {
  private readonly pending = new Set<{
    readonly dueAt: number;
    readonly action: () => void | Promise<void>;
  }>();

  public constructor(private time: number = Date.UTC(2026, 0, 1)) {}

  public now(): number {
    return this.time;
  }

  public after(delayMs: number, action: () => void | Promise<void>): () => void {
    const entry = { dueAt: this.time + delayMs, action };
    this.pending.add(entry);
    return () => this.pending.delete(entry);
  }

  /** Moves time on and runs what falls due, in order, letting asynchronous work settle after each action. */
  public async advance(milliseconds: number): Promise<void> {
    const target = this.time + milliseconds;
    for (;;) {
      const [next] = [...this.pending]
        .filter((entry) => entry.dueAt <= target)
        .sort((a, b) => a.dueAt - b.dueAt);
      if (next === undefined) break;
      this.pending.delete(next);
      this.time = Math.max(this.time, next.dueAt);
      void next.action();
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.time = target;
  }
}

/** Longest delay that a timer of node takes. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

interface Waiting {
  readonly dueAt: number;
  readonly action: () => void | Promise<void>;
  timer?: NodeJS.Timeout;
}

/** A clock that goes with another one, but can be told to jump ahead. */
export class ShiftedClock implements Clock {
  private readonly waiting = new Set<Waiting>();

  /**
   * @param shift how far it is ahead of the other clock, in milliseconds
   * @param onJump told of the new shift
   */
  public constructor(
    private shift = 0,
    private readonly onJump: (shift: number) => void = () => undefined,
    private readonly base: Pick<Clock, 'now'> = new SystemClock(),
  ) {}

  public now(): number {
    return this.base.now() + this.shift;
  }

  public after(delayMs: number, action: () => void | Promise<void>): () => void {
    const waiting: Waiting = { dueAt: this.now() + delayMs, action };
    this.waiting.add(waiting);
    this.arm(waiting);
    return () => {
      this.cancel(waiting);
    };
  }

  /**
   * Moves time on as for a machine that wakes from sleep: it is the later time at once, and what fell due meanwhile
   * happens once each, in the order in which it was due. Resolves when that has been done.
   *
   * @throws RangeError for anything but a finite number of milliseconds, not below 0
   */
  public async jump(milliseconds: number): Promise<void> {
    if (!Number.isFinite(milliseconds) || milliseconds < 0) {
      throw new RangeError(`a clock jumps ahead by milliseconds, not below 0, got ${milliseconds}`);
    }
    this.shift += milliseconds;
    this.onJump(this.shift);
    const now = this.now();
    const due = [...this.waiting].filter(({ dueAt }) => dueAt <= now).sort((a, b) => a.dueAt - b.dueAt);
    for (const waiting of due) {
      if (!this.waiting.has(waiting)) continue;
      this.cancel(waiting);
      await waiting.action();
    }
    for (const waiting of this.waiting) this.arm(waiting);
  }

  private arm(waiting: Waiting): void {
    clearTimeout(waiting.timer);
    const delayMs = Math.min(LONGEST_TIMER_MS, Math.max(0, waiting.dueAt - this.now()));
    waiting.timer = setTimeout(() => {
      if (waiting.dueAt > this.now()) {
        this.arm(waiting);
        return;
      }
      this.waiting.delete(waiting);
      void waiting.action();
    }, delayMs);
    waiting.timer.unref();
  }

  private cancel(waiting: Waiting): void {
    this.waiting.delete(waiting);
    clearTimeout(waiting.timer);
  }
}
