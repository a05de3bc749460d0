/** What a file is to the data contract of the service. */
export const FILE_KINDS = ['image', 'probe', 'work item', 'misplaced', 'foreign'] as const;

/**
 * - `image`: named and placed as the service does it
 * - `probe`: a health file of the service, or a file of a run of the verifier that may be under way
 * - `work item`: a work item by its name; the service keeps those elsewhere
 * - `misplaced`: named as an image of the service, but not where the service would put it
 * - `foreign`: anything else
 */
export type FileKind = (typeof FILE_KINDS)[number];

/** What is asked of a file, whichever source tells of it. Times in milliseconds since the epoch. */
export interface AuditedFile {
  /** Path in the container. */
  readonly path: string;
  readonly bytes: number;
  readonly createdAt: number;
  readonly modifiedAt: number;
  /** Absent where it was never read since last access tracking began, or that is off. */
  readonly accessedAt?: number;
  /** As Azure spells it. */
  readonly tier: string;
  /** Absent where it was never moved. */
  readonly tierChangedAt?: number;
  /** Whether it is on its way back from the archive tier. */
  readonly rehydrating: boolean;
}

/** What all files that are alike have together. Whatever is reported is a sum of cells. */
export interface AuditCell extends CellKey, CellSums {}

/** In what files of one cell are alike. */
export interface CellKey {
  readonly kind: FileKind;
  /** Empty for files that belong to none. */
  readonly partition: string;
  readonly tier: string;
  readonly rehydrating: boolean;
  /** Index in AGE_BANDS, by the last modification. */
  readonly ageBand: number;
  /** Index in AGE_BANDS, by the last access; -1 where that is not known. */
  readonly accessBand: number;
  /** Where the plan would have it; the same as `tier` where it would stay. */
  readonly plannedTier: string;
}

export interface CellSums {
  readonly count: number;
  readonly bytes: number;
  /** Every file counted as the smallest size that is billed outside of hot, or its own. */
  readonly flooredBytes: number;
  /** What moving as planned would still owe for the tier it leaves: billed bytes times the days left there. */
  readonly earlyByteDays: number;
}

export interface FileSums {
  readonly count: number;
  readonly bytes: number;
}

/** Sums, and how they are made up by access tier. */
export interface TieredSums extends FileSums {
  readonly tiers: Readonly<Record<string, FileSums>>;
}

export interface TierSums extends FileSums {
  readonly tier: string;
}

export interface KindSums extends FileSums {
  readonly kind: FileKind;
}

export interface PartitionSums extends TieredSums {
  readonly partition: string;
}

/** By the last modification; `age` is one of AGE_BANDS. */
export interface AgeSums extends TieredSums {
  readonly age: string;
}

/** One of AGE_BANDS, or that no reading is known. */
export interface LastAccessSums extends TieredSums {
  readonly lastAccess: string;
}

/** What stands out. */
export const FINDING_KINDS = ['archived', 'rehydrating', 'misplaced', 'foreign', 'work item'] as const;

export type FindingKind = (typeof FINDING_KINDS)[number];

export interface FoundFile {
  readonly finding: FindingKind;
  readonly path: string;
  readonly tier: string;
  readonly bytes: number;
  /** ISO 8601. */
  readonly modifiedAt: string;
}

/** Files of one finding: how many, and the first of them by path, where the source tells of single files. */
export interface Finding extends FileSums {
  readonly finding: FindingKind;
  readonly first: readonly FoundFile[];
}

/** What a source counted, before it is summed up: files one by one, or nothing but what lies in each tier. */
export type AuditedLake = CountedLake | MeasuredLake;

interface AuditedFacts {
  readonly findings: readonly Finding[];
  readonly source: SourceFacts;
  /** When the files were as they are told of, ISO 8601. */
  readonly asOf: string;
  /** False where it was interrupted. */
  readonly complete: boolean;
}

/** Of the folder of the service. */
export interface CountedLake extends AuditedFacts {
  readonly cells: readonly AuditCell[];
}

/** Of the whole storage account. */
export interface MeasuredLake extends AuditedFacts {
  /** As Azure spells them; none without files. */
  readonly tiers: readonly TierSums[];
}

export interface ListingFacts {
  readonly kind: 'listing';
  readonly requests: number;
  /** How many of those were answered that the service is busy. */
  readonly throttled: number;
  readonly concurrency: number;
  /** How the names were divided: by `startFrom`, or not at all where the service does not know that. */
  readonly divided: 'by name' | 'by folder';
  /** Entries of folders, which are listed but are no files. */
  readonly folders: number;
  /** Whether it went on from a checkpoint. */
  readonly resumed: boolean;
  /** Milliseconds of listing, those before an interruption included. */
  readonly listingMs: number;
}

export interface InventoryFacts {
  readonly kind: 'inventory';
  readonly rule: string;
  readonly format: 'Csv' | 'Parquet';
  /** Path or URL of the manifest of the run. */
  readonly manifest: string;
  readonly files: number;
  readonly rows: number;
  /** Columns of the schema that would have told more. */
  readonly missingFields: readonly string[];
}

export interface MetricsFacts {
  readonly kind: 'metrics';
  /** The metrics are of the whole account, whatever else is in it. */
  readonly scope: 'storage account';
}

export type SourceFacts = ListingFacts | InventoryFacts | MetricsFacts;

/** What the plan asks of tiers; the cheapest that applies wins, as in a lifecycle policy. */
export interface TierPlan {
  readonly basis: 'lastAccess' | 'lastModification' | 'creation';
  readonly coolAfterDays?: number;
  readonly coldAfterDays?: number;
}

/** Images in the index whose files are gone, and files that no image in the index has. */
export interface IndexDifference {
  /** Entries of the change feed that were read. */
  readonly entries: number;
  /** Images that the index has now. */
  readonly images: number;
  readonly lost: { readonly count: number; readonly first: readonly string[] };
  readonly unknown: { readonly count: number; readonly first: readonly string[] };
  /** Files and images that came or went while both were read, which says nothing. */
  readonly unsettled: number;
}

export interface CostOfTier {
  readonly tier: string;
  /** Per month. */
  readonly storage: number;
  /** Per month, for reading the assumed share of it. */
  readonly reads: number;
}

export interface MonthlyCost {
  readonly tiers: readonly CostOfTier[];
  readonly total: number;
}

/** Whose plan is reckoned with: the deployment's, one that was given, or an example for want of any. */
export type PlanOrigin = 'manifest' | 'file' | 'example';

export interface AuditCost {
  readonly currency: string;
  readonly region: string;
  /** Day on which the prices were looked up, `YYYY-MM-DD`. */
  readonly pricesAsOf: string;
  /** Share of the images that is read in a month, 0 to 1: an assumption of the price file. */
  readonly monthlyReadShare: number;
  readonly now: MonthlyCost;
  /** Files in tiers that the price file does not have; no sum holds them. */
  readonly unpriced?: readonly TierSums[];
  /** Once, for bringing the images in archive back at standard priority, without early deletion. */
  readonly bringBack?: { readonly files: number; readonly bytes: number; readonly cost: number };
  /** What the audit itself cost: its listing, or one run of the inventory rule. */
  readonly audit: number;
  readonly planned?: {
    readonly plan: readonly TierPlan[];
    readonly planOrigin: PlanOrigin;
    readonly monthly: MonthlyCost;
    /** Once, for moving what would move. */
    readonly moves: { readonly files: number; readonly bytes: number; readonly cost: number };
    /** Once, for leaving a tier before its minimum stay is over. */
    readonly earlyDeletion: number;
    /** Months after which it has paid for itself; absent where it never does. */
    readonly paidBackAfterMonths?: number;
  };
}

/** The product of an audit; every format is a function of it. */
export interface AuditReport {
  readonly schemaVersion: 1;
  readonly tool: { readonly name: 'dicom-lake'; readonly version: string };
  readonly lake: {
    readonly storageAccountName: string;
    readonly containerName: string;
    /** The folder that was audited. */
    readonly servicePath: string;
  };
  /** ISO 8601. */
  readonly startedAt: string;
  readonly durationMs: number;
  readonly asOf: string;
  readonly complete: boolean;
  readonly source: SourceFacts;
  readonly total: FileSums;
  readonly byTier: readonly TierSums[];
  /** Absent where the source does not tell, as the next ones. */
  readonly byKind?: readonly KindSums[];
  /** Of images only, as the next two; the largest first. */
  readonly byPartition?: readonly PartitionSums[];
  /** From young to old; every band is there. */
  readonly byAge?: readonly AgeSums[];
  /** As by age, and after those what was not read since tracking began; absent where it is known of no image. */
  readonly byLastAccess?: readonly LastAccessSums[];
  readonly findings: readonly Finding[];
  /** Where all of them are written. */
  readonly findingsFile?: string;
  readonly index?: IndexDifference;
  readonly cost?: AuditCost;
  /** What to know and to do, one sentence each. */
  readonly advice: readonly string[];
}
