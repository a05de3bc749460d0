import { defineCheck } from '../../model';
import { judgeStep } from '../dicomweb/reading';

export const fileRemovedAfterDelete = defineCheck({
  id: 'contract/file-removed-after-delete',
  title: 'the file of a deleted image leaves the lake',
  failureTitle: 'the file of a deleted image stays in the lake',
  why: 'an orphaned file costs money and keeps a deleted patient’s image readable',
  severity: 'major',
  target: 'deployment',
  needs: ['contract.file-removal'],
  judge: ({ 'contract.file-removal': { instances } }) =>
    judgeStep(
      instances,
      ({ fileGone }) => fileGone,
      ({ removed, waitedSeconds, path }) =>
        removed
          ? undefined
          : {
              expected: 'the file is removed within minutes',
              actual: `${path} is still there after ${waitedSeconds} s`,
            },
      'the service does not remove the files of deleted images',
      'the service leaves a file that was changed behind its back, and retries daily where it may not delete: check its role on the container, then remove the file by hand',
    ),
});
