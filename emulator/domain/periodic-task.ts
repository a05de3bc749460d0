import type { Clock } from '../clock';

/** Runs something again and again, never twice at once: a run that is due while another goes on is left out. */
export class PeriodicTask {
  private cancelNext: () => void;
  private running: Promise<void> | undefined;

  /** @param run must not reject */
  public constructor(
    private readonly clock: Clock,
    private readonly run: () => Promise<void>,
    times: { readonly firstDelayMs: number; readonly periodMs: number },
  ) {
    this.cancelNext = clock.after(times.firstDelayMs, () => this.tick(times.periodMs));
  }

  /** No run begins after this; resolves when the last one has ended. */
  public async stop(): Promise<void> {
    this.cancelNext();
    await this.running;
  }

  private tick(periodMs: number): Promise<void> {
    this.cancelNext = this.clock.after(periodMs, () => this.tick(periodMs));
    this.running ??= this.run().finally(() => {
      this.running = undefined;
    });
    return this.running;
  }
}
