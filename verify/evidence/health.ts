export type HealthWitness = 'listing' | 'directory change' | 'soft-deleted files';

export interface HealthFile {
  /** Age in seconds, by the clock of the storage service, of the newest sign of life; absent where there was none. */
  readonly newestAgeSeconds?: number;
  readonly seenBy?: HealthWitness;
  /** The newest signs of life, each kind on its own, newest first. */
  readonly sightings: readonly { readonly ageSeconds: number; readonly by: HealthWitness }[];
  /** Why no sign of life would not mean that there is no life; absent where it does. */
  readonly blindness?: string;
  readonly deletedFileRetentionDays: number;
  /** Absent where there was no need to ask, or where no log is kept. */
  readonly logs?: HealthLog;
}

/** What the storage logs tell of the health file, which is as of some minutes ago, or why they could not be read. */
export type HealthLog =
  | {
      /** Age in seconds of the newest health file that was written; absent where there was none in the last day. */
      readonly newestAgeSeconds?: number;
      /**
       * How many seconds apart the first and the last write of anything else were that were logged since: for so long
       * the logs came in, and no health file with them.
       */
      readonly silentSeconds: number;
    }
  | { readonly unread: string };

/** Whether a sign of life came up while it was watched for. */
export interface HealthWatch {
  readonly seenBy?: HealthWitness;
  readonly watchedSeconds: number;
}

/** What lies in the folder of the health files now, up to 20 of what does not belong there. */
export interface HealthFolder {
  readonly exists: boolean;
  readonly foreign: readonly { readonly path: string; readonly owner?: string }[];
  readonly foreignCount: number;
  /** Object ids of the identities of the service. */
  readonly servicePrincipalIds: readonly string[];
}

/** What Azure Resource Health says of the DICOM service; its texts are Azure's. */
export interface ResourceHealth {
  /** Available, Degraded, Unavailable or Unknown; `Unregistered` where the subscription does not use Resource Health. */
  readonly state: string;
  readonly summary?: string;
  readonly recommendedActions: readonly string[];
}
