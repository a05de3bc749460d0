/** Milliseconds since the epoch, both ends within. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

const DURATION = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;
const UNITS_MS = [604_800_000, 86_400_000, 3_600_000, 60_000, 1_000];

/**
 * A time span of ISO 8601: a duration until now, or two ends of which one may be a duration. Months and years are no
 * part of it, since their length differs. Undefined where it is none.
 */
export function readTimeRange(text: string, now: number): TimeRange | undefined {
  const [start = '', end, ...more] = text.split('/');
  if (more.length > 0) return undefined;
  const startMs = durationMs(start);
  if (end === undefined) return startMs === undefined ? undefined : { from: now - startMs, to: now };
  const endMs = durationMs(end);
  const [from, to] = [Date.parse(start), Date.parse(end)];
  if (startMs !== undefined && !Number.isNaN(to)) return { from: to - startMs, to };
  if (endMs !== undefined && !Number.isNaN(from)) return { from, to: from + endMs };
  return Number.isNaN(from) || Number.isNaN(to) ? undefined : { from, to };
}

function durationMs(text: string): number | undefined {
  const amounts = DURATION.exec(text)?.slice(1);
  if (amounts?.some((amount) => (amount as string | undefined) !== undefined) !== true) return undefined;
  return amounts.reduce(
    (sum, amount, at) => sum + Number((amount as string | undefined) ?? 0) * (UNITS_MS[at] ?? 0),
    0,
  );
}
