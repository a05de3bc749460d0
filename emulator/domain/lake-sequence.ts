const TICKS_PER_MILLISECOND = 10_000n;
/** Ticks of 100 ns from 0001-01-01 to 1970-01-01, and from 0001-01-01 to 1601-01-01. */
const TICKS_TO_1970 = 621_355_968_000_000_000n;
const TICKS_TO_1601 = 504_911_232_000_000_000n;

/** Gives out ETags and deletion ids, none of them twice, however fast they are asked for. */
export class LakeSequence {
  private last = 0n;

  /** Quoted, such as `"0x8DE48C4E5B90000"`. */
  public etag(now: number): string {
    return `"0x${this.next(now).toString(16).toUpperCase()}"`;
  }

  /** A decimal number of the size that Azure gives, such as `133360211191854139`. */
  public deletionId(now: number): string {
    return (this.next(now) - TICKS_TO_1601).toString();
  }

  /** Goes on after an ETag that was given out before a restart. */
  public startAfter(etag: string): void {
    const ticks = BigInt(etag.replaceAll('"', ''));
    if (ticks > this.last) this.last = ticks;
  }

  private next(now: number): bigint {
    const ticks = BigInt(Math.trunc(now)) * TICKS_PER_MILLISECOND + TICKS_TO_1970;
    this.last = ticks > this.last ? ticks : this.last + 1n;
    return this.last;
  }
}

/** A time as List Paths gives it: ticks of 100 ns since 1601, in decimal. */
export function fileTime(at: number): string {
  return (BigInt(Math.trunc(at)) * TICKS_PER_MILLISECOND + TICKS_TO_1970 - TICKS_TO_1601).toString();
}
