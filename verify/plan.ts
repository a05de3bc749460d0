import { ConfigError } from './error';
import type { Check, EvidenceId } from './model';
import { isInProfile, type Profile } from './profile';
import { withOwnChecks } from './own-checks';
import { PROBES } from './registry';

/** What decides which checks are made. */
export interface PlanSettings {
  /** Ids or topics to run; empty for all. */
  readonly only: readonly string[];
  /** Ids or topics to leave out. */
  readonly skip: readonly string[];
  readonly profile: Profile;
}

export interface Plan {
  readonly checks: readonly Check[];
  /** The smallest set of probes that serves the checks. */
  readonly probes: readonly EvidenceId[];
}

/**
 * Chooses checks by id or topic, and the probes they need.
 *
 * @param ownChecks stand behind those of the kit
 * @throws ConfigError naming every id and topic that does not exist, where nothing is left to check, or where checks of
 * one's own cannot be made
 */
export function makePlan({ only, skip, profile }: PlanSettings, ownChecks: readonly Check[] = []): Plan {
  const all = withOwnChecks(ownChecks);
  const matches =
    (name: string) =>
    (check: Check): boolean =>
      check.id === name || check.id.startsWith(`${name}/`);
  const unknown = [...only, ...skip].filter((name) => !all.some(matches(name)));
  if (unknown.length > 0) {
    throw new ConfigError(`there is no check or topic ${unknown.map((name) => `'${name}'`).join(', ')}`, [
      `known are ${[...new Set(all.flatMap(({ id }) => [id.split('/')[0] ?? '', id]))].join(', ')}`,
    ]);
  }
  const checks = all.filter(
    (check) =>
      (only.length === 0 || only.some((name) => matches(name)(check))) &&
      !skip.some((name) => matches(name)(check)) &&
      check.needs.every((id) => isInProfile(profile, PROBES[id])),
  );
  if (checks.length === 0)
    throw new ConfigError(
      `nothing is left to check in the profile ${profile}; loosen --only or --skip, or take another --profile`,
    );
  return { checks, probes: [...new Set(checks.flatMap((check) => check.needs))] };
}
