import type { Outcome } from '../../model';

/** Worst first: the order in which outcomes are shown. */
export const OUTCOMES = [
  'fail',
  'inconclusive',
  'warn',
  'pass',
  'not-applicable',
] as const satisfies Outcome[];

/** Said in words and by a sign, so that colour is never needed. */
export const OUTCOME_WORDS: Readonly<Record<Outcome, { readonly sign: string; readonly word: string }>> = {
  fail: { sign: '✗', word: 'failed' },
  inconclusive: { sign: '?', word: 'inconclusive' },
  warn: { sign: '!', word: 'warned' },
  pass: { sign: '✓', word: 'passed' },
  'not-applicable': { sign: '–', word: 'not applicable' },
};

export function isProblem(outcome: Outcome): boolean {
  return outcome === 'fail' || outcome === 'inconclusive' || outcome === 'warn';
}

/** Of a check's id. */
export function topicOf(id: string): string {
  return id.split('/')[0] ?? id;
}
