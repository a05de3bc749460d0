import type { StoreAnswer } from '../../evidence/dicomweb-trials';
import { defineCheck } from '../../model';
import { inWords, isSame } from './store-reading';
import { judgeTrials, trialsOf } from './trial-reading';

export const partialStoreReported = defineCheck({
  id: 'dicomweb/partial-store-reported',
  title: 'a store that succeeds in part says which instance failed',
  failureTitle: 'a store that succeeds in part does not say so',
  why: 'a sender that is told that all is stored deletes its own copy of what is not',
  severity: 'blocker',
  needs: ['dicomweb.store-answers'],
  judge: ({ 'dicomweb.store-answers': evidence }) =>
    judgeTrials(
      trialsOf(evidence, ({ partial }) => [{ what: 'a good and a broken instance', answer: partial }]),
      unmet,
      'STOW-RS does not tell apart what it stored and what it did not',
      'let senders look for each instance before they delete their copy, and open a support request',
    ),
});

function unmet(answer: StoreAnswer): { readonly expected: string; readonly actual: string } | undefined {
  const { status, stored, failed, kept } = answer;
  const isFine =
    status === 202 &&
    isSame(stored, ['good']) &&
    isSame(
      failed.map(({ instance }) => instance),
      ['broken'],
    ) &&
    isSame(kept, ['good']);
  return isFine
    ? undefined
    : { expected: '202, stored good, failed broken, there afterwards: good', actual: inWords(answer) };
}
