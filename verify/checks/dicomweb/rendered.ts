import { defineCheck, type Verdict } from '../../model';
import { isNotOffered, judgeTrials, trialsOf } from './trial-reading';

export const rendered = defineCheck({
  id: 'dicomweb/rendered',
  title: 'images are rendered as JPEG and PNG',
  failureTitle: 'rendered images are broken',
  why: 'portals and reports show rendered images where no viewer is',
  severity: 'minor',
  needs: ['dicomweb.retrieval'],
  judge: ({ 'dicomweb.retrieval': evidence }): Verdict => {
    const trials = trialsOf(evidence, ({ rendered: all }) =>
      all.map(({ mediaType, answer }) => ({
        what: mediaType,
        answer:
          answer.state === 'done' ? { ...answer, value: { ...answer.value, wanted: mediaType } } : answer,
      })),
    );
    const offered = trials.filter(({ step }) => !isNotOffered(step));
    if (offered.length === 0) {
      return { outcome: 'not-applicable', reason: 'the server does not render such images' };
    }
    return judgeTrials(
      offered,
      ({ mediaType, problem, wanted }) =>
        mediaType === wanted && problem === undefined
          ? undefined
          : {
              expected: `a whole image of the size of the instance, as ${wanted}`,
              actual: problem ?? mediaType,
            },
      'WADO-RS rendered does not give an image',
      'let a viewer render the frames, and open a support request',
    );
  },
});
