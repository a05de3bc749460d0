import { closeSync, openSync, writeSync } from 'node:fs';

const BUFFER_BYTES = 1_048_576;

/** Rows of text in a CSV file that is only read by this process, however many there are. */
export class PathList implements Disposable {
  private readonly descriptor: number;
  private waiting = '';

  /** @param file is made anew, readable by its owner only */
  public constructor(public readonly file: string) {
    this.descriptor = openSync(file, 'w', 0o600);
  }

  public add(...values: readonly (string | number)[]): void {
    this.waiting += `${values.map(quoted).join(',')}\n`;
    if (this.waiting.length >= BUFFER_BYTES) this.flush();
  }

  public flush(): void {
    const bytes = Buffer.from(this.waiting);
    for (let at = 0; at < bytes.length;) at += writeSync(this.descriptor, bytes, at);
    this.waiting = '';
  }

  public [Symbol.dispose](): void {
    closeSync(this.descriptor);
  }
}

/** @see https://datatracker.ietf.org/doc/html/rfc4180 */
function quoted(value: string | number): string {
  return typeof value === 'number' ? String(value) : `"${value.replaceAll('"', '""')}"`;
}
