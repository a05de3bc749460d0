import type { IntendedTierRule } from '../../../contract';
import { defineCheck, type Finding, type Verdict } from '../../model';
import type { LifecycleRule } from '../../evidence/tiers';
import { reachesFiles } from './reading';

export const policyAsIntended = defineCheck({
  id: 'tiers/policy-as-intended',
  title: 'the lifecycle rules are those of the deployment',
  failureTitle: 'the lifecycle rules are not those of the deployment',
  why: 'without its rules the lake stays in the hot tier and costs several times what was planned; with others it moves images that nobody meant to move',
  severity: 'minor',
  target: 'deployment',
  needs: ['arm.tiering-policy'],
  judge: ({ 'arm.tiering-policy': policy }): Verdict => {
    const { expectedRules, rules } = policy;
    const names = expectedRules.map(({ name }) => name);
    const others = rules.filter((rule) => !names.includes(rule.name) && reachesFiles(rule, policy));
    if (expectedRules.length === 0) {
      const theirs = others.map(({ name }) => `'${name}'`).join(', ');
      return {
        outcome: 'not-applicable',
        reason: `the deployment has no lifecycle rules${theirs === '' ? '' : `; ${theirs} of somebody else reach its files`}`,
      };
    }
    const findings: Finding[] = [
      ...expectedRules.flatMap((expected) => findingsOf(expected, rules)),
      // Rules that archive or delete are another check's.
      ...others.filter(isOnline).map((rule) => ({
        subject: `rule '${rule.name}'`,
        expected: 'no rules for the files of the service but those of the deployment',
        actual: inWords(rule),
      })),
    ];
    if (findings.length === 0) return { outcome: 'pass', detail: names.join(', ') };
    return {
      outcome: 'fail',
      reason: 'the deployed policy is not the intended one',
      remedy: 'deploy the stack again; an account has one policy only, so look for another owner of it',
      findings,
    };
  },
});

type Rule = Pick<LifecycleRule, 'prefixes' | 'terms' | 'returnsToHot'>;

function findingsOf(expected: IntendedTierRule, rules: readonly LifecycleRule[]): readonly Finding[] {
  const subject = `rule '${expected.name}'`;
  const rule = rules.find(({ name }) => name === expected.name);
  if (rule?.enabled !== true)
    return [{ subject, expected: 'enabled', actual: rule === undefined ? 'missing' : 'disabled' }];
  if (!rule.blockBlobs)
    return [{ subject, expected: 'for block blobs', actual: 'for other kinds of blobs only' }];
  const [wanted, found] = [inWords(intended(expected)), inWords(rule)];
  return wanted === found ? [] : [{ subject, expected: wanted, actual: found }];
}

function intended(rule: IntendedTierRule): Rule {
  const { prefixes, basis, coolAfterDays, coldAfterDays, deleteAfterDays, returnToHotOnAccess } = rule;
  const days = [
    ['cool', coolAfterDays],
    ['cold', coldAfterDays],
    ['delete', deleteAfterDays],
  ] as const;
  return {
    prefixes,
    terms: days.flatMap(([action, after]) => (after === undefined ? [] : [{ action, basis, days: after }])),
    returnsToHot: returnToHotOnAccess,
  };
}

const SINCE: Readonly<Record<IntendedTierRule['basis'], string>> = {
  lastAccess: 'the last access',
  lastModification: 'the last modification',
  creation: 'its creation',
};

/** In one order, so that equal rules read alike. */
function inWords({ prefixes, terms, returnsToHot }: Rule): string {
  const actions = terms.map(({ action, basis, days }) => `${action} ${days} days after ${SINCE[basis]}`);
  return [
    ...actions.sort(),
    ...(returnsToHot ? ['back to hot when read'] : []),
    `for ${[...prefixes].sort().join(', ') || 'every file of the account'}`,
  ].join(', ');
}

function isOnline({ actions }: LifecycleRule): boolean {
  return !actions.includes('archive') && !actions.includes('delete');
}
