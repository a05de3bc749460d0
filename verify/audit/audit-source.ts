import type { DeploymentManifest } from '../../contract';
import type { AzureConnection } from '../clients/azure';
import type { Clock } from '../clock';
import type { AuditedLake, FoundFile, TierPlan } from './model';

/** What every source is asked. */
export interface AuditRequest {
  readonly manifest: DeploymentManifest;
  readonly azure: AzureConnection;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly plans: readonly TierPlan[];
  readonly progress: (message: string) => void;
  /** Told of every file that stands out, in any order, each once. @default - nobody asks for them */
  readonly onFound?: (file: FoundFile) => void;
  /** Told of every image by its path, in any order, each once. @default - nobody asks for them */
  readonly onImage?: (path: string, modifiedAt: number) => void;
}

/** Tells of a lake, in as much detail as its kind allows. */
export type AuditSource<Told extends AuditedLake = AuditedLake> = (request: AuditRequest) => Promise<Told>;
