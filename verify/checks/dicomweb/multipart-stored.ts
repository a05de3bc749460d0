import { defineCheck } from '../../model';
import { unmetStore } from './store-reading';
import { judgeTrials, trialsOf } from './trial-reading';

export const multipartStored = defineCheck({
  id: 'dicomweb/multipart-stored',
  title: 'the service stores every instance of a request with several',
  failureTitle: 'the service does not store every instance of a request with several',
  why: 'modalities and gateways send whole series in one request, and count on it that nothing of them gets lost',
  severity: 'blocker',
  needs: ['dicomweb.store-answers'],
  judge: ({ 'dicomweb.store-answers': evidence }) =>
    judgeTrials(
      trialsOf(evidence, ({ multipart }) => [{ what: 'two parts', answer: multipart }]),
      (answer) => unmetStore(answer, ['second', 'third']),
      'STOW-RS with two instances did not store both',
      'send one instance in each request for now, and open a support request',
    ),
});
