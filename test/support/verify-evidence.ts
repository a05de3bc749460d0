import { healthyResources } from './verify-resources';
import {
  deletionTrials,
  isolationIn,
  otherPartition,
  retrievalTrials,
  searchTrials,
  storeTrials,
  triedIn,
} from './dicomweb-trials';
import type { GatheredMap } from '../../verify/gather';
import type {
  Check,
  Digests,
  EvidenceMap,
  InstanceTrip,
  LifecycleRule,
  Report,
  ReportRow,
  RoundTrip,
  Step,
  TieringPolicyEvidence,
  Verdict,
} from '../../verify/model';

/** SHA-256 of what every trip sent: whole, and from the end of the preamble on. */
export const SENT: Digests = {
  bytes: 1500,
  whole: 'a'.repeat(64),
  fromPreamble: 'b'.repeat(64),
  preambleIsZero: false,
};

export const LAKE_PATH = 'AHDS/hospital/dicom/images/Microsoft.Default/132_1.dcm';

type StepNotDone = Exclude<Step<never>, { readonly state: 'done' }>;

export function done<T>(value: T): Step<T> {
  return { state: 'done', value };
}

export function skipped(reason: string): StepNotDone {
  return { state: 'skipped', reason };
}

export function refused(operation: string, status: number, code?: string): StepNotDone {
  return { state: 'refused', operation, status, ...(code === undefined ? {} : { code }) };
}

export function unreadable(operation: string, reason: string): StepNotDone {
  return { state: 'unreadable', operation, reason };
}

/** A synthetic instance for which everything went well, but for the changes. */
export function trip(changes: Partial<InstanceTrip> = {}): InstanceTrip {
  return {
    label: 'synthetic',
    origin: 'synthetic',
    sopInstanceUid: '2.25.1',
    sent: SENT,
    store: done({}),
    search: { study: done({ found: 1 }), series: done({ found: 1 }), instance: done({ found: 1 }) },
    retrieve: done(SENT),
    metadata: done({ differences: [] }),
    frames: done({ expected: 2, equal: 2 }),
    changeFeed: done({ found: true, filePath: LAKE_PATH }),
    lakeFile: done({ ...SENT, path: LAKE_PATH, kind: 'dicom-file' }),
    gone: done({ retrieveStatus: 404, found: 0 }),
    fileGone: done({ removed: true, waitedSeconds: 90, path: LAKE_PATH }),
    ...changes,
  };
}

/** A trip that ended with its store, which is not done. */
export function tripNotStored(store: StepNotDone, changes: Partial<InstanceTrip> = {}): InstanceTrip {
  const rest = skipped('the instance was not stored');
  return trip({
    store,
    search: { study: rest, series: rest, instance: rest },
    retrieve: rest,
    metadata: rest,
    frames: rest,
    changeFeed: rest,
    lakeFile: rest,
    gone: rest,
    fileGone: rest,
    ...changes,
  });
}

export function roundTrip(instances: readonly InstanceTrip[], changes: Partial<RoundTrip> = {}): RoundTrip {
  return { instances, unreadable: [], deletion: done({ studies: 1 }), ...changes };
}

/** An enabled rule for block blobs that does nothing anywhere, but for the changes. */
export function lifecycleRule(name: string, changes: Partial<LifecycleRule> = {}): LifecycleRule {
  return {
    name,
    enabled: true,
    blockBlobs: true,
    prefixes: ['elsewhere/'],
    actions: [],
    countsLastAccess: false,
    ...changes,
  };
}

export function tieringPolicy(
  rules: readonly LifecycleRule[],
  expectedRules: readonly string[] = [],
): TieringPolicyEvidence {
  return { contractPrefix: 'dicom/AHDS/hospital/dicom/images/', expectedRules, rules };
}

/** Verdict of a check on a round trip, or on instances of which the study was deleted. */
export function judgeRoundTrip(check: Check, evidence: RoundTrip | readonly InstanceTrip[]): Verdict {
  return check.judge({
    'dicomweb.round-trip': 'instances' in evidence ? evidence : roundTrip(evidence),
  });
}

/** Every kind of evidence, of a deployment that has no fault. */
export function healthyEvidence(): EvidenceMap {
  return {
    'dicomweb.round-trip': roundTrip([trip()]),
    'dicomweb.store-answers': triedIn('azure', storeTrials()),
    'dicomweb.search-matching': triedIn('azure', searchTrials()),
    'dicomweb.retrieval': triedIn('azure', retrievalTrials()),
    'dicomweb.deletion': triedIn('azure', deletionTrials()),
    'dicomweb.partition-isolation': isolationIn([otherPartition()]),
    'lake.health-file': { newestAgeSeconds: 3, seenBy: 'listing', watchedSeconds: 3 },
    'lake.tier-census': {
      tiers: [{ tier: 'Hot', count: 2, bytes: 3000 }],
      offline: [],
      offlineCount: 0,
      truncated: false,
    },
    'arm.tiering-policy': tieringPolicy([lifecycleRule('coolThenCold')], ['coolThenCold']),
    'arm.blob-service': {
      lastAccessTracking: true,
      lastAccessTrackingIntended: true,
      deletedFileRetentionDays: 7,
      deletedFileRetentionDaysIntended: 7,
    },
    ...healthyResources(),
  };
}

/** The same, as the probes bring it. */
export function gatheredHealth(): GatheredMap {
  const had = Object.entries(healthyEvidence()).map(([id, evidence]: readonly [string, unknown]) => [
    id,
    { state: 'had', evidence },
  ]);
  return Object.fromEntries(had) as GatheredMap;
}

/** A report of these rows, counted. */
export function reportOf(rows: readonly ReportRow[], changes: Partial<Report> = {}): Report {
  const count = (outcome: ReportRow['outcome']): number =>
    rows.filter((row) => row.outcome === outcome).length;
  return {
    schemaVersion: 1,
    tool: { name: 'dicom-lake', version: '1.2.3' },
    target: { kind: 'deployment', serviceUrl: 'https://hospital-images.dicom.azurehealthcareapis.com' },
    profile: 'full',
    deadlineSeconds: 900,
    startedAt: '2026-01-31T08:00:00.000Z',
    durationMs: 12_345,
    interrupted: false,
    evidenceSha256: 'e'.repeat(64),
    rows,
    counts: {
      pass: count('pass'),
      warn: count('warn'),
      fail: count('fail'),
      inconclusive: count('inconclusive'),
      'not-applicable': count('not-applicable'),
    },
    leftovers: [],
    probes: [],
    ...changes,
  };
}
