import { ConfigError } from './error';
import type { EvidenceBundle } from './evidence-bundle';
import type { Check, CheckMeta, EvidenceId } from './model';
import { CHECKS, PROBES } from './registry';

const SEVERITIES: readonly string[] = ['blocker', 'major', 'minor'] satisfies CheckMeta['severity'][];

/**
 * The checks of the kit, and behind them those of whoever uses it.
 *
 * @throws ConfigError listing everything that keeps a check of one's own from being made
 */
export function withOwnChecks(ownChecks: readonly Check[]): readonly Check[] {
  const problems = ownChecks.flatMap((check, index) =>
    problemsOf(check, ownChecks.slice(0, index)).map((problem) => `'${check.id}' ${problem}`),
  );
  if (problems.length > 0) throw new ConfigError('checks of your own cannot be made', problems);
  return [...CHECKS, ...ownChecks];
}

/** Whoever writes JavaScript is told as well what the types say. */
function problemsOf(check: Check, before: readonly Check[]): readonly string[] {
  const { id, severity, target, needs } = check;
  const [topic = ''] = id.split('/');
  const texts = (['title', 'failureTitle', 'why', 'docs'] as const).filter(
    (name) => (check[name] ?? '').trim() === '',
  );
  const unknown = needs.filter((need) => !Object.hasOwn(PROBES, need));
  const ofDeployments = needs.filter(
    (need) => !unknown.includes(need) && PROBES[need].target === 'deployment',
  );
  return [
    ...(/^[a-z]+\/[a-z-]+$/.test(id)
      ? []
      : ['is no id: give a topic and a state, in lower case, such as acme/lake-within-budget']),
    ...(CHECKS.some((other) => other.id.startsWith(`${topic}/`))
      ? [`has a topic of this kit, which may get that check too; take one of your own in place of '${topic}'`]
      : []),
    ...(before.some((other) => other.id === id) ? ['is given twice'] : []),
    ...texts.map((name) => `needs a text as ${name}`),
    ...(SEVERITIES.includes(severity)
      ? []
      : [`has the severity '${severity}'; it must be one of ${SEVERITIES.join(', ')}`]),
    ...(unknown.length === 0
      ? []
      : [`needs ${named(unknown)}, which nobody gathers; known are ${Object.keys(PROBES).join(', ')}`]),
    ...(ofDeployments.length === 0 || target === 'deployment'
      ? []
      : [`needs ${named(ofDeployments)}, which only a deployment has; give it target: 'deployment'`]),
  ];
}

/** @throws ConfigError naming the checks that need what the evidence does not hold */
export function refuseUngathered(
  ownChecks: readonly Check[],
  { evidence, target }: Pick<EvidenceBundle, 'evidence' | 'target'>,
): void {
  const problems = ownChecks
    .filter((check) => check.target === undefined || target.kind === 'deployment')
    .flatMap(({ id, needs }) => {
      const missing = needs.filter((need) => evidence[need] === undefined);
      return missing.length === 0 ? [] : [`'${id}' needs ${named(missing)}`];
    });
  if (problems.length > 0)
    throw new ConfigError('the evidence was gathered without these checks; gather it with them', problems);
}

function named(needs: readonly EvidenceId[]): string {
  return needs.map((need) => `'${need}'`).join(', ');
}
