import { defineCheck, type Verdict } from '../../model';

export const foreignFileNotIndexed = defineCheck({
  id: 'contract/foreign-file-not-indexed',
  title: 'the service leaves files of others alone',
  failureTitle: 'the service takes a file of others for its own',
  why: 'whoever may write to the lake could slip images into the record that nobody sent to the service',
  severity: 'major',
  target: 'deployment',
  needs: ['contract.foreign-file'],
  judge: ({ 'contract.foreign-file': { path, foundBy, waitedSeconds } }): Verdict =>
    foundBy.length === 0
      ? { outcome: 'pass', detail: `not found in ${waitedSeconds} s` }
      : {
          outcome: 'fail',
          reason: `the service knew of it after ${waitedSeconds} s`,
          remedy:
            'switch off storage indexing where it was not meant (storageIndexingConfiguration of the service); where it was, waive this',
          findings: [
            { subject: path, expected: 'known to nobody', actual: `found by ${foundBy.join(' and ')}` },
          ],
        },
});
