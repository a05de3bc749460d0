import type { IntendedTierRule } from '../../../contract';
import { costHints } from '../../../verify/checks/tiers/cost-hints';
import { filesOnline } from '../../../verify/checks/tiers/files-online';
import { lastAccessTracked } from '../../../verify/checks/tiers/last-access-tracked';
import { ownInstanceReadableWhenCooled } from '../../../verify/checks/tiers/own-instance-readable-when-cooled';
import { policyAsIntended } from '../../../verify/checks/tiers/policy-as-intended';
import { policyKeepsFilesOnline } from '../../../verify/checks/tiers/policy-keeps-files-online';
import type { Finding, Verdict } from '../../../verify/model';
import type {
  BlobServiceEvidence,
  CooledInstance,
  LifecycleRule,
  TierCensus,
} from '../../../verify/evidence/tiers';
import {
  done,
  intendedRule,
  LAKE_PATH,
  lifecycleRule,
  refused,
  SENT,
  skipped,
  tierCensus,
  tieringPolicy,
} from '../../support/verify-evidence';

const OURS = 'dicom/AHDS/hospital/dicom/images/';

const service = (lastAccessTracking: boolean, lastAccessTrackingIntended: boolean) => ({
  lastAccessTracking,
  lastAccessTrackingIntended,
  deletedFileRetentionDays: 7,
  deletedFileRetentionDaysIntended: 7,
});

describe('tiers/files-online', () => {
  const census = (changes: Partial<TierCensus>): TierCensus =>
    tierCensus({
      tiers: [
        { tier: 'Cool', count: 3, bytes: 300 },
        { tier: 'Hot', count: 2, bytes: 200 },
      ],
      ...changes,
    });

  test.each<readonly [name: string, census: TierCensus, verdict: Verdict]>([
    ['files in online tiers', census({}), { outcome: 'pass', detail: 'Cool 3, Hot 2' }],
    ['an empty lake', census({ tiers: [] }), { outcome: 'pass', detail: 'no files' }],
    [
      'a lake too large to count',
      census({ truncated: true }),
      {
        outcome: 'warn',
        reason: 'only the first files were looked at (Cool 3, Hot 2)',
        remedy: 'use a blob inventory for a lake of this size',
      },
    ],
    [
      'files offline, in a lake too large to count',
      census({
        tiers: [{ tier: 'Archive', count: 22, bytes: 1 }],
        offline: [
          { path: `${OURS}1`, tier: 'Archive', rehydrating: false },
          { path: `${OURS}2`, tier: 'Archive', rehydrating: true },
        ],
        offlineCount: 22,
        rehydratingCount: 2,
        truncated: true,
      }),
      {
        outcome: 'fail',
        reason: '22 files cannot be read: 20 archived, 2 on their way back (Archive 22)',
        remedy:
          'move the archived ones to hot, cool or cold (rehydration takes up to 15 hours) and remove the lifecycle rule that archived them',
        findings: [
          { subject: `${OURS}1`, expected: 'Hot, Cool or Cold', actual: 'Archive' },
          { subject: `${OURS}2`, expected: 'Hot, Cool or Cold', actual: 'Archive, on its way back' },
        ],
        unnamedFindings: 20,
      },
    ],
  ])('judges %s', (_name, evidence, verdict) => {
    expect(filesOnline.judge({ 'lake.tier-census': evidence })).toEqual(verdict);
  });
});

describe('tiers/policy-keeps-files-online', () => {
  const judge = (rules: readonly LifecycleRule[]): Verdict =>
    policyKeepsFilesOnline.judge({ 'arm.tiering-policy': tieringPolicy(rules) });
  const fails = (...found: readonly (readonly [rule: string, action: string, where: string])[]): Verdict => ({
    outcome: 'fail',
    reason: 'files of the service are about to be archived or deleted behind its back',
    remedy:
      'narrow these rules to other prefixes, or disable them; a policy takes up to 24 hours to act, so hurry',
    findings: found.map(([rule, action, where]) => ({
      subject: `rule '${rule}'`,
      expected: `no ${action} below ${OURS}`,
      actual: `${action} for ${where}`,
    })),
  });

  test.each<readonly [name: string, rule: LifecycleRule]>([
    [
      'moves files between online tiers',
      lifecycleRule('a', { prefixes: [OURS], actions: ['cool', 'cold', 'hot'] }),
    ],
    ['archives elsewhere', lifecycleRule('a', { prefixes: ['logs/'], actions: ['archive', 'delete'] })],
    [
      'archives the neighbour service of the same workspace',
      lifecycleRule('a', { prefixes: ['dicom/AHDS/hospital/dicom/images2/'], actions: ['archive'] }),
    ],
    ['is disabled', lifecycleRule('a', { enabled: false, prefixes: [OURS], actions: ['archive', 'delete'] })],
    [
      'is for append blobs only',
      lifecycleRule('a', { blockBlobs: false, prefixes: [], actions: ['delete'] }),
    ],
  ])('passes a rule that %s', (_name, rule) => {
    expect(judge([rule])).toEqual({ outcome: 'pass', detail: '1 rule' });
  });

  test('passes an account without rules', () => {
    expect(judge([])).toEqual({ outcome: 'pass', detail: '0 rules' });
  });

  test.each<readonly [name: string, prefixes: readonly string[], where: string]>([
    ['everything', [], 'every file of the account'],
    ['the container', ['dicom'], 'dicom'],
    ['the contract prefix', [OURS], OURS],
    ['one partition', [`${OURS}ward-7/`], `${OURS}ward-7/`],
    ['other files as well', ['logs/', 'dicom/AHDS/'], 'logs/, dicom/AHDS/'],
  ])('fails a rule that archives %s', (_name, prefixes, where) => {
    expect(judge([lifecycleRule('a', { prefixes, actions: ['cool', 'archive'] })])).toEqual(
      fails(['a', 'archive', where]),
    );
  });

  test('names every rule and every action', () => {
    expect(
      judge([
        lifecycleRule('a', { prefixes: [], actions: ['archive', 'delete'] }),
        lifecycleRule('b', { prefixes: ['dicom/'], actions: ['delete'] }),
      ]),
    ).toEqual(
      fails(
        ['a', 'archive', 'every file of the account'],
        ['a', 'delete', 'every file of the account'],
        ['b', 'delete', 'dicom/'],
      ),
    );
  });
});

describe('tiers/policy-as-intended', () => {
  const judge = (rules: readonly LifecycleRule[], intended: readonly IntendedTierRule[]): Verdict =>
    policyAsIntended.judge({ 'arm.tiering-policy': tieringPolicy(rules, intended) });
  const fails = (...findings: readonly Finding[]): Verdict => ({
    outcome: 'fail',
    reason: 'the deployed policy is not the intended one',
    remedy: 'deploy the stack again; an account has one policy only, so look for another owner of it',
    findings,
  });
  const intended = intendedRule('a', {
    prefixes: [OURS, 'dicom/other/'],
    basis: 'lastAccess',
    coolAfterDays: 30,
    coldAfterDays: 90,
    returnToHotOnAccess: true,
  });
  const deployed = lifecycleRule('a', {
    prefixes: ['dicom/other/', OURS],
    actions: ['cold', 'cool'],
    terms: [
      { action: 'cold', basis: 'lastAccess', days: 90 },
      { action: 'cool', basis: 'lastAccess', days: 30 },
    ],
    returnsToHot: true,
  });
  const expected = `cold 90 days after the last access, cool 30 days after the last access, back to hot when read, for ${OURS}, dicom/other/`;

  test('does not apply to a deployment without rules, and names those of others that reach its files', () => {
    expect(judge([lifecycleRule('theirs')], [])).toEqual({
      outcome: 'not-applicable',
      reason: 'the deployment has no lifecycle rules',
    });
    expect(judge([lifecycleRule('theirs', { prefixes: [] })], [])).toEqual({
      outcome: 'not-applicable',
      reason: "the deployment has no lifecycle rules; 'theirs' of somebody else reach its files",
    });
  });

  test('passes rules that are all in place, in whatever order, and rules for other files', () => {
    expect(
      judge([deployed, lifecycleRule('theirs'), lifecycleRule('b')], [intended, intendedRule('b')]),
    ).toEqual({ outcome: 'pass', detail: 'a, b' });
  });

  test('names disabled and missing rules', () => {
    const rules = [lifecycleRule('a'), lifecycleRule('b', { enabled: false })];
    expect(
      judge(
        rules,
        ['a', 'b', 'c'].map((name) => intendedRule(name)),
      ),
    ).toEqual(
      fails(
        { subject: "rule 'b'", expected: 'enabled', actual: 'disabled' },
        { subject: "rule 'c'", expected: 'enabled', actual: 'missing' },
      ),
    );
  });

  test.each<readonly [name: string, changes: Partial<LifecycleRule>, actual: string]>([
    [
      'days',
      { terms: [{ action: 'cool', basis: 'lastAccess', days: 29 }, ...deployed.terms.slice(0, 1)] },
      expected.replace('cool 30', 'cool 29'),
    ],
    [
      'basis',
      { terms: deployed.terms.map((term) => ({ ...term, basis: 'creation' as const })) },
      expected.replaceAll('the last access', 'its creation'),
    ],
    ['prefixes', { prefixes: [OURS] }, expected.replace(', dicom/other/', '')],
    ['no prefixes', { prefixes: [] }, expected.replace(/for .*/, 'for every file of the account')],
    ['return to hot', { returnsToHot: false }, expected.replace('back to hot when read, ', '')],
    [
      'more actions',
      { terms: [...deployed.terms, { action: 'archive', basis: 'lastAccess', days: 900 }] },
      `archive 900 days after the last access, ${expected}`,
    ],
  ])('fails a rule with other %s', (_name, changes, actual) => {
    expect(judge([{ ...deployed, ...changes }], [intended])).toEqual(
      fails({ subject: "rule 'a'", expected, actual }),
    );
  });

  test('fails a rule that is for other blobs', () => {
    expect(judge([{ ...deployed, blockBlobs: false }], [intended])).toEqual(
      fails({
        subject: "rule 'a'",
        expected: 'for block blobs',
        actual: 'for other kinds of blobs only',
      }),
    );
  });

  test('names a rule of somebody else that moves files of the service, but not one that archives', () => {
    const terms = [{ action: 'cold', basis: 'creation', days: 1 }] as const;
    const theirs = lifecycleRule('theirs', { prefixes: [], actions: ['cold'], terms });
    const archives = lifecycleRule('archives', { prefixes: [], actions: ['archive'] });
    expect(judge([deployed, theirs, archives], [intended])).toEqual(
      fails({
        subject: "rule 'theirs'",
        expected: 'no rules for the files of the service but those of the deployment',
        actual: 'cold 1 days after its creation, for every file of the account',
      }),
    );
  });
});

describe('tiers/cost-hints', () => {
  const judge = (
    terms: LifecycleRule['terms'],
    changes: Partial<LifecycleRule> = {},
    smallCooled = { count: 0, bytes: 0 },
    deletedFileRetentionDays = 0,
  ): Verdict =>
    costHints.judge({
      'lake.tier-census': tierCensus({ smallCooled }),
      'arm.tiering-policy': tieringPolicy([lifecycleRule('a', { prefixes: [OURS], terms, ...changes })]),
      'arm.blob-service': { ...service(true, true), deletedFileRetentionDays },
    });
  const moves = (cool: number, cold: number, coldBasis: 'creation' | 'lastAccess' = 'creation') =>
    [
      { action: 'cool', basis: 'creation', days: cool },
      { action: 'cold', basis: coldBasis, days: cold },
    ] as const;

  test.each<readonly [cool: number, cold: number, basis: 'creation' | 'lastAccess']>([
    [30, 60, 'creation'],
    [60, 30, 'creation'],
    [30, 30, 'creation'],
    [30, 31, 'lastAccess'],
  ])('does not warn of cool after %i days and cold after %i by %s', (cool, cold, basis) => {
    expect(judge(moves(cool, cold, basis), { returnsToHot: true })).toEqual({ outcome: 'pass' });
  });

  test('warns of a rule that leaves cool early', () => {
    expect(judge(moves(30, 59))).toMatchObject({
      outcome: 'warn',
      findings: [
        {
          subject: "rule 'a'",
          expected: 'cold 60 days or later',
          actual: 'cool after 30 days, cold after 59',
        },
      ],
    });
    expect(judge(moves(30, 59), { prefixes: ['elsewhere/'] })).toEqual({ outcome: 'pass' });
    expect(judge(moves(30, 59), { enabled: false })).toEqual({ outcome: 'pass' });
  });

  test('tells of small images, reads in cool and kept health files without a warning', () => {
    expect(judge(moves(30, 60), {}, { count: 10, bytes: 300_000 }, 7)).toEqual({
      outcome: 'pass',
      detail:
        "10 images in cool or cold are smaller than 128 KiB and are billed as that, in older accounts from July 2027: 1.3 MB for 0.3 MB; rule 'a' leaves in cool what is read again, where each read is billed by the gigabyte; soft delete keeps 20160 small health files for 7 days",
    });
  });
});

describe('tiers/own-instance-readable-when-cooled', () => {
  type Move = CooledInstance['moves'][number];
  const judge = (move: Partial<Move>): Verdict =>
    ownInstanceReadableWhenCooled.judge({
      'lake.cooled-instance': {
        sent: SENT,
        store: done({ path: LAKE_PATH }),
        moves: [{ tier: 'Cool', move: done({ etagKept: true }), retrieve: done(SENT), ...move }],
      },
    });
  const finding = (expected: string, actual: string) => ({
    outcome: 'fail',
    findings: [{ subject: 'an image in Cool', expected, actual }],
  });

  test('passes an image that comes back as it was sent', () => {
    expect(judge({})).toEqual({ outcome: 'pass', detail: 'Cool' });
  });

  test('does not apply where nothing was stored', () => {
    expect(
      ownInstanceReadableWhenCooled.judge({
        'lake.cooled-instance': { sent: SENT, store: skipped('the instance was not stored'), moves: [] },
      }),
    ).toEqual({ outcome: 'not-applicable', reason: 'the instance was not stored' });
  });

  test.each<readonly [name: string, move: Partial<Move>, verdict: object]>([
    [
      'a changed ETag',
      { move: done({ etagKept: false }) },
      finding('the ETag of its file stays', 'it changed'),
    ],
    [
      'other bytes',
      { retrieve: done({ ...SENT, fromPreamble: 'c'.repeat(64) }) },
      finding(`SHA-256 ${SENT.fromPreamble} from the preamble on`, 'c'.repeat(64)),
    ],
    [
      'a refused retrieve',
      { retrieve: refused('WADO-RS GET instance', 424, 'ConditionNotMet') },
      finding('WADO-RS GET instance succeeds', '424 ConditionNotMet'),
    ],
    [
      'a tier that the account does not take',
      {
        move: refused('moving a file to Cool', 400, 'InvalidHeaderValue'),
        retrieve: skipped('its file was not moved to Cool'),
      },
      finding('moving a file to Cool succeeds', '400 InvalidHeaderValue'),
    ],
  ])('fails for %s', (_name, move, verdict) => {
    expect(judge(move)).toMatchObject(verdict);
  });
});

describe('tiers/last-access-tracked', () => {
  const counting = (name: string, changes: Partial<LifecycleRule> = {}): LifecycleRule =>
    lifecycleRule(name, { prefixes: [OURS], actions: ['cool'], countsLastAccess: true, ...changes });
  const remedy = 'deploy the stack again, or switch on last access time tracking on the storage account';

  test.each<
    readonly [name: string, service: BlobServiceEvidence, rules: readonly LifecycleRule[], verdict: Verdict]
  >([
    ['tracking that is on', service(true, true), [counting('a')], { outcome: 'pass' }],
    ['tracking that nobody asked for', service(true, false), [], { outcome: 'pass' }],
    [
      'tracking that nothing needs',
      service(false, false),
      [
        counting('disabled', { enabled: false }),
        counting('elsewhere', { prefixes: ['logs/'] }),
        lifecycleRule('byAge', { prefixes: [OURS] }),
      ],
      {
        outcome: 'not-applicable',
        reason: 'no rule counts last access, and the deployment does not ask for it',
      },
    ],
    [
      'rules that need what is off',
      service(false, false),
      [counting('a'), counting('b')],
      {
        outcome: 'fail',
        reason: "'a', 'b' count last access, which the account does not record",
        remedy,
      },
    ],
    [
      'a deployment that asked for it in vain',
      service(false, true),
      [],
      { outcome: 'fail', reason: 'the deployment asked for it', remedy },
    ],
  ])('judges %s', (_name, blobService, rules, verdict) => {
    expect(
      lastAccessTracked.judge({
        'arm.blob-service': blobService,
        'arm.tiering-policy': tieringPolicy(rules),
      }),
    ).toEqual(verdict);
  });
});
