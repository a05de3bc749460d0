import { z } from 'zod';
import { ConfigError } from '../error';
import { schemaProblems } from '../schema-problems';
import type { TierPlan } from './model';

const BASES = ['lastAccess', 'lastModification', 'creation'] as const satisfies readonly TierPlan['basis'][];
const DAYS = 'must be a whole number of days, 0 to 99999';
const SHAPE = 'must be { basis, coolAfterDays, coldAfterDays }';

const days = z
  .number({ error: DAYS })
  .int({ error: DAYS })
  .min(0, { error: DAYS })
  .max(99_999, { error: DAYS });

const ruleSchema = z.strictObject(
  {
    basis: z.enum(BASES, { error: `must be one of ${BASES.join(', ')}` }),
    coolAfterDays: days.exactOptional(),
    coldAfterDays: days.exactOptional(),
  },
  { error: (issue) => (issue.code === 'unrecognized_keys' ? undefined : SHAPE) },
);

const planSchema = z
  .array(ruleSchema, { error: `must be a list of { basis, coolAfterDays, coldAfterDays }` })
  .min(1, { error: 'must have one rule at least' });

/**
 * Reads a plan from parsed YAML or JSON.
 *
 * @param source names the file in errors
 * @throws ConfigError listing every problem
 */
export function readTierPlan(value: unknown, source: string): readonly TierPlan[] {
  const result = planSchema.safeParse(value);
  const problems = result.success
    ? result.data.flatMap(({ coolAfterDays, coldAfterDays }, index) =>
        coolAfterDays === undefined && coldAfterDays === undefined
          ? [`[${index}] moves nothing: give coolAfterDays, coldAfterDays or both`]
          : [],
      )
    : schemaProblems(result.error, value, {
        noun: 'a rule',
        fieldsAt: () => Object.keys(ruleSchema.shape),
      });
  if (!result.success || problems.length > 0)
    throw new ConfigError(`the plan in '${source}' cannot be used`, problems);
  return result.data;
}
