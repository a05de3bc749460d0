import { createHash } from 'node:crypto';

/**
 * A UID under 2.25 (PS3.5 B.2) made from a seed: the same seed gives the same UID.
 *
 * @see https://dicom.nema.org/medical/dicom/current/output/html/part05.html#sect_B.2
 */
export function uidFrom(seed: string): string {
  const digest = createHash('sha256').update(seed).digest('hex').slice(0, 32);
  return `2.25.${BigInt(`0x${digest}`).toString()}`;
}
