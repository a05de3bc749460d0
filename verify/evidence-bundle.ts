import { createHash } from 'node:crypto';
import { ConfigError } from './error';
import type { RecordedCall } from './clients/recording-sender';
import type { GatherResult } from './gather';
import type { Report } from './model';
import type { PlanSettings } from './plan';

const SCHEMA_VERSION = 1;

/** Everything that a verification saw, as plain JSON: judging it again gives the same report. */
export interface EvidenceBundle
  extends
    Pick<
      Report,
      | 'tool'
      | 'target'
      | 'startedAt'
      | 'durationMs'
      | 'deadlineSeconds'
      | 'interrupted'
      | 'leftovers'
      | 'leftoverFolders'
    >,
    GatherResult {
  readonly schemaVersion: typeof SCHEMA_VERSION;
  /** Which checks it was gathered for; it is judged by no others. */
  readonly settings: PlanSettings;
  /** Every request to the DICOM service that was answered, in the order of the answers. */
  readonly calls: readonly RecordedCall[];
  /** SHA-256 in hexadecimal of the manifest; absent where only a DICOMweb URL was given. */
  readonly manifestSha256?: string;
}

/** A bundle as it is saved. */
interface SavedBundle {
  readonly bundle: EvidenceBundle;
  readonly sha256: string;
}

/** SHA-256 in hexadecimal of a value's JSON. */
export function sha256Of(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}

/** The text of the file that keeps a bundle. */
export function printEvidenceBundle(bundle: EvidenceBundle): string {
  const saved: SavedBundle = { bundle, sha256: sha256Of(bundle) };
  return `${JSON.stringify(saved, null, 2)}\n`;
}

/**
 * Reads what `printEvidenceBundle` wrote.
 *
 * @param source names the JSON in errors
 * @throws ConfigError where it is something else, of another version, or was changed
 */
export function readEvidenceBundle(json: unknown, source: string): EvidenceBundle {
  const { bundle, sha256 } = (json ?? {}) as { readonly [K in keyof SavedBundle]?: SavedBundle[K] | null };
  if (typeof bundle !== 'object' || bundle === null || typeof sha256 !== 'string') {
    throw new ConfigError(
      `'${source}' holds no evidence; give the file that dicom-lake verify --gather-only wrote`,
    );
  }
  const version: unknown = bundle.schemaVersion;
  if (version !== SCHEMA_VERSION) {
    throw new ConfigError(
      `the evidence in '${source}' cannot be judged: schemaVersion must be ${SCHEMA_VERSION}, got ${JSON.stringify(version)}; gather and judge with the same version of dicom-lake`,
    );
  }
  const actual = sha256Of(bundle);
  if (actual !== sha256) {
    throw new ConfigError(
      `the evidence in '${source}' was changed after it was gathered: its SHA-256 is ${actual}, the file says ${sha256}; gather it again`,
    );
  }
  return bundle;
}
