import type { GatheredMap } from '../../verify/gather';
import { judge } from '../../verify/judge';
import {
  type Check,
  defineCheck,
  type EvidenceId,
  type Gathered,
  type ReportRow,
  type Verdict,
} from '../../verify/model';
import { CHECKS, PROBES } from '../../verify/registry';
import { gatheredHealth, roundTrip } from '../support/verify-evidence';

const META = {
  id: 'lake/something-true',
  title: 'something is true',
  failureTitle: 'something is untrue',
  why: 'because',
  severity: 'minor',
} as const;
const COMMON = {
  id: 'lake/something-true',
  why: 'because',
  severity: 'minor',
  docs: 'docs/runbook/lake.md#lakesomething-true',
} as const;

function everything(changes: GatheredMap = {}): GatheredMap {
  return { ...gatheredHealth(), ...changes };
}

const REFUSED: Gathered<never> = {
  state: 'failed',
  code: 'AuthorizationFailed',
  reason: 'the caller may not read this resource',
  remedy: 'grant Reader',
};

describe('a verdict', () => {
  const outcomes: readonly (readonly [verdict: Verdict, row: Partial<ReportRow>])[] = [
    [
      { outcome: 'pass', detail: '3 files' },
      { outcome: 'pass', title: 'something is true', detail: '3 files' },
    ],
    [
      { outcome: 'not-applicable', reason: 'there is none' },
      { outcome: 'not-applicable', title: 'something is true', reason: 'there is none' },
    ],
    [
      { outcome: 'warn', reason: 'nearly', remedy: 'wait' },
      { outcome: 'warn', title: 'something is untrue', reason: 'nearly', remedy: 'wait' },
    ],
    [
      {
        outcome: 'fail',
        reason: 'no',
        remedy: 'mend it',
        findings: [{ subject: 's', expected: 'e', actual: 'a' }],
      },
      {
        outcome: 'fail',
        title: 'something is untrue',
        reason: 'no',
        remedy: 'mend it',
        findings: [{ subject: 's', expected: 'e', actual: 'a' }],
      },
    ],
  ];

  test.each(outcomes)('becomes a row with the title that fits it (%#)', (verdict, row) => {
    const check = defineCheck({ ...META, needs: ['lake.health-file'], judge: () => verdict });
    expect(judge([check], everything(), 'deployment')).toEqual([{ ...COMMON, ...row }]);
  });
});

describe('evidence that could not be had', () => {
  const check = defineCheck({
    ...META,
    needs: ['arm.blob-service', 'arm.tiering-policy'],
    judge: () => ({ outcome: 'pass' }),
  });

  test.each<EvidenceId>(['arm.blob-service', 'arm.tiering-policy'])(
    'makes a check inconclusive, with the reason of the probe (%s)',
    (id) => {
      expect(judge([check], everything({ [id]: REFUSED }), 'deployment')).toEqual([
        {
          ...COMMON,
          outcome: 'inconclusive',
          title: 'not known whether something is true',
          reason: 'the caller may not read this resource',
          remedy: 'grant Reader',
        },
      ]);
    },
  );

  test('leaves checks alone that do not need it', () => {
    const rows = judge(CHECKS, everything({ 'arm.blob-service': REFUSED }), 'deployment');
    expect(rows.filter(({ outcome }) => outcome === 'inconclusive').map(({ id }) => id)).toEqual([
      'arm/soft-delete-as-intended',
      'tiers/last-access-tracked',
      'tiers/cost-hints',
    ]);
  });

  test('fails loudly where nobody asked for it: the plan is wrong, not the deployment', () => {
    const evidence = { 'arm.blob-service': everything()['arm.blob-service'] };
    expect(() => judge([check], evidence as GatheredMap, 'deployment')).toThrow(
      new Error("the evidence 'arm.tiering-policy' for 'lake/something-true' was not gathered"),
    );
  });
});

describe('a DICOMweb server without a deployment', () => {
  const rows = judge(
    CHECKS,
    Object.fromEntries(
      Object.entries(gatheredHealth()).filter(([id]) => PROBES[id as EvidenceId].target === 'any'),
    ),
    'dicomweb',
  );
  const outcome = (topic: string): readonly ReportRow[] => rows.filter(({ id }) => id.startsWith(topic));

  test('is judged by what DICOMweb shows', () => {
    const others = outcome('dicomweb/').filter((row) => row.outcome !== 'pass');
    expect(others.map((row) => [row.id, row.outcome])).toEqual([
      ['dicomweb/given-files-accepted', 'not-applicable'],
      ['dicomweb/partitions-isolated', 'not-applicable'],
    ]);
  });

  test.each(['contract/', 'lake/', 'tiers/'])('is not asked about %s', (topic) => {
    expect(outcome(topic).length).toBeGreaterThan(0);
    for (const row of outcome(topic)) {
      expect(row).toMatchObject({
        outcome: 'not-applicable',
        reason: 'only a DICOMweb URL was given; this needs the manifest of a deployment',
      });
    }
  });

  test('stays inconclusive where it could not be reached', () => {
    const [row] = judge(
      CHECKS.filter(({ id }) => id === 'dicomweb/instance-stored'),
      { 'dicomweb.round-trip': { ...REFUSED, code: 'UNREACHABLE', reason: 'no such host' } },
      'dicomweb',
    );
    expect(row).toMatchObject({ outcome: 'inconclusive', reason: 'no such host' });
  });
});

describe('a judge', () => {
  test('cannot read evidence that its check does not declare', () => {
    let keys: readonly string[] = [];
    const check: Check = defineCheck({
      ...META,
      needs: ['lake.health-file'],
      judge: (evidence) => {
        keys = Object.keys(evidence);
        // @ts-expect-error the check does not declare the round trip
        const undeclared: unknown = evidence['dicomweb.round-trip'];
        return undeclared === undefined
          ? { outcome: 'pass' }
          : { outcome: 'fail', reason: 'handed over', remedy: 'none' };
      },
    });
    expect(judge([check], everything(), 'deployment')).toMatchObject([{ outcome: 'pass' }]);
    expect(keys).toEqual(['lake.health-file']);
  });

  test('gives the same rows for the same evidence, and leaves the evidence as it was', () => {
    const evidence = everything({ 'dicomweb.round-trip': { state: 'had', evidence: roundTrip([]) } });
    const before = structuredClone(evidence);
    const rows = judge(CHECKS, evidence, 'deployment');
    expect(judge(CHECKS, before, 'deployment')).toEqual(rows);
    expect(evidence).toEqual(before);
  });
});

test('a deployment without a fault passes every check that applies', () => {
  const rows = judge(CHECKS, everything(), 'deployment');
  expect(rows.filter(({ outcome }) => outcome !== 'pass').map(({ id }) => id)).toEqual([
    'dicomweb/given-files-accepted',
  ]);
});
