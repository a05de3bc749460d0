import { defineCheck, type Verdict } from '../../model';
import { unmetComparison } from './retrieval-reading';
import { isNotOffered, judgeTrials, trialsOf } from './trial-reading';

export const framesByNumber = defineCheck({
  id: 'dicomweb/frames-by-number',
  title: 'frames come in the order asked for, alone or together, and no others',
  failureTitle: 'frames are not those that were asked for',
  why: 'a viewer that is given another frame than it asked for shows the wrong slice',
  severity: 'major',
  needs: ['dicomweb.retrieval'],
  judge: ({ 'dicomweb.retrieval': evidence }): Verdict => {
    const isStandard = evidence.contract === 'standard';
    const frames = trialsOf(evidence, ({ frames: all }) =>
      // That frames come without a multipart body is no duty of the standard.
      all.filter(({ what, answer }) => !(isStandard && what.endsWith('single part') && isNotOffered(answer))),
    );
    const absent = trialsOf(evidence, ({ absentFrame }) => [
      { what: 'a frame that there is not', answer: absentFrame },
    ]);
    return judgeTrials<Unmet>(
      [
        ...frames.map(({ label, step }) => ({
          label,
          step:
            step.state === 'done' ? { ...step, value: unmetComparison(step.value, 'frame', 'frames') } : step,
        })),
        ...absent.map(({ label, step }) => ({
          label,
          step:
            step.state === 'done' ? { ...step, value: unmetAbsence(step.value.status, isStandard) } : step,
        })),
      ],
      (unmet) => unmet,
      'WADO-RS does not give the frames that were asked for',
      'retrieve the whole instance instead, and open a support request',
    );
  },
});

type Unmet = { readonly expected: string; readonly actual: string } | undefined;

/** The standard does not say which refusal it has to be. */
function unmetAbsence(status: number, isStandard: boolean): Unmet {
  const isFine = isStandard ? status >= 400 && status < 500 : status === 404;
  return isFine ? undefined : { expected: isStandard ? 'a refusal' : '404', actual: String(status) };
}
