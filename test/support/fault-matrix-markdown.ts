import { type FaultId, FAULTS } from '../../emulator';
import type { ChecksOfFault } from '../../emulator/faults/checks-of-faults';

/** What a verification said of one fault. */
export interface FoundFault {
  readonly checks: ChecksOfFault;
  /** Of the worst row. */
  readonly reason: string;
  readonly remedy: string;
}

/** docs/fault-matrix.md, and its rows alone. */
export function faultMatrixMarkdown(found: ReadonlyMap<FaultId, FoundFault>): {
  readonly page: string;
  readonly rows: string;
} {
  const rows = FAULTS.flatMap(({ id, title }) => {
    const one = found.get(id);
    return one === undefined ? [] : [rowOf(id, title, one)];
  });
  const page = [
    '<!-- Made by a run of every fault: UPDATE_FAULT_MATRIX=1 npm run test:long; the test holds it. -->',
    '',
    '# Fault matrix',
    '',
    `A deployment with everything that the kit can deploy is verified on the emulator with each of its ${FAULTS.length} faults alone, in the`,
    'profile deep. Without a fault there is no finding. These are all the checks that do not pass, and what the report says',
    'first. Where a fault stands between the verifier and the truth, checks are inconclusive, never wrong.',
    '',
    '| fault | what is wrong | checks that fail | that warn | inconclusive | cause told | remedy told |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ];
  return { page: page.join('\n'), rows: rows.join('\n') };
}

function rowOf(id: FaultId, title: string, { checks, reason, remedy }: FoundFault): string {
  const cells = [
    `[${id}](faults.md#${id.replaceAll('/', '')})`,
    title,
    checks.fail.join(', '),
    checks.warn.join(', '),
    checks.inconclusive.join(', '),
    // How old depends on how many seconds the run took by its clock.
    reason.replace(/\b\d+ s old\b/, 'so many s old'),
    remedy,
  ];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
}
