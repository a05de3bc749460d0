const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'] as const;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** A unit in which a size is read easily. */
export interface ByteUnit {
  readonly name: (typeof UNITS)[number];
  readonly bytes: number;
}

/** The largest binary unit of which there is at least one. */
export function byteUnitOf(bytes: number): ByteUnit {
  const power = UNITS.findLastIndex((_, index) => bytes >= 1024 ** index);
  const index = Math.max(0, power);
  return { name: UNITS[index] ?? 'B', bytes: 1024 ** index };
}

/** A size in binary units, such as `1.5 MiB`. */
export function bytesText(bytes: number): string {
  const unit = byteUnitOf(bytes);
  const value = bytes / unit.bytes;
  return `${Number.isInteger(value) ? value : value.toFixed(1)} ${unit.name}`;
}

/** A whole number with its thousands separated, such as `1,234,567`. */
export function countText(count: number): string {
  return count.toLocaleString('en-US', { maximumFractionDigits: 0 });
}

/** Such as `1 file` and `2,000 files`. */
export function counted(count: number, noun: string): string {
  return `${countText(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** A time that something took, in the two units that say most of it, such as `2 h 5 min`. */
export function durationText(ms: number): string {
  if (ms < MINUTE_MS) return `${(ms / 1000).toFixed(1)} s`;
  const [large, small, ratio, ofSmall] =
    ms < HOUR_MS
      ? (['min', 's', 60, 1000] as const)
      : ms < DAY_MS
        ? (['h', 'min', 60, MINUTE_MS] as const)
        : (['d', 'h', 24, HOUR_MS] as const);
  const whole = Math.floor(ms / ofSmall);
  return `${countText(Math.floor(whole / ratio))} ${large} ${whole % ratio} ${small}`;
}
