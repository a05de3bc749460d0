import { defineCheck, type Verdict } from '../../model';

export const softDeleteAsIntended = defineCheck({
  id: 'arm/soft-delete-as-intended',
  title: 'deleted files are kept for as long as the deployment asked',
  failureTitle: 'deleted files are not kept as long as the deployment asked',
  why: 'a file deleted behind the service’s back can be had back only while soft delete keeps it',
  severity: 'major',
  target: 'deployment',
  needs: ['arm.blob-service'],
  judge: ({
    'arm.blob-service': { deletedFileRetentionDays: actual, deletedFileRetentionDaysIntended: expected },
  }): Verdict => {
    if (actual >= expected) return { outcome: 'pass', detail: days(actual) };
    return {
      outcome: 'fail',
      reason: `deleted files are kept for ${days(actual)}, the deployment asked for ${days(expected)}`,
      remedy:
        'deploy the stack again, or set soft delete for blobs on the storage account; it counts for deletions from then on only',
    };
  },
});

function days(count: number): string {
  return count === 1 ? '1 day' : `${count} days`;
}
