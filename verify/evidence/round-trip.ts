import type { LakePath } from '../../contract';
import type { Step, Unknown } from './step';

/** One instance on its way through the service and back. */
export interface InstanceTrip {
  /** `synthetic`, with the partition where there are several; or the relative path of a given file. */
  readonly label: string;
  readonly origin: 'synthetic' | 'given';
  readonly sopInstanceUid: string;
  /** Digests of what was sent: whole, and from the end of the preamble on. */
  readonly sent: Digests;
  readonly store: Step<{ readonly warning?: string }>;
  readonly search: Readonly<Record<'study' | 'series' | 'instance', Step<{ readonly found: number }>>>;
  readonly retrieve: Step<Digests>;
  readonly metadata: Step<{ readonly differences: readonly string[] }>;
  readonly frames: Step<{ readonly expected: number; readonly equal: number }>;
  readonly changeFeed: Step<{ readonly found: boolean; readonly filePath?: string }>;
  readonly lakeFile: Step<Digests & { readonly path: string; readonly kind: LakePath['kind'] }>;
  /** After the study was deleted. */
  readonly gone: Step<{ readonly retrieveStatus: number; readonly found: number }>;
}

export interface Digests {
  readonly bytes: number;
  /** SHA-256 in hexadecimal. */
  readonly whole: string;
  /** The same from offset 128 on: the service writes zeros over the preamble. */
  readonly fromPreamble: string;
  readonly preambleIsZero: boolean;
}

export interface RoundTrip {
  readonly instances: readonly InstanceTrip[];
  /** Files of the given folder that could not be sent, by relative path. */
  readonly unreadable: readonly { readonly file: string; readonly reason: string }[];
  readonly deletion: Step<{ readonly studies: number }>;
  /** Why no file could be read in the lake, which says nothing of the service. @default - files could be asked for */
  readonly lakeUnreachable?: Unknown;
}
