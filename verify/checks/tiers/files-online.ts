import { defineCheck, type Verdict } from '../../model';

export const filesOnline = defineCheck({
  id: 'tiers/files-online',
  title: 'every file is in a tier that the service can read',
  failureTitle: 'files are in a tier that the service cannot read',
  why: 'an archived image answers 424 and takes hours to come back, in the middle of somebody’s treatment',
  severity: 'blocker',
  target: 'deployment',
  needs: ['lake.tier-census'],
  judge: ({ 'lake.tier-census': census }): Verdict => {
    const counted = census.tiers.map(({ tier, count }) => `${tier} ${count}`).join(', ') || 'no files';
    if (census.offlineCount > 0) {
      return {
        outcome: 'fail',
        reason: `${census.offlineCount} files cannot be read (${counted})`,
        remedy:
          'move them to hot, cool or cold (rehydration takes up to 15 hours) and remove the lifecycle rule that archived them',
        findings: census.offline.map(({ path, tier, rehydrating }) => ({
          subject: path,
          expected: 'Hot, Cool or Cold',
          actual: rehydrating ? `${tier}, on its way back` : tier,
        })),
        unnamedFindings: census.offlineCount - census.offline.length,
      };
    }
    if (census.truncated) {
      return {
        outcome: 'warn',
        reason: `only the first files were looked at (${counted})`,
        remedy: 'use a blob inventory for a lake of this size',
      };
    }
    return { outcome: 'pass', detail: counted };
  },
});
