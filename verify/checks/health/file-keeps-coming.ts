import { SERVICE_FACTS } from '../../../contract';
import { defineCheck, type Verdict } from '../../model';

export const fileKeepsComing = defineCheck({
  id: 'health/file-keeps-coming',
  title: 'the service writes another health file while it is watched',
  failureTitle: 'no health file appeared while it was watched for',
  why: 'what was written before the run says nothing about the service as it is now',
  severity: 'blocker',
  target: 'deployment',
  needs: ['lake.health-watch'],
  judge: ({ 'lake.health-watch': { seenBy, watchedSeconds } }): Verdict =>
    seenBy === undefined
      ? {
          outcome: 'fail',
          reason: `the service wrote none in ${watchedSeconds} s; it writes one every ${SERVICE_FACTS.healthProbePeriodSeconds.value} s`,
          remedy:
            'look at the Resource Health of the DICOM service; check its role on the container, the firewall of the storage account and its keys',
        }
      : { outcome: 'pass', detail: `seen after ${watchedSeconds} s by ${seenBy}` },
});
