import { defineCheck, type Verdict } from '../../model';
import { isNotOffered, judgeTrials, trialsOf } from './trial-reading';
import { unmetStore } from './store-reading';

export const singlePartStored = defineCheck({
  id: 'dicomweb/single-part-stored',
  title: 'the service takes an instance as a body of its own',
  failureTitle: 'the service does not take an instance as a body of its own',
  why: 'scripts and gateways send files as they are, without a multipart body around them',
  severity: 'major',
  needs: ['dicomweb.store-answers'],
  judge: ({ 'dicomweb.store-answers': evidence }): Verdict => {
    const trials = trialsOf(evidence, ({ singlePart }) => [{ what: 'a single part', answer: singlePart }]);
    if (evidence.contract === 'standard' && trials.every(({ step }) => isNotOffered(step))) {
      return {
        outcome: 'not-applicable',
        reason: 'the server takes multipart bodies only, as the standard lets it',
      };
    }
    return judgeTrials(
      trials,
      (answer) => unmetStore(answer, ['single']),
      'STOW-RS with a single part did not store the instance',
      'send instances in multipart bodies for now, and open a support request',
    );
  },
});
