import type { Step } from './step';

/** What the change feed tells of one instance of the verifier, read after each thing that was done to it. */
export interface ChangeFeedStory {
  readonly instances: readonly {
    /** `synthetic`, with the partition where there are several. */
    readonly label: string;
    readonly partition: string;
    readonly moments: readonly {
      readonly after: 'store' | 'deletion' | 'second store' | 'second deletion';
      readonly feed: Step<{
        /** In the order in which the feed gave them. */
        readonly entries: readonly ToldChange[];
        /** Sequence of `/changefeed/latest`, of whatever instance; absent where it told of none. */
        readonly latestSequence?: number;
      }>;
    }[];
  }[];
}

/** An entry of the change feed; values in lower case. */
export interface ToldChange {
  readonly sequence: number;
  readonly action: string;
  readonly state: string;
  /** ISO 8601. */
  readonly timestamp: string;
  readonly partition?: string;
}
