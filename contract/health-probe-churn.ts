import { SERVICE_FACTS } from './service-facts';

/** What the service's health probe does to a lake. */
export interface HealthProbeChurn {
  /** Health files written, read and deleted in a day. */
  readonly filesPerDay: number;
  /** Storage operations in a day: one write, one read and one deletion for each file. */
  readonly operationsPerDay: number;
  /** Deleted health files that soft delete keeps at any time, once as many days have passed as they are kept. */
  readonly softDeletedFiles: number;
}

const SECONDS_PER_DAY = 86_400;

/**
 * What the health probe of one DICOM service costs a lake that keeps deleted files. Deleted files are billed like
 * live ones.
 *
 * @param deletedFileRetentionDays days a deleted file is kept, 0 while soft delete is off
 */
export function healthProbeChurn(deletedFileRetentionDays: number): HealthProbeChurn {
  const filesPerDay = SECONDS_PER_DAY / SERVICE_FACTS.healthProbePeriodSeconds.value;
  return {
    filesPerDay,
    operationsPerDay: 3 * filesPerDay,
    softDeletedFiles: deletedFileRetentionDays * filesPerDay,
  };
}
