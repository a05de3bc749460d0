import { defineCheck } from '../../model';
import { unmetComparison } from './retrieval-reading';
import { judgeTrials, trialsOf } from './trial-reading';

export const seriesAndStudyRetrieved = defineCheck({
  id: 'dicomweb/series-and-study-retrieved',
  title: 'studies and series are retrieved whole, byte for byte',
  failureTitle: 'studies or series are not retrieved whole',
  why: 'viewers and archives fetch whole studies; what is left out of one nobody looks at',
  severity: 'blocker',
  needs: ['dicomweb.retrieval'],
  judge: ({ 'dicomweb.retrieval': evidence }) =>
    judgeTrials(
      trialsOf(evidence, ({ files }) => files),
      (files) => unmetComparison(files, 'file', 'files'),
      'WADO-RS does not give back every file of a study or a series',
      'retrieve instance by instance, and open a support request',
    ),
});
