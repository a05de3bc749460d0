import type { TokenCredential } from '@azure/core-auth';
import type { Measurements } from './measurements';
import type { EmulatorProcess } from '../emulator-process';

/** What the load runs against. */
export interface LoadTarget {
  /** Without a version. */
  readonly serviceUrl: string;
  /** For blob and dfs clients alike. */
  readonly accountUrl: string;
  readonly containerName: string;
  /** ARM id of the resource group. */
  readonly groupId: string;
}

/** One run of the emulator: it ends with a crash, and the next one goes on from there. */
export interface LoadSession {
  readonly emulator: EmulatorProcess;
  readonly target: LoadTarget;
  /** The deployer's. */
  readonly credential: TokenCredential;
  readonly measurements: Measurements;
}

/** Sends one request after the other, and knows what was acknowledged. */
export interface Traffic {
  /** Begins with a new run of the emulator. */
  connect(session: LoadSession): void;
  /** Sends what comes next; rejects where the connection breaks or the answer is wrong. */
  step(): Promise<void>;
  /** Compares everything acknowledged with what is there; answers what is wrong. */
  check(): Promise<readonly string[]>;
  /** How many things of this client are there. */
  readonly size: number;
}
