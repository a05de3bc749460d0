import { defineCheck } from '../../model';
import { unmetComparison } from './retrieval-reading';
import { judgeTrials, trialsOf } from './trial-reading';

export const metadataComplete = defineCheck({
  id: 'dicomweb/metadata-complete',
  title: 'metadata of studies, series and instances name every instance',
  failureTitle: 'metadata leave instances out',
  why: 'web viewers build the list of images from the metadata of the study',
  severity: 'blocker',
  needs: ['dicomweb.retrieval'],
  judge: ({ 'dicomweb.retrieval': evidence }) =>
    judgeTrials(
      trialsOf(evidence, ({ metadata }) => metadata),
      (dataSets) => unmetComparison(dataSets, 'data set', 'data sets'),
      'WADO-RS metadata do not name every instance',
      'search for the instances of the study instead, and open a support request',
    ),
});
