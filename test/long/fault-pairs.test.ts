import type { FaultId } from '../../emulator';
import { verifyWithFaults } from '../support/fault-run';
import { rowOf } from '../support/verify-bench';
import { wholeStack } from '../support/whole-deployment';

jest.setTimeout(60_000);

/** The main faults, each with the check that has to find it whatever else is wrong. */
const MAIN = {
  'lake/role-removed': 'identity/service-can-write',
  'lake/role-given-to-stranger': 'identity/nobody-holds-more',
  'lake/file-archived': 'tiers/files-online',
  'lake/container-recreated': 'contract/index-and-lake-agree',
  'lake/unknown-file': 'contract/no-unknown-files',
  'dicom/health-writer-stopped': 'health/file-keeps-coming',
  'dicom/no-token-accepted': 'access/no-token-refused',
  'arm/lifecycle-rule-archives': 'tiers/policy-keeps-files-online',
  'arm/last-access-tracking-off': 'tiers/last-access-tracked',
  'arm/account-opened': 'arm/account-hardened',
  'arm/firewall-widened': 'network/firewall-as-intended',
  'arm/alerts-disabled': 'monitoring/alerts-in-place',
} as const satisfies Partial<Record<FaultId, string>>;

const FAULTS = Object.keys(MAIN) as (keyof typeof MAIN)[];
const ALL = FAULTS.flatMap((one, index) => FAULTS.slice(index + 1).map((other) => [one, other] as const));
/** `FAULT_PAIRS=all`, else three of them. */
const PAIRS = process.env['FAULT_PAIRS'] === 'all' ? ALL : ALL.filter((_, index) => index % 22 === 0);

/** A file has to be there to be archived; a new container has nothing of what went before. */
function turnOf(fault: FaultId): number {
  const turn = ['lake/file-archived', 'lake/container-recreated'].indexOf(fault);
  return turn < 0 ? 2 : turn;
}

const STACK = wholeStack();

test.each(PAIRS)('%s and %s are both found', async (one, other) => {
  const report = await verifyWithFaults(
    STACK,
    [one, other].toSorted((a, b) => turnOf(a) - turnOf(b)),
  );
  expect([rowOf(report, MAIN[one]).outcome, rowOf(report, MAIN[other]).outcome]).toEqual(['fail', 'fail']);
});
