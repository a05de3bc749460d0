import { defineCheck, type Verdict } from '../../model';
import { judgeTrials, type Trial, trialsOf } from './trial-reading';

interface Cached {
  readonly hasEtag: boolean;
  readonly expected: string;
  readonly actual: string;
}

export const metadataCached = defineCheck({
  id: 'dicomweb/metadata-cached',
  title: 'metadata have an ETag: the same again is not sent, and what changed is',
  failureTitle: 'metadata cannot be cached, or are stale',
  why: 'viewers keep metadata and ask whether they changed; a wrong answer hides images that came later',
  severity: 'major',
  needs: ['dicomweb.retrieval'],
  judge: ({ 'dicomweb.retrieval': evidence }): Verdict => {
    const asked = trialsOf(evidence, ({ caching, changed }) => [
      ...caching.map(({ what, answer }) => ({
        what: `${what}, asked again`,
        answer: done(answer, ({ hasEtag, repeated }) => ({
          hasEtag,
          expected: 'an ETag, and 304 to whoever has it',
          actual: repeated === undefined ? 'no ETag' : String(repeated),
          isMet: repeated === 304,
        })),
      })),
      {
        what: 'the study, after it changed',
        answer: done(changed, ({ repeated, instances, expected }) => ({
          hasEtag: true,
          expected: `200 with ${expected} instances`,
          actual: repeated === 200 ? `200 with ${instances} instances` : String(repeated),
          isMet: repeated === 200 && instances === expected,
        })),
      },
    ]);
    const answered = asked.filter(({ step }) => step.state === 'done');
    const isWithout =
      answered.length > 0 && answered.every(({ step }) => step.state === 'done' && !step.value.hasEtag);
    if (evidence.contract === 'standard' && isWithout) {
      return {
        outcome: 'not-applicable',
        reason: 'the server gives metadata no ETag, which the standard leaves to it',
      };
    }
    return judge(asked);
  },
});

function judge(trials: readonly Trial<Cached & { readonly isMet: boolean }>[]): Verdict {
  return judgeTrials(
    trials,
    ({ isMet, expected, actual }) => (isMet ? undefined : { expected, actual }),
    'WADO-RS metadata do not tell whether they changed',
    'look whether a proxy between drops or changes ETag and If-None-Match; if none does, open a support request',
  );
}

function done<T, V>(step: Trial<T>['step'], change: (value: T) => V): Trial<V>['step'] {
  return step.state === 'done' ? { state: 'done', value: change(step.value) } : step;
}
