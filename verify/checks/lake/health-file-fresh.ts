import { SERVICE_FACTS } from '../../../contract';
import type { HealthFile } from '../../evidence/health';
import { defineCheck, type Verdict } from '../../model';

const PERIOD_SECONDS = SERVICE_FACTS.healthProbePeriodSeconds.value;
const FRESH_SECONDS = 2 * PERIOD_SECONDS + PERIOD_SECONDS / 2;
/** Besides, the newest row of a log is as old as the log is late. */
const FRESH_IN_LOGS_SECONDS = FRESH_SECONDS + SERVICE_FACTS.logDelaySeconds.value;
/** What has not come in after so long, while later rows have, was never written. */
const SILENT_SECONDS = FRESH_SECONDS + SERVICE_FACTS.logDelayLimitSeconds.value;

const REMEDY =
  'look at the Resource Health of the DICOM service; check its role on the container, the firewall of the storage account and its keys';

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
    const logs = readLogs(seen);
    const fresh = sightings.filter(({ ageSeconds }) => ageSeconds <= FRESH_SECONDS);
    const [newest] = fresh;
    // A folder changes for other reasons too, and a log may lose rows: one against the other proves nothing.
    if (
      logs.silence !== undefined &&
      newest !== undefined &&
      fresh.every(({ by }) => by === 'directory change')
    ) {
      return notObservable(
        `other writes were logged for ${logs.silence.silentSeconds} s since the newest health file in the storage logs, yet the folder changed ${newest.ageSeconds} s ago`,
      );
    }
    if (newest !== undefined || logs.freshSeconds !== undefined) {
      const witnesses = [...new Set(fresh.map(({ by }) => by))].join(' and ');
      const ways = [
        ...(newest === undefined ? [] : [`${newest.ageSeconds} s ago by ${witnesses}`]),
        ...(logs.freshSeconds === undefined
          ? []
          : [`${logs.freshSeconds} s ago by storage logs, which come minutes late`]),
      ];
      return { outcome: 'pass', detail: `seen ${ways.join(', and ')}` };
    }
    if (blindness === undefined && newestAgeSeconds !== undefined) {
      return stale(`the newest one is ${newestAgeSeconds} s old`);
    }
    if (logs.silence !== undefined) {
      const { newestAgeSeconds: age, silentSeconds } = logs.silence;
      return stale(
        `the newest one in the storage logs is ${age} s old, and other writes were logged for ${silentSeconds} s since`,
      );
    }
    if (blindness !== undefined) return notObservable([blindness, ...logs.doubts].join('; '));
    const none = `no health file was deleted in the last ${deletedFileRetentionDays} days: the service is new, or was silent all the time`;
    return {
      outcome: 'not-applicable',
      reason: `${[none, ...logs.doubts].join('; ')}; the profile full watches for one`,
    };
  },
});

function stale(how: string): Verdict {
  return {
    outcome: 'fail',
    reason: `${how}; the service writes one every ${PERIOD_SECONDS} s`,
    remedy: REMEDY,
  };
}

function notObservable(why: string): Verdict {
  return {
    outcome: 'not-applicable',
    reason: `not observable at one look: ${why}; the profile full watches for it`,
  };
}

interface LogReading {
  /** How old the newest health file is, where it is fresh as far as logs can tell. */
  readonly freshSeconds?: number;
  readonly silence?: { readonly newestAgeSeconds: number; readonly silentSeconds: number };
  /** Why the logs say neither. */
  readonly doubts: readonly string[];
}

/** Logs that are late, or hold nothing, say nothing: it takes rows from both ends of a silence to make it one. */
function readLogs({ logs }: HealthFile): LogReading {
  if (logs === undefined) return { doubts: [] };
  if ('unread' in logs) return { doubts: [logs.unread] };
  const { newestAgeSeconds, silentSeconds } = logs;
  if (newestAgeSeconds === undefined) return { doubts: ['the storage logs of the last day know of none'] };
  if (silentSeconds > SILENT_SECONDS) return { silence: { newestAgeSeconds, silentSeconds }, doubts: [] };
  if (newestAgeSeconds <= FRESH_IN_LOGS_SECONDS) return { freshSeconds: newestAgeSeconds, doubts: [] };
  return {
    doubts: [`the newest one in the storage logs is ${newestAgeSeconds} s old, and too little came in since`],
  };
}
