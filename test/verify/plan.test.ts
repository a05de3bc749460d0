import { makePlan } from '../../verify/plan';
import type { Profile } from '../../verify/profile';
import { CHECKS, PROBES } from '../../verify/registry';
import { errorOf } from '../support/errors';

const IDS = CHECKS.map(({ id }) => id);
const TOPICS = [...new Set(IDS.map((id) => id.split('/')[0] ?? ''))];
const KNOWN = `known are ${TOPICS.flatMap((topic) => [topic, ...IDS.filter((id) => id.startsWith(`${topic}/`))]).join(', ')}`;

function isLakeWrite(id: string): boolean {
  return PROBES[id as keyof typeof PROBES].effect === 'lake-write';
}

function idsOf(
  only: readonly string[],
  skip: readonly string[] = [],
  profile: Profile = 'full',
): readonly string[] {
  return makePlan({ only, skip, profile }).checks.map(({ id }) => id);
}

test('a plan without wishes has every check and every probe once', () => {
  const plan = makePlan({ only: [], skip: [], profile: 'full' });
  expect(plan.checks).toEqual(CHECKS.filter(({ needs }) => !needs.some(isLakeWrite)));
  expect([...plan.probes].sort()).toEqual(
    Object.keys(PROBES)
      .filter((id) => !isLakeWrite(id))
      .sort(),
  );
});

test('only takes ids and topics together, in the order of the report', () => {
  expect(idsOf(['tiers/files-online', 'lake'])).toEqual(['lake/health-file-fresh', 'tiers/files-online']);
});

test('skip takes ids and topics away, and wins over only', () => {
  expect(idsOf(['lake', 'tiers'], ['lake', 'tiers/last-access-tracked', 'tiers/cost-hints'])).toEqual([
    'tiers/files-online',
    'tiers/policy-keeps-files-online',
    'tiers/policy-as-intended',
  ]);
  expect(idsOf(['lake', 'tiers/files-online'], ['lake/health-file-fresh'])).toEqual(['tiers/files-online']);
});

test.each<readonly [only: readonly string[], probes: readonly string[]]>([
  [['tiers/files-online'], ['lake.tier-census']],
  [['tiers/policy-as-intended'], ['arm.tiering-policy']],
  [['tiers/last-access-tracked'], ['arm.blob-service', 'arm.tiering-policy']],
  [['contract/file-removed-after-delete'], ['contract.file-removal']],
  [['dicomweb/instance-stored', 'contract/file-holds-image'], ['dicomweb.round-trip']],
  [['dicomweb/media-types-negotiated'], ['dicomweb.store-answers', 'dicomweb.retrieval']],
])('%j needs no more than %j', (only, probes) => {
  expect(makePlan({ only, skip: [], profile: 'full' }).probes).toEqual(probes);
});

test('a read-only plan has no probe that sends anything, and every other check', () => {
  const { checks, probes } = makePlan({ only: [], skip: [], profile: 'read-only' });
  expect(probes).not.toContain('dicomweb.round-trip');
  expect(checks.map(({ id }) => id)).toEqual(
    CHECKS.filter(({ needs }) => needs.every((id) => PROBES[id].effect === 'read')).map(({ id }) => id),
  );
});

test('fails naming every unknown name at once, beside those that are known', () => {
  expect(
    errorOf(() => makePlan({ only: ['tier', 'lake'], skip: ['dicomweb/', 'lake/health'], profile: 'full' })),
  ).toMatchObject({
    name: 'ConfigError',
    message: `there is no check or topic 'tier', 'dicomweb/', 'lake/health'\n${KNOWN}`,
    problems: [KNOWN],
  });
});

test.each<readonly [only: readonly string[], skip: readonly string[], profile: Profile]>([
  [['lake'], ['lake'], 'full'],
  [['dicomweb'], [], 'read-only'],
  [[], TOPICS, 'deep'],
])('fails where only %j without %j in the profile %s leaves nothing', (only, skip, profile) => {
  expect(errorOf(() => makePlan({ only, skip, profile }))).toMatchObject({
    name: 'ConfigError',
    message: `nothing is left to check in the profile ${profile}; loosen --only or --skip, or take another --profile`,
  });
});
