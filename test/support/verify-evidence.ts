import { type BuiltInRole, type IntendedTierRule, ROLES } from '../../contract';
import type { EvidenceBundle } from '../../verify';
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
import type { LakeAccess, LakeRole } from '../../verify/evidence/lake-access';
import type { Check, EvidenceMap, Report, ReportRow, Verdict } from '../../verify/model';
import type { Digests, InstanceTrip, RoundTrip } from '../../verify/evidence/round-trip';
import type { LifecycleRule, TierCensus, TieringPolicyEvidence } from '../../verify/evidence/tiers';
import type { Step } from '../../verify/evidence/step';

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
    terms: [],
    countsLastAccess: false,
    returnsToHot: false,
    ...changes,
  };
}

export function tieringPolicy(
  rules: readonly LifecycleRule[],
  expectedRules: readonly IntendedTierRule[] = [],
): TieringPolicyEvidence {
  return { contractPrefix: 'dicom/AHDS/hospital/dicom/images/', expectedRules, rules };
}

/** A rule that the deployment means to have and that does nothing, but for the changes. */
export function intendedRule(name: string, changes: Partial<IntendedTierRule> = {}): IntendedTierRule {
  return {
    name,
    prefixes: ['elsewhere/'],
    basis: 'lastModification',
    returnToHotOnAccess: false,
    ...changes,
  };
}

/** A small lake in the hot tier, but for the changes. */
export function tierCensus(changes: Partial<TierCensus> = {}): TierCensus {
  return {
    tiers: [{ tier: 'Hot', count: 2, bytes: 3000 }],
    offline: [],
    offlineCount: 0,
    rehydratingCount: 0,
    smallCooled: { count: 0, bytes: 0 },
    unknown: { count: 0, paths: [] },
    workItems: { count: 0, paths: [] },
    truncated: false,
    ...changes,
  };
}

/** Verdict of a check on a round trip, or on instances of which the study was deleted. */
export function judgeRoundTrip(check: Check, evidence: RoundTrip | readonly InstanceTrip[]): Verdict {
  return check.judge({
    'dicomweb.round-trip': 'instances' in evidence ? evidence : roundTrip(evidence),
  });
}

/** Object ids of the service's identity and of whoever verifies. */
export const SERVICE_IDENTITY = '88888888-8888-8888-8888-888888888888';
export const VERIFIER = '77777777-7777-7777-7777-777777777777';
const ACCOUNT =
  '/subscriptions/44444444-4444-4444-4444-444444444444/resourceGroups/rg-imaging/providers/Microsoft.Storage/storageAccounts/hospitallake';
export const CONTAINER = `${ACCOUNT}/blobServices/default/containers/dicom`;

/** A built-in role on the container, but for the changes. */
export function lakeRole(name: string, principalId: string, changes: Partial<LakeRole> = {}): LakeRole {
  const role = Object.values<BuiltInRole>(ROLES).find((one) => one.name === name);
  const powers: Readonly<Record<string, LakeRole['powers']>> = {
    'Storage Blob Data Reader': ['read'],
    'Storage Blob Data Contributor': ['read', 'write', 'delete', 'add', 'move'],
    'Storage Blob Data Owner': ['read', 'write', 'delete', 'add', 'move'],
    Owner: ['list-keys', 'assign-roles', 'change-account', 'change-service'],
    Contributor: ['list-keys', 'change-account', 'change-service'],
  };
  return {
    principalId,
    principalType: 'ServicePrincipal',
    roleName: name,
    roleId: role?.id ?? '',
    scope: CONTAINER,
    at: 'container',
    powers: powers[name] ?? [],
    ...changes,
  };
}

/** A service whose identity has its role on the container, and nobody else has any, but for the changes. */
export function lakeAccess(changes: Partial<LakeAccess> = {}): LakeAccess {
  const own = lakeRole('Storage Blob Data Contributor', SERVICE_IDENTITY);
  return {
    containerId: CONTAINER,
    attached: [{ name: 'hospital-images', principalId: SERVICE_IDENTITY }],
    meant: [SERVICE_IDENTITY],
    roles: [own, lakeRole('Storage Blob Data Reader', VERIFIER)],
    ofService: [{ ...own, holder: SERVICE_IDENTITY }],
    denials: [],
    sharedKeyAllowed: false,
    intended: [],
    verifierId: VERIFIER,
    ...changes,
  };
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
    'contract.file-removal': {
      instances: [
        { label: 'synthetic', fileGone: done({ removed: true, waitedSeconds: 90, path: LAKE_PATH }) },
      ],
    },
    'contract.change-feed': {
      instances: [
        {
          label: 'synthetic',
          partition: 'Microsoft.Default',
          moments: [
            {
              after: 'store',
              feed: done({
                entries: [
                  {
                    sequence: 1,
                    action: 'create',
                    state: 'current',
                    timestamp: '2026-01-31T08:00:00.000Z',
                  },
                ],
                latestSequence: 1,
              }),
            },
          ],
        },
      ],
    },
    'contract.stored-files': {
      lookedFor: 2,
      whole: true,
      missing: { count: 0, paths: [] },
      unindexed: { count: 0, paths: [] },
    },
    'contract.work-items': { offered: true, exist: true },
    'contract.foreign-file': { path: LAKE_PATH, foundBy: [], waitedSeconds: 60 },
    'lake.health-file': {
      newestAgeSeconds: 3,
      seenBy: 'listing',
      sightings: [{ ageSeconds: 3, by: 'listing' }],
      deletedFileRetentionDays: 7,
    },
    'lake.health-watch': { seenBy: 'soft-deleted files', watchedSeconds: 20 },
    'lake.health-folder': {
      exists: true,
      foreign: [],
      foreignCount: 0,
      servicePrincipalIds: ['00000000-0000-4000-8000-000000000001'],
    },
    'arm.resource-health': { state: 'Available', recommendedActions: [] },
    'lake.tier-census': tierCensus(),
    'lake.cooled-instance': {
      sent: SENT,
      store: done({ path: LAKE_PATH }),
      moves: (['Cool', 'Cold'] as const).map((tier) => ({
        tier,
        move: done({ etagKept: true }),
        retrieve: done(SENT),
      })),
    },
    'arm.tiering-policy': tieringPolicy([lifecycleRule('coolThenCold')], [intendedRule('coolThenCold')]),
    'arm.lake-access': lakeAccess(),
    'arm.verifier-roles': { writesLake: false, roles: [lakeRole('Storage Blob Data Reader', VERIFIER)] },
    'dicom.no-token': { answer: { status: 401 }, challenged: true },
    'dicom.wrong-audience': { answer: { status: 401 }, challenged: true },
    'dicom.read-only-store': { state: 'asked', store: { status: 403 } },
    'dicom.reach': {
      host: 'hospital-images.dicom.azurehealthcareapis.com',
      addresses: 'public',
      answer: 'let in',
      meantPublic: true,
    },
    'lake.anonymous': {
      read: { status: 409, code: 'PublicAccessNotPermitted' },
      list: { status: 409, code: 'PublicAccessNotPermitted' },
    },
    'lake.shared-key': {
      answer: { status: 403, code: 'KeyBasedAuthenticationNotPermitted' },
      allowed: false,
      meantOff: true,
    },
    'lake.reach': {
      host: 'hospitallake.blob.core.windows.net',
      addresses: 'public',
      answer: 'let in',
      meantPublic: true,
    },
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

/** Saved evidence of a deployment that has no fault. */
export function bundleOf(changes: Partial<EvidenceBundle> = {}): EvidenceBundle {
  return {
    schemaVersion: 1,
    tool: { name: 'dicom-lake', version: '1.2.3' },
    target: { kind: 'deployment', serviceUrl: 'https://hospital-images.dicom.azurehealthcareapis.com' },
    settings: { only: [], skip: [], profile: 'full' },
    deadlineSeconds: 900,
    calls: [],
    startedAt: '2026-01-31T08:00:00.000Z',
    durationMs: 12_345,
    interrupted: false,
    evidence: gatheredHealth(),
    probes: [],
    leftovers: [],
    ...changes,
  };
}

/** A report of these rows, counted. */
export function reportOf(rows: readonly ReportRow[], changes: Partial<Report> = {}): Report {
  const count = (outcome: ReportRow['outcome']): number =>
    rows.filter((row) => row.outcome === outcome && row.waived === undefined).length;
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
      waived: rows.filter(({ waived }) => waived !== undefined).length,
    },
    leftovers: [],
    probes: [],
    observed: {},
    ...changes,
  };
}
