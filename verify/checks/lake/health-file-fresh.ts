import { SERVICE_FACTS } from '../../../contract';
import { defineCheck, type Verdict } from '../../model';

const PERIOD_SECONDS = SERVICE_FACTS.healthProbePeriodSeconds.value;
const FRESH_SECONDS = 2 * PERIOD_SECONDS + PERIOD_SECONDS / 2;

export const healthFileFresh = defineCheck({
  id: 'lake/health-file-fresh',
  title: 'the service keeps writing its health file',
  failureTitle: 'no health file appeared in the last two periods',
  why: 'a silent writer is the first sign that the service lost its way to the lake',
  severity: 'blocker',
  target: 'deployment',
  needs: ['lake.health-file'],
  judge: ({ 'lake.health-file': seen }): Verdict => {
    const { newestAgeSeconds, sightings, blindness, deletedFileRetentionDays } = seen;
    if (newestAgeSeconds !== undefined && newestAgeSeconds <= FRESH_SECONDS) {
      const fresh = sightings.filter(({ ageSeconds }) => ageSeconds <= FRESH_SECONDS);
      const witnesses = [...new Set(fresh.map(({ by }) => by))].join(' and ');
      return { outcome: 'pass', detail: `seen ${newestAgeSeconds} s ago by ${witnesses}` };
    }
    if (blindness !== undefined) {
      return {
        outcome: 'not-applicable',
        reason: `not observable at one look: ${blindness}; the profile full watches for it`,
      };
    }
    if (newestAgeSeconds === undefined) {
      return {
        outcome: 'not-applicable',
        reason: `no health file was deleted in the last ${deletedFileRetentionDays} days: the service is new, or was silent all the time; the profile full watches for one`,
      };
    }
    return {
      outcome: 'fail',
      reason: `the newest one is ${newestAgeSeconds} s old; the service writes one every ${PERIOD_SECONDS} s`,
      remedy:
        'look at the Resource Health of the DICOM service; check its role on the container, the firewall of the storage account and its keys',
    };
  },
});
