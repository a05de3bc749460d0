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
}

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
