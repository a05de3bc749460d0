import { defineCheck } from '../../model';
import { judgeStep, roundTripsThatCount } from '../dicomweb/reading';

export const changeFeedNamesFile = defineCheck({
  id: 'contract/change-feed-names-file',
  title: 'the change feed names the file of every stored image',
  failureTitle: 'the change feed does not name the file of a stored image',
  why: 'analytics find the file of an image by the change feed alone: no UID is in its path',
  severity: 'major',
  target: 'deployment',
  needs: ['dicomweb.round-trip'],
  judge: ({ 'dicomweb.round-trip': trip }) =>
    judgeStep(
      roundTripsThatCount(trip),
      ({ changeFeed }) => changeFeed,
      ({ found, filePath }) =>
        filePath !== undefined
          ? undefined
          : { expected: 'an entry with filePath', actual: found ? 'an entry without filePath' : 'no entry' },
      'the change feed lacks what was stored',
      'check that the service is connected to a data lake: services with a store of their own name no file',
    ),
});
