import { z } from 'zod';

const values = z.record(z.string(), z.unknown()).nullable();

const resourceChange = z.looseObject({
  address: z.string(),
  mode: z.string().optional(),
  type: z.string(),
  deposed: z.string().optional(),
  change: z.looseObject({
    actions: z.array(z.string()),
    before: values.optional(),
    after: values.optional(),
    replace_paths: z.array(z.array(z.union([z.string(), z.number()]))).optional(),
  }),
});

const planSchema = z.looseObject({
  format_version: z.string(),
  errored: z.boolean().optional(),
  complete: z.boolean().optional(),
  resource_changes: z.array(resourceChange).optional(),
});

/** One change of a plan, as `terraform show -json` and `tofu show -json` write it. */
export type ResourceChange = z.infer<typeof resourceChange>;

export type PlanResult =
  | { readonly ok: true; readonly changes: readonly ResourceChange[] }
  | { readonly ok: false; readonly problem: string };

const COMMAND =
  'terraform plan -out=plan.bin && terraform show -json plan.bin > plan.json (or tofu, for both)';

/**
 * Reads a plan. Everything that is no whole plan is a problem, since a guard that saw half of it would let the other
 * half pass.
 *
 * @param json parsed output of `terraform show -json` or `tofu show -json`
 * @see https://developer.hashicorp.com/terraform/internals/json-format
 * @see https://opentofu.org/docs/internals/json-format
 */
export function readPlan(json: unknown): PlanResult {
  if (isState(json)) return refuse('is a state, not a plan');
  const result = planSchema.safeParse(json);
  if (!result.success) {
    const [issue] = result.error.issues;
    const place = issue?.path.map(String).join('.') ?? '';
    return refuse(`is no plan${place === '' ? '' : ` ('${place}': ${issue?.message ?? ''})`}`);
  }
  const { format_version: version, errored, complete, resource_changes: changes } = result.data;
  if (!version.startsWith('1.')) return refuse(`has format_version ${version}; known is 1`);
  if (errored === true) return refuse('is one that failed half-way (errored)');
  if (complete === false) return refuse('leaves changes for later (complete: false)');
  return { ok: true, changes: changes ?? [] };
}

/** An empty state says nothing but its format; a plan without changes has what it plans for. */
function isState(json: unknown): boolean {
  if (typeof json !== 'object' || json === null || !Object.hasOwn(json, 'format_version')) return false;
  const isPlan = ['resource_changes', 'planned_values', 'errored'].some((name) => Object.hasOwn(json, name));
  return !isPlan;
}

function refuse(what: string): PlanResult {
  return { ok: false, problem: `the file ${what}; make one with: ${COMMAND}` };
}
