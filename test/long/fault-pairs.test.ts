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
  'dicom/health-writer-stopped': 'lake/health-file-fresh',
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

const STACK = wholeStack();

test.each(PAIRS)('%s and %s are both found', async (one, other) => {
  // A file has to be there to be archived.
  const inOrder = [one, other].sort((a) => (a === 'lake/container-recreated' ? 1 : -1));
  const report = await verifyWithFaults(STACK, inOrder);
  expect([rowOf(report, MAIN[one]).outcome, rowOf(report, MAIN[other]).outcome]).toEqual(['fail', 'fail']);
});
