import type { DeploymentManifest } from '../contract';
import type { AzureClients } from './clients/azure';
import type { SendHttp } from './clients/http';
import type { Clock } from './clock';
import type { EvidenceId, EvidenceMap } from './model';
import type { GivenFiles } from './sample/given-files';
import type { Journal } from './sample/journal';

/** What is verified. */
export type ProbeTarget =
  | { readonly kind: 'deployment'; readonly manifest: DeploymentManifest; readonly azure: AzureClients }
  | { readonly kind: 'dicomweb'; readonly url: string; readonly dicom: SendHttp };

export interface ProbeContext<T extends ProbeTarget = ProbeTarget> {
  readonly target: T;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Tells whoever waits what is going on. */
  readonly progress: (message: string) => void;
  readonly journal: Journal;
  /** A UID under 2.25, fresh for this run. */
  readonly studyInstanceUid: string;
  readonly givenFiles: GivenFiles;
  readonly limits: ProbeLimits;
  /** Time of the clock after which nothing is asked any more; the signal aborts then. */
  readonly deadline: number;
  /** Whether the profile may write to the lake behind the service's back. @default false */
  readonly writesLake?: boolean;
}

export type DeploymentContext = ProbeContext<Extract<ProbeTarget, { readonly kind: 'deployment' }>>;

export interface ProbeLimits {
  /** How long to wait for the file of a deleted instance to go, in milliseconds. */
  readonly fileRemovalMs: number;
  /** How long to watch for the health file, in milliseconds. */
  readonly healthWindowMs: number;
}

interface ProbeBase<I extends EvidenceId> {
  readonly id: I;
  /** What is being gathered, to tell whoever waits. */
  readonly title: string;
  /**
   * Whether it sends something to the service, or even writes to the lake behind its back. A profile leaves such probes
   * out; it never weakens them.
   */
  readonly effect: 'read' | 'write' | 'lake-write';
  /** Whether it can wait for minutes where all is well. */
  readonly pace: 'quick' | 'slow';
}

/** Brings one kind of evidence, from any target or from a deployment on Azure only. */
export type Probe<I extends EvidenceId = EvidenceId> = ProbeBase<I> &
  (
    | { readonly target: 'any'; gather(context: ProbeContext): Promise<EvidenceMap[I]> }
    | { readonly target: 'deployment'; gather(context: DeploymentContext): Promise<EvidenceMap[I]> }
  );
