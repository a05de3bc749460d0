/** When something is done, by the minute, every day the same. */
export interface DailySchedule {
  /** Minutes between the two runs that are furthest from each other. */
  readonly largestGapMinutes: number;
}

const FIELDS = [
  { noun: 'minute', lowest: 0, highest: 59 },
  { noun: 'hour', lowest: 0, highest: 23 },
  { noun: 'day of the month', lowest: 1, highest: 31 },
  { noun: 'month', lowest: 1, highest: 12 },
  { noun: 'day of the week', lowest: 0, highest: 6 },
] as const;

const DAY_MINUTES = 24 * 60;

/**
 * Reads a cron expression of five fields, in UTC, that comes round every day.
 *
 * @returns the schedule, or all that is wrong, each without a subject
 * @see https://learn.microsoft.com/azure/container-apps/jobs#scheduled-jobs
 */
export function readDailyCron(
  expression: string,
):
  | { readonly ok: true; readonly schedule: DailySchedule }
  | { readonly ok: false; readonly problems: string[] } {
  const texts = expression.trim().split(/\s+/);
  if (texts.length !== FIELDS.length) {
    return {
      ok: false,
      problems: [
        `must be a cron expression of five fields, ${FIELDS.map(({ noun }) => noun).join(', ')}, such as ` +
          `'17 * * * *' for hourly, got '${expression}'`,
      ],
    };
  }
  const values = FIELDS.map((field, index) => valuesOf(texts[index] ?? '', field));
  const problems = FIELDS.flatMap((field, index) =>
    values[index] === undefined
      ? [
          `must have as ${field.noun} *, numbers from ${field.lowest} to ${field.highest}, ranges (1-5), lists (1,3) ` +
            `or steps (*/15), got '${texts[index] ?? ''}' in '${expression}'`,
        ]
      : [],
  );
  if (problems.length > 0) return { ok: false, problems };
  const [minutes = [], hours = [], ...days] = values.map((some) => some ?? []);
  if (!isEveryDay(days)) {
    const problem = `must come round every day, with * as day and month: an outage is to be seen within one, got '${expression}'`;
    return { ok: false, problems: [problem] };
  }
  return { ok: true, schedule: { largestGapMinutes: largestGap(minutes, hours) } };
}

function isEveryDay(days: readonly (readonly number[])[]): boolean {
  return FIELDS.slice(2).every(({ lowest, highest }, index) => days[index]?.length === highest - lowest + 1);
}

/** In ascending order; undefined where the field cannot be read. */
function valuesOf(
  text: string,
  { lowest, highest }: { readonly lowest: number; readonly highest: number },
): readonly number[] | undefined {
  const found = new Set<number>();
  for (const part of text.split(',')) {
    const [, star, from, to, step] = /^(?:(\*)|(\d{1,2})(?:-(\d{1,2}))?)(?:\/(\d{1,2}))?$/.exec(part) ?? [];
    if (star === undefined && from === undefined) return undefined;
    const first = from === undefined ? lowest : Number(from);
    // A step after one number counts from there to the end.
    const last = to === undefined ? ((star ?? step) === undefined ? first : highest) : Number(to);
    const stride = step === undefined ? 1 : Number(step);
    if (first < lowest || last > highest || first > last || stride === 0) return undefined;
    for (let value = first; value <= last; value += stride) found.add(value);
  }
  return [...found].sort((one, other) => one - other);
}

function largestGap(minutes: readonly number[], hours: readonly number[]): number {
  const times = hours.flatMap((hour) => minutes.map((minute) => hour * 60 + minute));
  const next = [...times.slice(1), (times[0] ?? 0) + DAY_MINUTES];
  return Math.max(...times.map((time, index) => (next[index] ?? 0) - time));
}
