import { defineCheck, type Verdict } from '../../model';
import { judgeTrials, trialsOf } from './trial-reading';

export const mediaTypesNegotiated = defineCheck({
  id: 'dicomweb/media-types-negotiated',
  title: 'the service refuses media types that it does not know',
  failureTitle: 'the service does not refuse media types that it does not know',
  why: 'a client that is given something else than it asked for shows nothing, or nonsense',
  severity: 'minor',
  needs: ['dicomweb.store-answers', 'dicomweb.retrieval'],
  judge: ({ 'dicomweb.store-answers': stores, 'dicomweb.retrieval': retrievals }): Verdict => {
    const sent = trialsOf(stores, ({ wrongMediaType }) => [
      { what: 'a store as text/plain', answer: wrongMediaType },
    ]);
    const asked = trialsOf(retrievals, ({ unacceptable }) => [
      { what: 'a study as image/gif', answer: unacceptable },
    ]);
    const verdict = judgeTrials(
      [
        ...sent.map((trial) => ({ ...trial, wanted: 415 })),
        ...asked.map((trial) => ({ ...trial, wanted: 406 })),
      ].map(({ label, step, wanted }) => ({
        label,
        step: step.state === 'done' ? { ...step, value: { ...step.value, wanted } } : step,
      })),
      ({ status, wanted }) =>
        status === wanted ? undefined : { expected: String(wanted), actual: String(status) },
      'the service takes or gives what was not agreed on',
      'look whether a proxy between rewrites Content-Type or Accept; if none does, open a support request',
    );
    return verdict.outcome === 'fail' && stores.contract === 'standard'
      ? { ...verdict, outcome: 'warn' }
      : verdict;
  },
});
