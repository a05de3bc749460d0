import { makePlan } from '../../verify/plan';
import type { Profile } from '../../verify/profile';
import { CHECKS } from '../../verify/registry';
import { errorOf } from '../support/errors';

const IDS = CHECKS.map(({ id }) => id);
const KNOWN =
  'known are dicomweb, dicomweb/instance-stored, dicomweb/found-by-search, dicomweb/bytes-unchanged, ' +
  'dicomweb/metadata-agrees, dicomweb/frames-unchanged, dicomweb/deleted-image-gone, ' +
  'dicomweb/given-files-accepted, contract, contract/change-feed-names-file, contract/file-where-promised, ' +
  'contract/file-holds-image, contract/file-removed-after-delete, lake, lake/health-file-fresh, tiers, ' +
  'tiers/files-online, tiers/policy-keeps-files-online, tiers/policy-as-intended, tiers/last-access-tracked';

function idsOf(
  only: readonly string[],
  skip: readonly string[] = [],
  profile: Profile = 'full',
): readonly string[] {
  return makePlan({ only, skip, profile }).checks.map(({ id }) => id);
}

test('a plan without wishes has every check and every probe once', () => {
  const plan = makePlan({ only: [], skip: [], profile: 'full' });
  expect(plan.checks).toEqual(CHECKS);
  expect(plan.probes).toEqual([
    'dicomweb.round-trip',
    'lake.health-file',
    'lake.tier-census',
    'arm.tiering-policy',
    'arm.blob-service',
  ]);
});

test('only takes ids and topics together, in the order of the report', () => {
  expect(idsOf(['tiers/files-online', 'lake'])).toEqual(['lake/health-file-fresh', 'tiers/files-online']);
});

test('skip takes ids and topics away, and wins over only', () => {
  expect(idsOf([], ['dicomweb', 'contract', 'lake', 'tiers/last-access-tracked'])).toEqual([
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
  [['dicomweb/instance-stored', 'contract/file-holds-image'], ['dicomweb.round-trip']],
  [['dicomweb/media-types-negotiated'], ['dicomweb.store-answers', 'dicomweb.retrieval']],
])('%j needs no more than %j', (only, probes) => {
  expect(makePlan({ only, skip: [], profile: 'full' }).probes).toEqual(probes);
});

test('a read-only plan has no probe that sends anything, and every other check', () => {
  const { checks, probes } = makePlan({ only: [], skip: [], profile: 'read-only' });
  expect(probes).not.toContain('dicomweb.round-trip');
  expect(checks.map(({ id }) => id)).toEqual(IDS.filter((id) => /^(lake|tiers)\//.test(id)));
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
  [[], ['dicomweb', 'contract', 'lake', 'tiers'], 'deep'],
])('fails where only %j without %j in the profile %s leaves nothing', (only, skip, profile) => {
  expect(errorOf(() => makePlan({ only, skip, profile }))).toMatchObject({
    name: 'ConfigError',
    message: `nothing is left to check in the profile ${profile}; loosen --only or --skip, or take another --profile`,
  });
});
