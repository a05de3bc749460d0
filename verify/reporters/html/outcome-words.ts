import type { ShownOutcome } from '../shown-outcome';

/** Worst first: the order in which outcomes are shown. */
export const OUTCOMES = [
  'fail',
  'inconclusive',
  'warn',
  'waived',
  'pass',
  'not-applicable',
] as const satisfies ShownOutcome[];

/** Said in words and by a sign, so that colour is never needed. */
export const OUTCOME_WORDS: Readonly<Record<ShownOutcome, { readonly sign: string; readonly word: string }>> =
  {
    fail: { sign: '✗', word: 'failed' },
    inconclusive: { sign: '?', word: 'inconclusive' },
    warn: { sign: '!', word: 'warned' },
    waived: { sign: '~', word: 'waived' },
    pass: { sign: '✓', word: 'passed' },
    'not-applicable': { sign: '–', word: 'not applicable' },
  };

/** Whether the row has a reason, a remedy and what was found. */
export function isProblem(outcome: ShownOutcome): boolean {
  return outcome !== 'pass' && outcome !== 'not-applicable';
}

/** Of a check's id. */
export function topicOf(id: string): string {
  return id.split('/')[0] ?? id;
}
