import type { InstanceIdentifiers } from './dicom-index';

/** An instance that a service is about to store. */
export interface StoreAttempt {
  readonly serviceId: string;
  readonly instance: InstanceIdentifiers;
}

/** The reason (FailureReason) for which an instance is not stored; undefined stores it. */
export type StoreRefusal = (attempt: StoreAttempt) => number | undefined;

/** What may go wrong inside of a DICOM service, by no fault of its lake or its callers. */
export interface DicomTrouble {
  readonly refusalOfStore: StoreRefusal;
  /** How long an entry of the change feed takes to show. */
  changeFeedDelayMs(serviceId: string): number;
  healthWriterStopped(serviceId: string): boolean;
}

export const NO_DICOM_TROUBLE: DicomTrouble = {
  refusalOfStore: () => undefined,
  changeFeedDelayMs: () => 0,
  healthWriterStopped: () => false,
};
