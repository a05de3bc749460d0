import { defineCheck, type Finding, type Verdict } from '../../model';

export const indexAndLakeAgree = defineCheck({
  id: 'contract/index-and-lake-agree',
  title: 'the newest images of the index have their files in the lake',
  failureTitle: 'index and lake do not agree',
  why: 'an image without its file is found by every viewer and shown by none; a file without its image is found by nobody',
  severity: 'blocker',
  target: 'deployment',
  needs: ['contract.stored-files'],
  judge: ({ 'contract.stored-files': { lookedFor, whole, missing, unindexed } }): Verdict => {
    const findings: Finding[] = [
      ...missing.paths.map((path) => ({ subject: path, expected: 'a file', actual: 'missing' })),
      ...unindexed.paths.map((path) => ({
        subject: path,
        expected: 'an image in the index',
        actual: 'named by no entry of the change feed',
      })),
    ];
    if (findings.length === 0)
      return { outcome: 'pass', detail: `${whole ? 'all' : 'the newest'} ${lookedFor} images` };
    const unnamedFindings = missing.count + unindexed.count - findings.length;
    return {
      outcome: 'fail',
      reason: [
        ...(missing.count > 0 ? [`${missing.count} of ${lookedFor} images have no file`] : []),
        ...(unindexed.count > 0 ? [`${unindexed.count} files belong to no image`] : []),
      ].join(', and '),
      remedy:
        'undelete the files or restore the container while soft delete keeps them; store images anew whose files cannot be had back; find out who deletes or writes below AHDS/',
      findings,
      ...(unnamedFindings > 0 ? { unnamedFindings } : {}),
    };
  },
});
