import type { RoundTrip } from './evidence/round-trip';
import type { ChangeFeedStory } from './evidence/change-feed';
import type { FileRemoval } from './evidence/file-removal';
import type { WorkItems } from './evidence/work-items';
import type { ForeignFile } from './evidence/foreign-file';
import type { HealthFile, HealthWatch, HealthFolder, ResourceHealth } from './evidence/health';
import type {
  TierCensus,
  CooledInstance,
  TieringPolicyEvidence,
  BlobServiceEvidence,
} from './evidence/tiers';
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
import type { LakeAccess, VerifierRoles } from './evidence/lake-access';
import type { MonitoringResources } from './evidence/monitoring-resources';
import type { Unknown } from './evidence/step';
import type { StoredFiles } from './evidence/stored-files';
import type { ResolvedNames } from './evidence/resolved-names';
import type {
  AnonymousLake,
  DicomTokenChecks,
  Reach,
  ReadOnlyStore,
  SharedKeyLake,
} from './evidence/refusals';
import type { StorageAccountResource } from './evidence/storage-account-resource';
import type { WorkspaceResource } from './evidence/workspace-resource';

/** The only place where a new kind of evidence is announced. Plain JSON, without secrets or patient data. */
export interface EvidenceMap {
  readonly 'dicomweb.round-trip': RoundTrip;
  readonly 'contract.change-feed': ChangeFeedStory;
  readonly 'contract.file-removal': FileRemoval;
  readonly 'contract.stored-files': StoredFiles;
  readonly 'contract.work-items': WorkItems;
  readonly 'contract.foreign-file': ForeignFile;
  readonly 'dicomweb.store-answers': PartitionTrials<StoreTrials>;
  readonly 'dicomweb.search-matching': PartitionTrials<SearchTrials>;
  readonly 'dicomweb.retrieval': PartitionTrials<RetrievalTrials>;
  readonly 'dicomweb.deletion': PartitionTrials<DeletionTrials>;
  readonly 'dicomweb.partition-isolation': PartitionIsolation;
  readonly 'lake.health-file': HealthFile;
  readonly 'lake.health-watch': HealthWatch;
  readonly 'lake.health-folder': HealthFolder;
  readonly 'arm.resource-health': ResourceHealth;
  readonly 'lake.tier-census': TierCensus;
  readonly 'lake.cooled-instance': CooledInstance;
  readonly 'arm.tiering-policy': TieringPolicyEvidence;
  readonly 'arm.blob-service': BlobServiceEvidence;
  readonly 'arm.lake-access': LakeAccess;
  readonly 'arm.verifier-roles': VerifierRoles;
  readonly 'dicom.no-token': DicomTokenChecks;
  readonly 'dicom.wrong-audience': DicomTokenChecks;
  readonly 'dicom.read-only-store': ReadOnlyStore;
  readonly 'dicom.reach': Reach;
  readonly 'lake.anonymous': AnonymousLake;
  readonly 'lake.shared-key': SharedKeyLake;
  readonly 'lake.reach': Reach;
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
  { readonly state: 'had'; readonly evidence: T } | ({ readonly state: 'failed' } & Unknown);

export interface Finding {
  readonly subject: string;
  readonly expected: string;
  readonly actual: string;
}

/** That something bad is accepted for a while. */
export interface Waived {
  readonly reason: string;
  /** The last day on which it is, `YYYY-MM-DD` in UTC. */
  readonly until: string;
}

export interface Waiver extends Waived {
  /** Id of the check. */
  readonly check: string;
  /** Of the finding. @default - all findings of the check */
  readonly subject?: string;
}

export interface ReportedFinding extends Finding {
  readonly waived?: Waived;
}

export type Verdict =
  | { readonly outcome: 'pass'; readonly detail?: string }
  | {
      readonly outcome: 'warn' | 'fail';
      readonly reason: string;
      readonly remedy: string;
      readonly findings?: readonly Finding[];
      /** How many more there are than `findings` names. @default 0 */
      readonly unnamedFindings?: number;
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
  /** Where it says what to do, for a check of one's own. @default - its section of the runbook of this kit */
  readonly docs?: string;
}

export interface Check extends CheckMeta {
  readonly needs: readonly EvidenceId[];
  /** Sees only the evidence it declared. */
  judge(evidence: Partial<EvidenceMap>): Verdict;
  /** Why the evidence that was had does not tell: the check is inconclusive then. @default - it tells */
  unknownFor?(evidence: Partial<EvidenceMap>): Unknown | undefined;
}

/** A check whose judge can read the evidence in `needs` and nothing else; reading more does not compile. */
export function defineCheck<const N extends readonly EvidenceId[]>(
  check: CheckMeta & {
    readonly needs: N;
    readonly judge: (evidence: Pick<EvidenceMap, N[number]>) => Verdict;
    readonly unknownFor?: (evidence: Pick<EvidenceMap, N[number]>) => Unknown | undefined;
  },
): Check {
  return {
    ...check,
    judge: (evidence) => check.judge(evidence as Pick<EvidenceMap, N[number]>),
    unknownFor: (evidence) => check.unknownFor?.(evidence as Pick<EvidenceMap, N[number]>),
  };
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
  readonly findings?: readonly ReportedFinding[];
  /** How many more there are than `findings` names. @default 0 */
  readonly unnamedFindings?: number;
  /** Set where all that it found is waived, by the waiver that ends first; the outcome stays. */
  readonly waived?: Waived;
  readonly docs: string;
}

/** One request to the DICOM service that was answered. */
export interface ObservedCall {
  readonly plane: 'dicom';
  /** Without the identifiers of the URL, such as `WADO-RS GET instance`. */
  readonly operation: string;
  readonly status: number;
  /** Since the beginning of the run. */
  readonly startedMs: number;
  readonly durationMs: number;
}

/** One sign that the service wrote its health file. */
export interface HealthSighting {
  /** When it was seen, by the clock of the storage service. */
  readonly ageSeconds: number;
  /** Which kind of evidence showed it. */
  readonly by: string;
}

export interface ObservedTiers {
  readonly counted: readonly { readonly tier: string; readonly count: number; readonly bytes: number }[];
  /** False where there were more files than are counted in one run. */
  readonly complete: boolean;
}

/** One step of the first image of the verifier on its way through the planes. */
export interface JourneyStep {
  readonly plane: 'DICOM service' | 'search index' | 'change feed' | 'data lake';
  readonly step: string;
  readonly state: 'well' | 'wrong' | 'not asked';
  readonly detail?: string;
}

/** What was seen, in numbers, for pictures; each part is absent where it was not gathered. */
export interface Observed {
  readonly calls?: readonly ObservedCall[];
  readonly healthSightings?: readonly HealthSighting[];
  readonly tiers?: ObservedTiers;
  readonly journey?: readonly JourneyStep[];
}

/** The product of a run; every format is a function of it, and docs/report.schema.json describes it. */
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
  /** How many rows have which outcome; those that are waived count as that, and as nothing else. */
  readonly counts: Readonly<Record<Outcome | 'waived', number>>;
  /** The waivers that were given, but for those that were of use. @default - none were given */
  readonly waivers?: {
    /** SHA-256 in hexadecimal of their file. */
    readonly sha256: string;
    /** These do nothing any more. */
    readonly expired: readonly Waiver[];
    /** These match nothing that was found. */
    readonly unmatched: readonly Waiver[];
  };
  /** Studies of the verifier that could not be deleted; the next run tries again. */
  readonly leftovers: readonly string[];
  /** Paths of folders in the lake that were made but could not be deleted; absent where there are none. */
  readonly leftoverFolders?: readonly string[];
  readonly probes: readonly {
    readonly id: EvidenceId;
    readonly durationMs: number;
    readonly error?: string;
  }[];
  readonly observed: Observed;
}
