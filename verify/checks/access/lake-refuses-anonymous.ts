import type { RefusalAnswer } from '../../evidence/refusals';
import { defineCheck, type Finding, type Verdict } from '../../model';
import { answered } from './reading';

export const lakeRefusesAnonymous = defineCheck({
  id: 'access/lake-refuses-anonymous',
  title: 'the lake refuses whoever shows nothing',
  failureTitle: 'anybody may read the lake',
  why: 'every image of the lake is on the internet for whoever guesses its address',
  severity: 'blocker',
  target: 'deployment',
  needs: ['lake.anonymous'],
  judge: ({ 'lake.anonymous': { read, list } }): Verdict => {
    const findings = [
      ...openTo('reading a file anonymously', read),
      ...openTo('listing files anonymously', list),
    ];
    if (findings.length === 0) return { outcome: 'pass', detail: answered(read) };
    return {
      outcome: 'fail',
      reason: 'anonymous requests were let in',
      remedy:
        'switch off anonymous access of the storage account (allowBlobPublicAccess) and of the container at once, and look into the storage logs for who read what',
      findings,
    };
  },
});

/** That a file is not there is told to those only who may read it. */
function openTo(subject: string, answer: RefusalAnswer): readonly Finding[] {
  const isLetIn = answer.status < 400 || answer.code === 'BlobNotFound';
  return isLetIn
    ? [
        {
          subject,
          expected: '401, 404 ResourceNotFound or 409 PublicAccessNotPermitted',
          actual: answered(answer),
        },
      ]
    : [];
}
