import type { ManualClock } from '../../emulator';
import type { Clock } from '../../verify';

/** The verifier on the emulator's clock: while it waits, the emulator goes on. */
export class SharedClock implements Clock {
  public constructor(private readonly clock: ManualClock) {}

  public now(): number {
    return this.clock.now();
  }

  public async sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    await this.clock.advance(milliseconds);
    signal?.throwIfAborted();
  }

  public timeout(milliseconds: number): AbortSignal {
    const controller = new AbortController();
    this.clock.after(milliseconds, () =>
      controller.abort(new DOMException('the time is over', 'TimeoutError')),
    );
    return controller.signal;
  }
}
