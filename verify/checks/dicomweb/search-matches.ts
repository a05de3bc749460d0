import { defineCheck } from '../../model';
import { judgeSearches } from './search-reading';

export const searchMatches = defineCheck({
  id: 'dicomweb/search-matches',
  title: 'searches find what matches, and nothing else, by every documented rule',
  failureTitle: 'searches find too little or too much',
  why: 'an image that a search misses is as good as lost; one too many is another patient’s',
  severity: 'blocker',
  needs: ['dicomweb.search-matching'],
  judge: ({ 'dicomweb.search-matching': evidence }) =>
    judgeSearches(
      evidence,
      'matching',
      'QIDO-RS does not match as documented',
      'search by UID where it matters, and open a support request with the searches below',
    ),
});
