import type { Clock } from '../clock';
import type { DicomServiceHost } from '../domain/dicom-service-host';
import type { Lake } from '../domain/lake';
import type { ResourceStore } from '../domain/resource-store';
import type { RoleBook } from '../domain/role-book';
import type { StorageAccounts } from '../domain/storage-account';
import type { FaultHooks } from './fault-hooks';

/** What faults can lay hands on: the state that all planes share, and the hooks for what is no state. */
export interface FaultWorld {
  readonly clock: Clock;
  readonly store: ResourceStore;
  readonly roles: RoleBook;
  readonly accounts: StorageAccounts;
  readonly lake: Lake;
  readonly dicomServices: DicomServiceHost;
  readonly hooks: FaultHooks;
  /** Object ids of the applications of the directory. */
  readonly principals: { readonly deployer: string; readonly verifier: string };
}
