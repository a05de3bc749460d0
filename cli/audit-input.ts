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
import type { CommandContext } from './command-context';
import { readYamlFile } from './json-file';

/** The prices of `--prices`, or list prices. @throws UsageError or ConfigError with everything that is wrong */
export function pricesFor(context: CommandContext, file: string | undefined): PriceBook {
  return file === undefined ? DEFAULT_PRICES : readPriceBook(readYamlFile(context, file, 'the prices'), file);
}

/** The rules of `--plan`, of the deployment, or an example. @throws UsageError or ConfigError */
export function planFor(
  context: CommandContext,
  file: string | undefined,
  manifest: DeploymentManifest,
): { readonly plans: readonly TierPlan[]; readonly planOrigin: PlanOrigin } {
  if (file !== undefined)
    return { plans: readTierPlan(readYamlFile(context, file, 'the rules'), file), planOrigin: 'file' };
  const plans = planOf(manifest);
  return plans.length > 0
    ? { plans, planOrigin: 'manifest' }
    : { plans: EXAMPLE_PLAN, planOrigin: 'example' };
}
