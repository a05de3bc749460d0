/** The smallest string after `path`: where a walk goes on once `path` is done. */
export function successor(path: string): string {
  return `${path}\0`;
}

/**
 * A map from paths that can also be walked in order of UTF-16 code units. Keys are sorted on demand: the first step
 * after `k` changes merges `k` new keys into the known order, every other step is a binary search.
 */
export class LakePathTable<Value extends object> {
  private readonly values = new Map<string, Value>();
  private ordered: readonly string[] = [];
  private readonly unordered = new Set<string>();
  private stale = 0;
  /** Where the last search ended: a walk goes on there. */
  private lastFound = 0;

  public get(path: string): Value | undefined {
    return this.values.get(path);
  }

  public set(path: string, value: Value): void {
    if (!this.values.has(path)) this.unordered.add(path);
    this.values.set(path, value);
  }

  public delete(path: string): boolean {
    if (!this.values.delete(path)) return false;
    if (!this.unordered.delete(path)) this.stale += 1;
    return true;
  }

  /** The first path that is not before `start`, with its value. */
  public firstFrom(start: string): readonly [string, Value] | undefined {
    const keys = this.inOrder();
    for (let at = this.placeOf(start, keys); at < keys.length; at += 1) {
      const key = keys[at] as string;
      const value = this.values.get(key);
      if (value === undefined) continue;
      this.lastFound = at;
      return [key, value];
    }
    return undefined;
  }

  private placeOf(start: string, keys: readonly string[]): number {
    const next = this.lastFound + 1;
    const [before, at] = [keys[next - 1], keys[next]];
    return before !== undefined && at !== undefined && before < start && start <= at
      ? next
      : firstAtOrAfter(keys, start);
  }

  private inOrder(): readonly string[] {
    if (this.unordered.size > 0 || this.stale > this.ordered.length / 2) {
      const added = [...this.unordered].sort(compare);
      this.ordered = merge(
        this.ordered.filter((key) => this.values.has(key) && !this.unordered.has(key)),
        added,
      );
      this.unordered.clear();
      this.stale = 0;
    }
    return this.ordered;
  }
}

function merge(left: readonly string[], right: readonly string[]): string[] {
  const merged: string[] = [];
  let at = 0;
  for (const key of right) {
    for (; at < left.length && compare(left[at] as string, key) < 0; at += 1) merged.push(left[at] as string);
    merged.push(key);
  }
  for (; at < left.length; at += 1) merged.push(left[at] as string);
  return merged;
}

function firstAtOrAfter(keys: readonly string[], start: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compare(keys[middle] as string, start) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
