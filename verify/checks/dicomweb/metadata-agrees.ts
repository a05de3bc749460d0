import { defineCheck } from '../../model';
import { judgeStep, roundTripsThatCount } from './reading';

export const metadataAgrees = defineCheck({
  id: 'dicomweb/metadata-agrees',
  title: 'metadata says what the images say',
  failureTitle: 'metadata differs from the images',
  why: 'viewers trust the metadata to tell patients and series apart',
  severity: 'major',
  needs: ['dicomweb.round-trip'],
  judge: ({ 'dicomweb.round-trip': trip }) =>
    judgeStep(
      roundTripsThatCount(trip),
      ({ metadata }) => metadata,
      ({ differences }) =>
        differences.length === 0
          ? undefined
          : {
              expected: 'the identifying attributes as stored',
              actual: `others in ${differences.join(', ')}`,
            },
      'WADO-RS metadata does not agree with what was stored',
      'delete the instance and store it again; if it stays, open a support request',
    ),
});
