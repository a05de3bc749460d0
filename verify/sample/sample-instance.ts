import { createHash } from 'node:crypto';
import { SERVICE_FACTS } from '../../contract';

/** An instance that the verifier is about to send. */
export interface SampleInstance {
  readonly label: string;
  readonly origin: 'synthetic' | 'given';
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly sopInstanceUid: string;
  readonly file: Buffer;
  /** Values that the service has to give back as metadata, by tag. */
  readonly expectedMetadata: Readonly<Record<string, string>>;
  /** The frames, where they can be told without decoding. */
  readonly frames: readonly Buffer[];
}

/** SHA-256 of a DICOM file, whole and without the preamble, which the service overwrites with zeros. */
export function digestsOf(file: Buffer): {
  readonly bytes: number;
  readonly whole: string;
  readonly fromPreamble: string;
  readonly preambleIsZero: boolean;
} {
  const offset = SERVICE_FACTS.preambleBytes.value;
  return {
    bytes: file.length,
    whole: sha256(file),
    fromPreamble: sha256(file.subarray(offset)),
    preambleIsZero: file.subarray(0, offset).every((byte) => byte === 0),
  };
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
