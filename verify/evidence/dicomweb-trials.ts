import type { Step } from './step';

/** Whose contract counts: that of the DICOM service of Azure, or the DICOM standard, which leaves more open. */
export type DicomWebContract = 'azure' | 'standard';

/** What was tried in every partition of a service, or in the whole of any other server. */
export interface PartitionTrials<T> {
  readonly contract: DicomWebContract;
  readonly partitions: readonly {
    /** Such as ` in ward-7`; empty where there is one partition only. */
    readonly place: string;
    /** Skipped where there was nothing to try it with. */
    readonly trials: Step<T>;
  }[];
}

type Level = 'study' | 'series' | 'instance';

/** What the service made of stores. Instances go by names such as `first`. */
export interface StoreTrials {
  readonly singlePart: Step<StoreAnswer>;
  /** Two instances, `first` and `second`. */
  readonly multipart: Step<StoreAnswer>;
  /** An instance that is there already, with another number. */
  readonly duplicate: Step<StoreAnswer & { readonly replaced: boolean }>;
  /** One that is `good` and one that is `broken`. */
  readonly partial: Step<StoreAnswer>;
  readonly wrongMediaType: Step<{ readonly status: number }>;
}

export interface StoreAnswer {
  readonly status: number;
  readonly stored: readonly string[];
  readonly failed: readonly { readonly instance: string; readonly reason?: string }[];
  /** Those that the service has afterwards. */
  readonly kept: readonly string[];
}

export interface SearchTrials {
  readonly searches: readonly SearchTrial[];
}

/** One search for instances that were stored for it. */
export interface SearchTrial {
  readonly level: Level;
  /** Such as `StudyDate, range`. */
  readonly rule: string;
  /** Whether it is about what matches, or about what is given back of it. */
  readonly about: 'matching' | 'results';
  /** Names of what has to be found, or the status of a refusal. */
  readonly expected: readonly string[] | number;
  readonly answer: Step<{
    /** Names of what was found of the own studies. */
    readonly found: readonly string[];
    /** How much else was found. */
    readonly others: number;
    /** Attributes that some result lacks. */
    readonly missing: readonly string[];
  }>;
}

export interface RetrievalTrials {
  /** Retrieved files of a study and of a series. */
  readonly files: readonly { readonly what: string; readonly answer: Step<Comparison> }[];
  readonly metadata: readonly { readonly what: string; readonly answer: Step<Comparison> }[];
  /** What a second request got that named the ETag of the first. */
  readonly caching: readonly {
    readonly what: string;
    readonly answer: Step<{ readonly hasEtag: boolean; readonly repeated?: number }>;
  }[];
  /** The same for the metadata of the study, after another instance was stored in it. */
  readonly changed: Step<{
    readonly repeated: number;
    readonly instances: number;
    readonly expected: number;
  }>;
  readonly frames: readonly { readonly what: string; readonly answer: Step<Comparison> }[];
  /** Status for the number of a frame that there is not. */
  readonly absentFrame: Step<{ readonly status: number }>;
  readonly rendered: readonly {
    readonly mediaType: string;
    readonly answer: Step<{
      readonly mediaType: string;
      /** What is wrong with the image. */
      readonly problem?: string;
    }>;
  }[];
  /** Status where nothing is accepted that there is. */
  readonly unacceptable: Step<{ readonly status: number }>;
}

export interface Comparison {
  readonly expected: number;
  /** How many of those are there, and equal. */
  readonly equal: number;
  /** How much else is there. */
  readonly others: number;
}

export interface DeletionTrials {
  readonly deletions: readonly {
    readonly level: Level;
    readonly answer: Step<{
      /** Of a retrieve of what was deleted. */
      readonly retrieveStatus: number;
      /** How much of it is still found by search. */
      readonly found: number;
      /** Names of what was not deleted, and is gone as well. */
      readonly lost: readonly string[];
      /** Of a second deletion. */
      readonly againStatus: number;
    }>;
  }[];
}

/** What partitions show of each other. */
export interface PartitionIsolation {
  readonly partitions: number;
  /** Skipped where nothing could be stored. */
  readonly trials: Step<{
    /** The first partition, in which an instance was stored before the others were looked into. */
    readonly first: string;
    readonly others: readonly {
      readonly partition: string;
      /** What it showed of the instance in the first one. */
      readonly before: Step<{ readonly status: number; readonly found: number }>;
      /** A store of an instance with the same UIDs. */
      readonly store: Step<object>;
      /** Which instance it has then: its own, or that of another partition. */
      readonly holds: Step<'its own' | 'another' | 'nothing'>;
      /** Whether it still has it after the deletion in the first one. */
      readonly kept: Step<boolean>;
    }[];
  }>;
}
