import type { DeletionTrials } from '../../evidence/dicomweb-trials';
import { defineCheck, type Verdict } from '../../model';
import type { Step } from '../../evidence/step';
import { isNotOffered, judgeTrials, trialsOf } from './trial-reading';

type Deletion = DeletionTrials['deletions'][number]['answer'] extends Step<infer Value> ? Value : never;

export const deletedAtEveryLevel = defineCheck({
  id: 'dicomweb/deleted-at-every-level',
  title: 'instances, series and studies are deleted, and nothing else with them',
  failureTitle: 'a deletion deletes too little or too much',
  why: 'what should be gone and is not breaks retention rules; what goes with it is lost for ever',
  severity: 'blocker',
  needs: ['dicomweb.deletion'],
  judge: ({ 'dicomweb.deletion': evidence }): Verdict => {
    const trials = trialsOf(evidence, ({ deletions }) =>
      deletions.map(({ level, answer }) => ({
        what: `deletion of ${level === 'series' ? 'a' : level === 'study' ? 'the' : 'an'} ${level}`,
        answer,
      })),
    );
    if (evidence.contract === 'standard' && trials.every(({ step }) => isNotOffered(step))) {
      return {
        outcome: 'not-applicable',
        reason: 'the server offers no deletion over DICOMweb, which is no part of the standard',
      };
    }
    return judgeTrials(
      trials,
      (deletion) => unmet(deletion, evidence.contract === 'azure'),
      'a deletion did not do what it says',
      'look for the instances below with a search before you rely on the deletion, and open a support request',
    );
  },
});

function unmet(
  { retrieveStatus, found, lost, againStatus }: Deletion,
  isAzure: boolean,
): { readonly expected: string; readonly actual: string } | undefined {
  const isGone = retrieveStatus === 404 && found === 0;
  if (isGone && lost.length === 0 && (!isAzure || againStatus === 404)) return undefined;
  const alsoGone = lost.length === 0 ? '' : `, and gone as well: ${lost.join(', ')}`;
  return {
    expected: '404 on retrieve, nothing by search, everything else still there, 404 to a second deletion',
    actual: `${retrieveStatus} on retrieve, ${found} by search${alsoGone}, ${againStatus} to a second deletion`,
  };
}
