import { performance } from 'node:perf_hooks';
import type { WriteStream } from 'node:tty';

const PLAIN_PERIOD_MS = 15_000;

/** One line that changes on a terminal; a line now and then elsewhere. */
export class ProgressLine {
  private printedAt = Number.NEGATIVE_INFINITY;

  public constructor(private readonly stream: Pick<WriteStream, 'write'> & { readonly isTTY?: boolean }) {}

  public show(text: string): void {
    if (this.stream.isTTY === true) {
      this.stream.write(`\r\u001b[K${text}`);
    } else if (performance.now() - this.printedAt >= PLAIN_PERIOD_MS) {
      this.printedAt = performance.now();
      this.stream.write(`${text}\n`);
    }
  }

  public end(): void {
    if (this.stream.isTTY === true) this.stream.write('\r\u001b[K');
  }
}
