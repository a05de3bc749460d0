import { z } from 'zod';
import { ConfigError } from './error';
import type { Check, Waiver } from './model';
import { withOwnChecks } from './own-checks';
import { schemaProblems } from './schema-problems';

/** So that nothing is waived for good. */
const MAXIMUM_DAYS = 366;
const DAY_MS = 86_400_000;

const REASON = 'must be a text that says why this is accepted';
const CHECK = 'must be the id of a check, such as tiers/files-online (docs/checks.md lists them)';
const UNTIL =
  'must be the last day on which it holds, such as 2026-12-31, in quotes where a tool makes times of dates';
const SUBJECT =
  'must be the subject of a finding as the report has it, or be left out for all findings of the check';

const waiverSchema = z.strictObject(
  {
    check: z.string({ error: CHECK }),
    subject: z.string({ error: SUBJECT }).min(1, { error: SUBJECT }).optional(),
    reason: z.string({ error: REASON }).trim().min(1, { error: REASON }),
    until: z.iso.date({ error: UNTIL }),
  },
  {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? undefined : 'must be { check, subject, reason, until }',
  },
);
const WORDS = { noun: 'a waiver', fieldsAt: () => Object.keys(waiverSchema.shape) };
const waiversSchema = z.array(waiverSchema, { error: 'must be a list of { check, subject, reason, until }' });

/**
 * Reads waivers from parsed YAML or JSON.
 *
 * @param source names the file in errors
 * @param startedAt of the run that they are for, ISO 8601
 * @param ownChecks may be waived beside those of the kit
 * @throws ConfigError listing every problem
 */
export function readWaivers(
  value: unknown,
  source: string,
  startedAt: string,
  ownChecks: readonly Check[] = [],
): readonly Waiver[] {
  const ids = withOwnChecks(ownChecks).map(({ id }) => id);
  const result = waiversSchema.safeParse(value);
  const problems = result.success
    ? result.data.flatMap((waiver, index, all) => problemsOf(waiver, index, all, { startedAt, ids }))
    : schemaProblems(result.error, value, WORDS);
  if (!result.success || problems.length > 0)
    throw new ConfigError(`the waivers in '${source}' cannot be used`, problems);
  return result.data.map(({ subject, ...waiver }) =>
    subject === undefined ? waiver : { ...waiver, subject },
  );
}

/** What a schema cannot say. */
function problemsOf(
  { check, subject, until }: z.infer<typeof waiverSchema>,
  index: number,
  all: readonly z.infer<typeof waiverSchema>[],
  { startedAt, ids }: { readonly startedAt: string; readonly ids: readonly string[] },
): readonly string[] {
  const latest = new Date(Date.parse(startedAt) + MAXIMUM_DAYS * DAY_MS).toISOString().slice(0, 10);
  const same = all.findIndex((other) => other.check === check && other.subject === subject);
  return [
    ...(ids.includes(check) ? [] : [`[${index}].check ${CHECK}, got '${check}'`]),
    ...(until <= latest
      ? []
      : [
          `[${index}].until must be at most ${MAXIMUM_DAYS} days after the run, ${latest}, got '${until}'; shorten it, and renew it where it still holds by then`,
        ]),
    ...(same < index ? [`[${index}] waives the same as [${same}]; remove one of them`] : []),
  ];
}
