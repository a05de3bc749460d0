/** The only source of time in the emulator. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Runs `action` once, `delayMs` from now; the answer cancels it. Never keeps the process alive by itself. */
  after(delayMs: number, action: () => void): () => void;
}

export class SystemClock implements Clock {
  public now(): number {
    return Date.now();
  }

  public after(delayMs: number, action: () => void): () => void {
    const timer = setTimeout(action, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  }
}

/** A clock that stands still until it is told to advance. */
export class ManualClock implements Clock {
  private readonly pending = new Set<{ readonly dueAt: number; readonly action: () => void }>();

  public constructor(private time: number = Date.UTC(2026, 0, 1)) {}

  public now(): number {
    return this.time;
  }

  public after(delayMs: number, action: () => void): () => void {
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
      next.action();
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.time = target;
  }
}
