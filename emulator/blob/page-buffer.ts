/** Bytes of a page of five thousand entries, with room to spare. */
const USUAL_BYTES = 5 << 20;

/** As many pages as a client that lists in parallel asks for at once; all of them are 120 MiB. */
const MOST_IDLE = 24;

/** A character of a JavaScript string takes no more in UTF-8. */
const MOST_BYTES_A_CHARACTER = 3;

/** Buffers that wait for the next page: what lies outside of the heap makes V8 collect all of it, whatever its size. */
const idle: Buffer[] = [];

/** Text of a large answer, gathered as bytes; where it is let go, the next answer takes its memory. */
export class PageBuffer {
  private bytes = idle.pop() ?? Buffer.allocUnsafeSlow(USUAL_BYTES);
  private length = 0;

  public add(text: string): void {
    const needed = this.length + text.length * MOST_BYTES_A_CHARACTER;
    if (needed > this.bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.bytes.length));
      this.bytes.copy(larger, 0, 0, this.length);
      this.bytes = larger;
    }
    this.length += this.bytes.write(text, this.length);
  }

  /** What was added; it must not be looked at any more once it is let go. */
  public content(): Buffer {
    return this.bytes.subarray(0, this.length);
  }

  public release(): void {
    if (this.bytes.length === USUAL_BYTES && idle.length < MOST_IDLE) idle.push(this.bytes);
  }
}
