import type { Step } from './step';

/** What becomes of the files of deleted instances, one instance for each partition. */
export interface FileRemoval {
  readonly instances: readonly {
    /** `synthetic`, with the partition where there are several. */
    readonly label: string;
    readonly fileGone: Step<{
      readonly removed: boolean;
      readonly waitedSeconds: number;
      readonly path: string;
    }>;
  }[];
}
