import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { checksOf, type FaultId, FAULTS } from '../../emulator';
import type { ChecksOfFault } from '../../emulator/faults/checks-of-faults';
import { faultMatrixMarkdown, type FoundFault } from '../support/fault-matrix-markdown';
import { FAULT_RUN_SECONDS, verifyWithFaults } from '../support/fault-run';
import { ADDRESS_OUTSIDE, publicStack, wholeStack } from '../support/whole-deployment';
import type { Report } from '../../verify';
import { CHECKS } from '../../verify/registry';
import { readFileSync } from 'node:fs';

jest.setTimeout(60_000);

const FILE = path.join(__dirname, '../../emulator/faults/checks-of-faults.json');
const PAGE = path.join(__dirname, '../../docs/fault-matrix.md');
const isUpdate = process.env['UPDATE_FAULT_MATRIX'] !== undefined;

/**
 * Nothing that goes wrong in the emulator can spoil the evidence of these: names are resolved by the machine. Their
 * other tests are in checks/network.test.ts.
 */
const OUT_OF_REACH = ['network/names-lead-to-endpoints'];

/** What a private deployment is anyway. */
const OF_PUBLIC_DEPLOYMENTS: readonly FaultId[] = ['dicom/public-access-off'];

/** Faults between the verifier and a plane. */
const BETWEEN = /\/(throttled|unavailable|slow|connection-cut)$/;

const IDS = FAULTS.map(({ id }) => id);
/** `FAULT_MATRIX=all`, else every twelfth fault. */
const TRIED =
  isUpdate || process.env['FAULT_MATRIX'] === 'all' ? IDS : IDS.filter((_, index) => index % 12 === 0);

const STACK = wholeStack();
const PUBLIC_STACK = publicStack();
const seen = new Map<FaultId, FoundFault>();

test('a deployment without a fault has no finding', async () => {
  const none = { fail: [], warn: [], inconclusive: [] };
  expect(badChecks(await verifyWithFaults(STACK, []))).toEqual(none);
  expect(badChecks(await verifyWithFaults(PUBLIC_STACK, [], ADDRESS_OUTSIDE))).toEqual(none);
});

test.each(TRIED)('%s is found, and nothing else is', async (id) => {
  const report = OF_PUBLIC_DEPLOYMENTS.includes(id)
    ? await verifyWithFaults(PUBLIC_STACK, [id], ADDRESS_OUTSIDE)
    : await verifyWithFaults(STACK, [id]);
  const checks = badChecks(report);
  const found = { checks, ...primaryOf(report) };
  seen.set(id, found);
  // What is still to be cleaned up when the time is over is tried once more, and no longer.
  expect(report.durationMs).toBeLessThanOrEqual((FAULT_RUN_SECONDS + 30) * 1000);
  if (isUpdate) return;
  const expected = checksOf({ id });
  if (BETWEEN.test(id)) {
    // What was known before the time was over differs; that nothing is judged wrongly does not.
    expect({ fail: checks.fail, warn: checks.warn }).toEqual({ fail: expected.fail, warn: expected.warn });
    return;
  }
  expect(checks).toEqual(expected);
  expect(readFileSync(PAGE, 'utf8')).toContain(faultMatrixMarkdown(new Map([[id, found]])).rows);
});

test('every check has a fault that makes it fail or warn', () => {
  const found = new Set(FAULTS.flatMap((fault) => [...checksOf(fault).fail, ...checksOf(fault).warn]));
  const expected = CHECKS.map(({ id }) => id).filter((id) => !OUT_OF_REACH.includes(id));
  if (!isUpdate) expect([...found].sort()).toEqual(expected.sort());
});

afterAll(() => {
  if (!isUpdate || seen.size < FAULTS.length) return;
  const checks = Object.fromEntries([...seen].map(([id, found]) => [id, found.checks]));
  writeFileSync(FILE, `${JSON.stringify(checks, null, 2)}\n`);
  writeFileSync(PAGE, faultMatrixMarkdown(seen).page);
});

function badChecks({ rows }: Report): ChecksOfFault {
  const of = (outcome: string): readonly string[] =>
    rows
      .filter((row) => row.outcome === outcome)
      .map(({ id }) => id)
      .sort();
  return { fail: of('fail'), warn: of('warn'), inconclusive: of('inconclusive') };
}

const RANKS = { blocker: 0, major: 1, minor: 2 };

/** What a reader of the report sees first. */
function primaryOf({ rows }: Report): Pick<FoundFault, 'reason' | 'remedy'> {
  const [first] = ['fail', 'warn', 'inconclusive'].flatMap((outcome) =>
    rows
      .filter((row) => row.outcome === outcome)
      .toSorted((one, other) => RANKS[one.severity] - RANKS[other.severity]),
  );
  const { reason = '', remedy = '', id = '' } = first ?? {};
  return { reason: id === '' ? '' : `${id}: ${steady(reason)}`, remedy: steady(remedy) };
}

/** Without what differs between two runs. */
function steady(text: string): string {
  return text.replaceAll(/127\.0\.0\.1:\d+/g, 'the emulator').replaceAll(/2\.25\.\d+/g, '2.25.…');
}
