import {
  type EvidenceBundle,
  ManualClock,
  watch,
  type WatchEnvironment,
  type WatchRun,
  type WatchSettings,
} from '../../verify';
import { healthyEvidence } from './verify-evidence';

export const MINUTE = 60_000;

export interface Watched {
  readonly runs: readonly WatchRun[];
  readonly exitCode: number;
  /** Seconds from the start of the watch. */
  readonly starts: readonly number[];
}

export type Gather = (number: number, clock: ManualClock, signal: AbortSignal) => Promise<EvidenceBundle>;

/** Watches on a clock of its own. */
export async function watching(
  gather: Gather,
  settings: Partial<WatchSettings> = {},
  {
    signal = new AbortController().signal,
    random = (): number => 0,
    readWaivers,
  }: Partial<WatchEnvironment> = {},
): Promise<Watched> {
  const clock = new ManualClock();
  const begin = clock.now();
  const runs: WatchRun[] = [];
  let number = 0;
  const exitCode = await watch(
    (given) => gather((number += 1), clock, given),
    { intervalMs: MINUTE, jitter: 0, maxRuns: 3, ...settings },
    {
      clock,
      signal,
      random,
      onRun: (run) => runs.push(run),
      ...(readWaivers === undefined ? {} : { readWaivers }),
    },
  );
  return { runs, exitCode, starts: runs.map(({ startedAt }) => (startedAt - begin) / 1000) };
}

/** Evidence on one check, which passes where its files are online. */
export function bundle(
  state: 'well' | 'offline' | 'unknown',
  interrupted = false,
  startedAt = '2026-01-01T00:00:00.000Z',
): EvidenceBundle {
  const offline = state === 'offline' ? [{ path: 'a.dcm', tier: 'Archive', rehydrating: false }] : [];
  return {
    schemaVersion: 1,
    tool: { name: 'dicom-lake', version: '0.0.0' },
    target: { kind: 'deployment', serviceUrl: 'https://dicom.example.org' },
    settings: { only: ['tiers/files-online'], skip: [], profile: 'full' },
    startedAt,
    durationMs: 0,
    interrupted,
    leftovers: [],
    probes: [],
    calls: [],
    deadlineSeconds: 900,
    evidence: {
      'lake.tier-census':
        state === 'unknown'
          ? { state: 'failed', code: 'UNREACHABLE', reason: 'nobody answers', remedy: 'look' }
          : {
              state: 'had',
              evidence: {
                ...healthyEvidence()['lake.tier-census'],
                tiers: [],
                offline,
                offlineCount: offline.length,
                truncated: false,
              },
            },
    },
  };
}
