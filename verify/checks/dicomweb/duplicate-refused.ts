import type { StoreTrials } from '../../evidence/dicomweb-trials';
import { defineCheck, type Verdict } from '../../model';
import type { Step } from '../../evidence/step';
import { inWords } from './store-reading';
import { judgeTrials, trialsOf } from './trial-reading';

const ALREADY_EXISTS = '45070';

type Duplicate = StoreTrials['duplicate'] extends Step<infer Value> ? Value : never;

export const duplicateRefused = defineCheck({
  id: 'dicomweb/duplicate-refused',
  title: 'an instance that is there already is refused, and stays as it was',
  failureTitle: 'an instance that is there already is taken again',
  why: 'a second image under the same UID would take the place of the first, without anybody noticing',
  severity: 'major',
  needs: ['dicomweb.store-answers'],
  judge: ({ 'dicomweb.store-answers': evidence }): Verdict => {
    const trials = trialsOf(evidence, ({ duplicate }) => [
      { what: 'the same instance again', answer: duplicate },
    ]);
    if (
      evidence.contract === 'standard' &&
      trials.some(({ step }) => step.state === 'done' && isTaken(step.value))
    ) {
      const isReplaced = trials.some(({ step }) => step.state === 'done' && step.value.replaced);
      return {
        outcome: 'not-applicable',
        reason: `the server takes an instance again and ${isReplaced ? 'replaces the first one' : 'keeps the first one'}; the standard leaves that to it`,
      };
    }
    return judgeTrials(
      trials,
      (answer) => unmet(answer, evidence.contract === 'azure'),
      'STOW-RS did not refuse what was there already',
      'let senders look for an instance before they store it, and open a support request',
    );
  },
});

function isTaken({ failed, stored }: Duplicate): boolean {
  return failed.length === 0 && stored.length > 0;
}

function unmet(
  answer: Duplicate,
  needsCode: boolean,
): { readonly expected: string; readonly actual: string } | undefined {
  const { status, failed, replaced } = answer;
  const isNamed = failed.some(({ reason }) => !needsCode || reason === ALREADY_EXISTS);
  if (status === 409 && isNamed && !replaced) return undefined;
  return {
    expected: `409 with FailureReason ${ALREADY_EXISTS}, and the first one still there`,
    actual: `${inWords(answer)}${replaced ? ', which took the place of the first one' : ''}`,
  };
}
