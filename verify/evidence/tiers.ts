import type { IntendedTierRule, OnlineTier } from '../../contract';
import type { Step } from './step';
import type { NamedFiles } from './named-files';
import type { Digests } from './round-trip';

export interface TierCensus {
  readonly tiers: readonly { readonly tier: string; readonly count: number; readonly bytes: number }[];
  /** Files that the service cannot read, up to 20 of them by name, and how many there are. */
  readonly offline: readonly {
    readonly path: string;
    readonly tier: string;
    readonly rehydrating: boolean;
  }[];
  readonly offlineCount: number;
  /** How many of those are on their way back. */
  readonly rehydratingCount: number;
  /** Images in cool or cold that are smaller than what is billed for each. */
  readonly smallCooled: { readonly count: number; readonly bytes: number };
  /** Files that the service does not write, up to 20 of them by name. */
  readonly unknown: NamedFiles;
  /** Files that hold a work item by their name. */
  readonly workItems: NamedFiles;
  /** Whether there were more files than are counted in one run. */
  readonly truncated: boolean;
}

/** What became of an instance whose file was moved to cheaper tiers. */
export interface CooledInstance {
  readonly sent: Digests;
  readonly store: Step<{ readonly path: string }>;
  readonly moves: readonly {
    readonly tier: Exclude<OnlineTier, 'Hot'>;
    readonly move: Step<{ readonly etagKept: boolean }>;
    readonly retrieve: Step<Digests>;
  }[];
}

export interface TieringPolicyEvidence {
  /** What rules have to begin with, or end before, to reach the files of the service. */
  readonly contractPrefix: string;
  readonly expectedRules: readonly IntendedTierRule[];
  readonly rules: readonly LifecycleRule[];
}

export interface LifecycleRule {
  readonly name: string;
  readonly enabled: boolean;
  /** Whether it is for block blobs, which is what the service writes. */
  readonly blockBlobs: boolean;
  readonly prefixes: readonly string[];
  readonly actions: readonly LifecycleAction[];
  /** When each action is taken. */
  readonly terms: readonly {
    readonly action: LifecycleAction;
    readonly basis: IntendedTierRule['basis'];
    readonly days: number;
  }[];
  readonly countsLastAccess: boolean;
  readonly returnsToHot: boolean;
}

export type LifecycleAction = 'archive' | 'delete' | Lowercase<OnlineTier>;

export interface BlobServiceEvidence {
  readonly lastAccessTracking: boolean;
  readonly lastAccessTrackingIntended: boolean;
  /** Days a deleted file stays recoverable; 0 while soft delete is off. */
  readonly deletedFileRetentionDays: number;
  readonly deletedFileRetentionDaysIntended: number;
}
