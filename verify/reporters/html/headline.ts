import type { Report, ReportRow } from '../../model';
import { shownOutcome } from '../shown-outcome';
import { clipped } from './markup';

export interface Headline {
  readonly mood: 'good' | 'bad' | 'unsure';
  /** The answer to: may I deploy? */
  readonly answer: string;
  /** Why, or what is wrong. */
  readonly reason: string;
}

const SHOWN_TITLES = 3;
const TITLE_LENGTH = 120;

/** What a report comes down to. */
export function headlineOf(report: Report): Headline {
  const { counts, rows, interrupted } = report;
  const named = (outcome: ReportRow['outcome']): string =>
    titlesOf(rows.filter((row) => shownOutcome(row) === outcome));
  if (interrupted) {
    const failed = counts.fail === 0 ? '' : `; ${checks(counts.fail)} had failed: ${named('fail')}`;
    return { mood: 'unsure', answer: 'No verdict', reason: `the run was interrupted${failed}` };
  }
  if (counts.fail > 0) {
    return {
      mood: 'bad',
      answer: 'Do not deploy',
      reason: `${checks(counts.fail)} failed: ${named('fail')}`,
    };
  }
  if (counts.inconclusive > 0) {
    const reason = `nothing failed, but ${checks(counts.inconclusive)} could not be judged: ${named('inconclusive')}`;
    return { mood: 'unsure', answer: 'Do not deploy yet', reason };
  }
  if (counts.warn > 0) {
    const reason = `nothing failed, but ${checks(counts.warn)} warned: ${named('warn')}`;
    return { mood: 'good', answer: 'You may deploy', reason };
  }
  if (counts.waived > 0) {
    const reason = `all that is wrong with ${checks(counts.waived)} is waived: ${titlesOf(rows.filter(({ waived }) => waived !== undefined))}`;
    return { mood: 'good', answer: 'You may deploy', reason };
  }
  if (counts.pass === 0) return { mood: 'unsure', answer: 'No verdict', reason: 'nothing was checked' };
  const reason = `every check that applies passed, ${counts.pass} in all`;
  const left = leftBehindWords(report);
  return left === ''
    ? { mood: 'good', answer: 'You may deploy', reason }
    : { mood: 'unsure', answer: 'Clean up first', reason: `${reason}, but ${left}` };
}

/** Nothing where nothing was. */
function leftBehindWords({ leftovers, leftoverFolders = [] }: Report): string {
  const parts = [
    ...(leftovers.length === 0 ? [] : [counted(leftovers.length, 'study', 'studies')]),
    ...(leftoverFolders.length === 0 ? [] : [counted(leftoverFolders.length, 'folder', 'folders')]),
  ];
  if (parts.length === 0) return '';
  const isOne = leftovers.length + leftoverFolders.length === 1;
  return `${parts.join(' and ')} of the verifier ${isOne ? 'was' : 'were'} left behind`;
}

function checks(count: number): string {
  return counted(count, 'check', 'checks');
}

function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

function titlesOf(rows: readonly ReportRow[]): string {
  const shown = rows.slice(0, SHOWN_TITLES).map(({ title }) => clipped(title, TITLE_LENGTH));
  const hidden = rows.length - shown.length;
  return [...shown, ...(hidden > 0 ? [`and ${hidden} more`] : [])].join('; ');
}
