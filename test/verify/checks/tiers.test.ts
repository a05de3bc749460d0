import { filesOnline } from '../../../verify/checks/tiers/files-online';
import { lastAccessTracked } from '../../../verify/checks/tiers/last-access-tracked';
import { policyAsIntended } from '../../../verify/checks/tiers/policy-as-intended';
import { policyKeepsFilesOnline } from '../../../verify/checks/tiers/policy-keeps-files-online';
import type {
  BlobServiceEvidence,
  LifecycleRule,
  TierCensus,
  TieringPolicyEvidence,
  Verdict,
} from '../../../verify/model';
import { lifecycleRule, tieringPolicy } from '../../support/verify-evidence';

const OURS = 'dicom/AHDS/hospital/dicom/images/';

describe('tiers/files-online', () => {
  const census = (changes: Partial<TierCensus>): TierCensus => ({
    tiers: [
      { tier: 'Cool', count: 3, bytes: 300 },
      { tier: 'Hot', count: 2, bytes: 200 },
    ],
    offline: [],
    offlineCount: 0,
    truncated: false,
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
        truncated: true,
      }),
      {
        outcome: 'fail',
        reason: '22 files cannot be read (Archive 22)',
        remedy:
          'move them to hot, cool or cold (rehydration takes up to 15 hours) and remove the lifecycle rule that archived them',
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
  test.each<readonly [name: string, policy: TieringPolicyEvidence, verdict: Verdict]>([
    [
      'a deployment without rules, whatever others have',
      tieringPolicy([lifecycleRule('theirs')]),
      { outcome: 'not-applicable', reason: 'the deployment has no lifecycle rules' },
    ],
    [
      'rules that are all in place',
      tieringPolicy([lifecycleRule('a'), lifecycleRule('theirs'), lifecycleRule('b')], ['a', 'b']),
      { outcome: 'pass', detail: 'a, b' },
    ],
    [
      'a disabled and a missing rule',
      tieringPolicy([lifecycleRule('a'), lifecycleRule('b', { enabled: false })], ['a', 'b', 'c']),
      {
        outcome: 'fail',
        reason: 'the deployed policy is not the intended one',
        remedy: 'deploy the stack again; an account has one policy only, so look for another owner of it',
        findings: [
          { subject: "rule 'b'", expected: 'enabled', actual: 'disabled' },
          { subject: "rule 'c'", expected: 'enabled', actual: 'missing' },
        ],
      },
    ],
  ])('judges %s', (_name, policy, verdict) => {
    expect(policyAsIntended.judge({ 'arm.tiering-policy': policy })).toEqual(verdict);
  });
});

describe('tiers/last-access-tracked', () => {
  const counting = (name: string, changes: Partial<LifecycleRule> = {}): LifecycleRule =>
    lifecycleRule(name, { prefixes: [OURS], actions: ['cool'], countsLastAccess: true, ...changes });
  const service = (lastAccessTracking: boolean, lastAccessTrackingIntended: boolean) => ({
    lastAccessTracking,
    lastAccessTrackingIntended,
    deletedFileRetentionDays: 7,
    deletedFileRetentionDaysIntended: 7,
  });
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
