import type { ManualClock } from '../../emulator';
import type { Clock } from '../../verify';

/** The verifier on the emulator's clock: while it waits, the emulator goes on. */
export class SharedClock implements Clock {
  private readonly timeouts: { readonly at: number; readonly controller: AbortController }[] = [];

  public constructor(private readonly clock: ManualClock) {}

  public now(): number {
    return this.clock.now();
  }

  public async sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    await this.clock.advance(milliseconds);
    for (const { at, controller } of this.timeouts)
      if (at <= this.clock.now()) controller.abort(new DOMException('the time is over', 'TimeoutError'));
    signal?.throwIfAborted();
  }

  public timeout(milliseconds: number): AbortSignal {
    const controller = new AbortController();
    this.timeouts.push({ at: this.clock.now() + milliseconds, controller });
    return controller.signal;
  }
}
