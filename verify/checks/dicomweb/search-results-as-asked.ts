import { defineCheck } from '../../model';
import { judgeSearches } from './search-reading';

export const searchResultsAsAsked = defineCheck({
  id: 'dicomweb/search-results-as-asked',
  title: 'search results come in pages and with the attributes that were asked for',
  failureTitle: 'search results do not come as they were asked for',
  why: 'worklists show what the results hold, and leaf through them page by page',
  severity: 'major',
  needs: ['dicomweb.search-matching'],
  judge: ({ 'dicomweb.search-matching': evidence }) =>
    judgeSearches(
      evidence,
      'results',
      'QIDO-RS does not give results as asked for',
      'retrieve the metadata where attributes are missing, and open a support request with the searches below',
    ),
});
