import checks from './checks-of-faults.json';

/** What becomes of the checks of `dicom-lake verify` while a fault stands; all others go on as before. */
export interface ChecksOfFault {
  /** Ids of those that fail. */
  readonly fail: readonly string[];
  /** Ids of those that warn. */
  readonly warn: readonly string[];
  /** Ids of those that become inconclusive: what they need cannot be had. */
  readonly inconclusive: readonly string[];
}

/** By the id of the fault; seen in runs of every fault, which a test repeats. */
export const CHECKS_OF_FAULTS: Readonly<Record<string, ChecksOfFault>> = checks;
