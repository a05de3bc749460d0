/** Pseudo-random numbers that are the same for the same seed (mulberry32). */
export class Chance {
  public constructor(private state: number) {}

  /** Another sequence that does not repeat this one. */
  public fork(): Chance {
    return new Chance(this.below(2 ** 31));
  }

  /** From 0 up to, but not including, 1. */
  public fraction(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from 0 up to, but not including, `below`. */
  public below(below: number): number {
    return Math.floor(this.fraction() * below);
  }

  /** @throws RangeError where there is nothing to choose from */
  public oneOf<Item>(items: readonly Item[]): Item {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new RangeError('there is nothing to choose from');
    return item;
  }

  public bytes(length: number): Buffer {
    const bytes = Buffer.allocUnsafe(Math.ceil(length / 4) * 4);
    for (let at = 0; at < bytes.length; at += 4)
      bytes.writeUInt32LE(Math.floor(this.fraction() * 2 ** 32), at);
    return bytes.subarray(0, length);
  }

  /** A choice by weights, such as `{ store: 3, delete: 1 }`. */
  public weighted<Name extends string>(weights: Readonly<Record<Name, number>>): Name {
    const entries = Object.entries(weights) as [Name, number][];
    let left = this.fraction() * entries.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [name, weight] of entries) {
      left -= weight;
      if (left < 0) return name;
    }
    return this.oneOf(entries)[0];
  }
}
