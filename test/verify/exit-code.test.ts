import { exitCodeOf } from '../../verify';
import type { Outcome, Report, ReportRow } from '../../verify/model';
import { reportOf } from '../support/verify-evidence';

function row(outcome: Outcome, id = 'tiers/files-online'): ReportRow {
  return { id, outcome, title: '', why: '', severity: 'minor', docs: '' };
}

const LEFT: Partial<Report> = { leftovers: ['2.25.1'] };

test.each<
  readonly [
    name: string,
    rows: readonly ReportRow[],
    changes: Partial<Report>,
    onFail: number,
    onWarn: number,
  ]
>([
  ['passes', [row('pass')], {}, 0, 0],
  ['does not apply', [row('not-applicable')], {}, 0, 0],
  ['warns', [row('pass'), row('warn')], {}, 0, 1],
  ['fails', [row('pass'), row('fail')], {}, 1, 1],
  ['fails, warns and is inconclusive', [row('fail'), row('warn'), row('inconclusive')], {}, 1, 1],
  ['is inconclusive', [row('pass'), row('inconclusive')], {}, 3, 3],
  ['warns and is inconclusive', [row('warn'), row('inconclusive')], {}, 3, 1],
  ['passes, but leaves a study behind', [row('pass')], LEFT, 3, 3],
  ['warns, and leaves a study behind all the same', [row('warn')], LEFT, 3, 1],
  ['warns that the server deletes nothing', [row('warn', 'dicomweb/deleted-image-gone')], LEFT, 0, 1],
  ['fails and leaves a study behind', [row('fail')], LEFT, 1, 1],
  ['was interrupted', [row('pass')], { interrupted: true }, 130, 130],
  ['failed before it was interrupted', [row('fail')], { interrupted: true, ...LEFT }, 130, 130],
])('a run that %s', (_name, rows, changes, onFail, onWarn) => {
  const report = reportOf(rows, changes);
  expect([exitCodeOf(report), exitCodeOf(report, 'fail'), exitCodeOf(report, 'warn')]).toEqual([
    onFail,
    onFail,
    onWarn,
  ]);
});
