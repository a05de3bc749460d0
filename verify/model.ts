import type { LakePath, OnlineTier } from '../contract';
import type { DeleteLocks } from './evidence/delete-locks';
import type { DicomServiceResource } from './evidence/dicom-service-resource';
import type {
  DeletionTrials,
  PartitionIsolation,
  PartitionTrials,
  RetrievalTrials,
  SearchTrials,
  StoreTrials,
} from './evidence/dicomweb-trials';
import type { LakeContainerResource } from './evidence/lake-container-resource';
import type { MonitoringResources } from './evidence/monitoring-resources';
import type { ResolvedNames } from './evidence/resolved-names';
import type { StorageAccountResource } from './evidence/storage-account-resource';
import type { WorkspaceResource } from './evidence/workspace-resource';
import type { Step } from './evidence/step';

export type { Step };

/** One instance on its way through the service and back. */
export interface InstanceTrip {
  /** `synthetic`, with the partition where there are several; or the relative path of a given file. */
  readonly label: string;
  readonly origin: 'synthetic' | 'given';
  readonly sopInstanceUid: string;
  /** Digests of what was sent: whole, and from the end of the preamble on. */
  readonly sent: Digests;
  readonly store: Step<{ readonly warning?: string }>;
  readonly search: Readonly<Record<'study' | 'series' | 'instance', Step<{ readonly found: number }>>>;
  readonly retrieve: Step<Digests>;
  readonly metadata: Step<{ readonly differences: readonly string[] }>;
  readonly frames: Step<{ readonly expected: number; readonly equal: number }>;
  readonly changeFeed: Step<{ readonly found: boolean; readonly filePath?: string }>;
  readonly lakeFile: Step<Digests & { readonly path: string; readonly kind: LakePath['kind'] }>;
  /** After the study was deleted. */
  readonly gone: Step<{ readonly retrieveStatus: number; readonly found: number }>;
  readonly fileGone: Step<{
    readonly removed: boolean;
    readonly waitedSeconds: number;
    readonly path: string;
  }>;
}

export interface Digests {
  readonly bytes: number;
  /** SHA-256 in hexadecimal. */
  readonly whole: string;
  /** The same from offset 128 on: the service writes zeros over the preamble. */
  readonly fromPreamble: string;
  readonly preambleIsZero: boolean;
}

export interface RoundTrip {
  readonly instances: readonly InstanceTrip[];
  /** Files of the given folder that could not be sent, by relative path. */
  readonly unreadable: readonly { readonly file: string; readonly reason: string }[];
  readonly deletion: Step<{ readonly studies: number }>;
}

export interface HealthFile {
  /** Age in seconds, by the clock of the storage service, of the newest sign of life; absent where there was none. */
  readonly newestAgeSeconds?: number;
  readonly seenBy?: 'listing' | 'soft-deleted files';
  readonly watchedSeconds: number;
}

export interface TierCensus {
  readonly tiers: readonly { readonly tier: string; readonly count: number; readonly bytes: number }[];
  /** Files that the service cannot read, up to 20 of them by name, and how many there are. */
  readonly offline: readonly {
    readonly path: string;
    readonly tier: string;
    readonly rehydrating: boolean;
  }[];
  readonly offlineCount: number;
  /** Whether there were more files than are counted in one run. */
  readonly truncated: boolean;
}

export interface TieringPolicyEvidence {
  /** What rules have to begin with, or end before, to reach the files of the service. */
  readonly contractPrefix: string;
  readonly expectedRules: readonly string[];
  readonly rules: readonly LifecycleRule[];
}

export interface LifecycleRule {
  readonly name: string;
  readonly enabled: boolean;
  /** Whether it is for block blobs, which is what the service writes. */
  readonly blockBlobs: boolean;
  readonly prefixes: readonly string[];
  readonly actions: readonly ('archive' | 'delete' | Lowercase<OnlineTier>)[];
  readonly countsLastAccess: boolean;
}

export interface BlobServiceEvidence {
  readonly lastAccessTracking: boolean;
  readonly lastAccessTrackingIntended: boolean;
  /** Days a deleted file stays recoverable; 0 while soft delete is off. */
  readonly deletedFileRetentionDays: number;
  readonly deletedFileRetentionDaysIntended: number;
}

/** The only place where a new kind of evidence is announced. Plain JSON, without secrets or patient data. */
export interface EvidenceMap {
  readonly 'dicomweb.round-trip': RoundTrip;
  readonly 'dicomweb.store-answers': PartitionTrials<StoreTrials>;
  readonly 'dicomweb.search-matching': PartitionTrials<SearchTrials>;
  readonly 'dicomweb.retrieval': PartitionTrials<RetrievalTrials>;
  readonly 'dicomweb.deletion': PartitionTrials<DeletionTrials>;
  readonly 'dicomweb.partition-isolation': PartitionIsolation;
  readonly 'lake.health-file': HealthFile;
  readonly 'lake.tier-census': TierCensus;
  readonly 'arm.tiering-policy': TieringPolicyEvidence;
  readonly 'arm.blob-service': BlobServiceEvidence;
  readonly 'arm.dicom-service': DicomServiceResource;
  readonly 'arm.workspace': WorkspaceResource;
  readonly 'arm.storage-account': StorageAccountResource;
  readonly 'arm.lake-container': LakeContainerResource;
  readonly 'arm.delete-locks': DeleteLocks;
  readonly 'arm.monitoring': MonitoringResources;
  readonly 'network.resolved-names': ResolvedNames;
}

export type EvidenceId = keyof EvidenceMap;

/** What a probe brought back, or why it could not. */
export type Gathered<T> =
  | { readonly state: 'had'; readonly evidence: T }
  | { readonly state: 'failed'; readonly code: string; readonly reason: string; readonly remedy: string };

export interface Finding {
  readonly subject: string;
  readonly expected: string;
  readonly actual: string;
}

export type Verdict =
  | { readonly outcome: 'pass'; readonly detail?: string }
  | {
      readonly outcome: 'warn' | 'fail';
      readonly reason: string;
      readonly remedy: string;
      readonly findings?: readonly Finding[];
    }
  | { readonly outcome: 'not-applicable'; readonly reason: string };

export interface CheckMeta {
  /** `topic/state-in-words`, the same as its path below checks/. */
  readonly id: string;
  /** States the good state. */
  readonly title: string;
  /** States the bad state. */
  readonly failureTitle: string;
  /** Why it matters. */
  readonly why: string;
  readonly severity: 'blocker' | 'major' | 'minor';
  /** What it can be asked of. @default - any DICOMweb server */
  readonly target?: 'deployment';
}

export interface Check extends CheckMeta {
  readonly needs: readonly EvidenceId[];
  /** Sees only the evidence it declared. */
  judge(evidence: Partial<EvidenceMap>): Verdict;
}

/** A check whose judge can read the evidence in `needs` and nothing else; reading more does not compile. */
export function defineCheck<const N extends readonly EvidenceId[]>(
  check: CheckMeta & {
    readonly needs: N;
    readonly judge: (evidence: Pick<EvidenceMap, N[number]>) => Verdict;
  },
): Check {
  return { ...check, judge: (evidence) => check.judge(evidence as Pick<EvidenceMap, N[number]>) };
}

export type Outcome = Verdict['outcome'] | 'inconclusive';

export interface ReportRow {
  readonly id: string;
  readonly outcome: Outcome;
  /** The good state's title for pass and not-applicable, the bad state's for warn and fail. */
  readonly title: string;
  readonly why: string;
  readonly severity: CheckMeta['severity'];
  readonly detail?: string;
  readonly reason?: string;
  readonly remedy?: string;
  readonly findings?: readonly Finding[];
  readonly docs: string;
}

/** The product of a run; every format is a function of it. */
export interface Report {
  readonly schemaVersion: 1;
  readonly tool: { readonly name: 'dicom-lake'; readonly version: string };
  readonly target: { readonly kind: 'deployment' | 'dicomweb'; readonly serviceUrl: string };
  /** How much was looked at: quick, full, read-only or deep. */
  readonly profile: string;
  /** Seconds after which nothing was asked any more. */
  readonly deadlineSeconds: number;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly durationMs: number;
  readonly interrupted: boolean;
  /** SHA-256 in hexadecimal of the manifest; absent where only a DICOMweb URL was given. */
  readonly manifestSha256?: string;
  /** SHA-256 in hexadecimal of the evidence that was judged. */
  readonly evidenceSha256: string;
  readonly rows: readonly ReportRow[];
  readonly counts: Readonly<Record<Outcome, number>>;
  /** Studies of the verifier that could not be deleted; the next run tries again. */
  readonly leftovers: readonly string[];
  readonly probes: readonly {
    readonly id: EvidenceId;
    readonly durationMs: number;
    readonly error?: string;
  }[];
}
