import { defineCheck, type Verdict } from '../../model';

export const noUnknownFiles = defineCheck({
  id: 'contract/no-unknown-files',
  title: 'below the contract prefix lies nothing but what the service writes',
  failureTitle: 'below the contract prefix lie files that the service does not write',
  why: 'only the service may write there: what others put there is read as its images, or harms them',
  severity: 'major',
  target: 'deployment',
  needs: ['lake.tier-census'],
  judge: ({ 'lake.tier-census': { unknown, truncated } }): Verdict => {
    if (unknown.count === 0)
      return truncated ? { outcome: 'pass', detail: 'among the first files' } : { outcome: 'pass' };
    return {
      outcome: 'fail',
      reason: `${unknown.count} ${unknown.count === 1 ? 'file does' : 'files do'} not fit the data contract`,
      remedy:
        'find out who writes below AHDS/ and take that right away, then move these files elsewhere; where the service indexes files of others (storage indexing), waive it',
      findings: unknown.paths.map((path) => ({
        subject: path,
        expected: 'AHDS/{workspace}/dicom/{service}/{partition}/{prefix}_{watermark}.dcm',
        actual: 'another place or name',
      })),
    };
  },
});
