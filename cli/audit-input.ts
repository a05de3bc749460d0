import { parse } from 'yaml';
import type { DeploymentManifest } from '../contract';
import {
  DEFAULT_PRICES,
  EXAMPLE_PLAN,
  planOf,
  type PlanOrigin,
  type PriceBook,
  readPriceBook,
  readTierPlan,
  type TierPlan,
} from '../verify';
import { type CommandContext, UsageError } from './command-context';
import { readTextFile } from './json-file';

/** The prices of `--prices`, or list prices. @throws UsageError or ConfigError with everything that is wrong */
export function pricesFor(context: CommandContext, file: string | undefined): PriceBook {
  return file === undefined ? DEFAULT_PRICES : readPriceBook(readYaml(context, file, 'the prices'), file);
}

/** The rules of `--plan`, of the deployment, or an example. @throws UsageError or ConfigError */
export function planFor(
  context: CommandContext,
  file: string | undefined,
  manifest: DeploymentManifest,
): { readonly plans: readonly TierPlan[]; readonly planOrigin: PlanOrigin } {
  if (file !== undefined)
    return { plans: readTierPlan(readYaml(context, file, 'the plan'), file), planOrigin: 'file' };
  const plans = planOf(manifest);
  return plans.length > 0
    ? { plans, planOrigin: 'manifest' }
    : { plans: EXAMPLE_PLAN, planOrigin: 'example' };
}

function readYaml(context: CommandContext, file: string, what: string): unknown {
  const text = readTextFile(context, file, what);
  try {
    return parse(text);
  } catch (error) {
    throw new UsageError(`${what} '${file}' are neither YAML nor JSON: ${(error as Error).message}`);
  }
}
