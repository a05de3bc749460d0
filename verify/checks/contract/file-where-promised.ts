import { defineCheck } from '../../model';
import { judgeStep, roundTripsThatCount } from '../dicomweb/reading';

export const fileWherePromised = defineCheck({
  id: 'contract/file-where-promised',
  title: 'the file of an image lies where the data contract says',
  failureTitle: 'the file of an image does not lie where the data contract says',
  why: 'access rules, lifecycle rules and analytics are written for AHDS/{workspace}/dicom/{service}/{partition}',
  severity: 'major',
  target: 'deployment',
  needs: ['dicomweb.round-trip'],
  unknownFor: ({ 'dicomweb.round-trip': { lakeUnreachable } }) => lakeUnreachable,
  judge: ({ 'dicomweb.round-trip': trip }) =>
    judgeStep(
      roundTripsThatCount(trip),
      ({ lakeFile }) =>
        // A file that is kept back is there all the same.
        lakeFile.state === 'refused' && lakeFile.status !== 404
          ? { state: 'skipped', reason: 'its file could not be read' }
          : lakeFile,
      ({ kind, path }) =>
        kind === 'dicom-file'
          ? undefined
          : {
              expected: 'AHDS/{workspace}/dicom/{service}/{partition}/{prefix}_{watermark}.dcm',
              actual: path,
            },
      'a file of the service is not where it should be',
      'compare workspace and service name of the manifest with the deployment; tell the authors if the layout of the service changed',
    ),
});
