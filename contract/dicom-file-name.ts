const MASK = 0xffff_ffff_ffff_ffffn;
const PRIME_1 = 0x9e37_79b1_85eb_ca87n;
const PRIME_2 = 0xc2b2_ae3d_27d4_eb4fn;
const PRIME_3 = 0x1656_67b1_9e37_79f9n;
const PRIME_4 = 0x85eb_ca77_c2b2_ae63n;
const PRIME_5 = 0x27d4_eb2f_1656_67c5n;

/**
 * Name of the file in which the service keeps version `watermark` of an instance:
 * `{first 3 decimal digits of XXH64(watermark)}_{watermark}.dcm`.
 *
 * @param watermark version number of the instance, a positive integer of at most 19 digits
 * @see https://github.com/microsoft/dicom-server DicomFileNameWithPrefix, HashingHelper
 */
export function dicomFileName(watermark: bigint): string {
  const digits = watermark.toString();
  return `${xxh64OfShortAscii(digits).toString().slice(0, 3)}_${digits}.dcm`;
}

/** The watermark in a file name, or undefined where the name is not one the service would give. */
export function watermarkOf(fileName: string): bigint | undefined {
  const digits = /^[0-9]{1,3}_([1-9][0-9]{0,18})\.dcm$/.exec(fileName)?.[1];
  if (digits === undefined) return undefined;
  const watermark = BigInt(digits);
  return dicomFileName(watermark) === fileName ? watermark : undefined;
}

/** XXH64, seed 0, of at most 31 ASCII characters; longer input takes a branch of the algorithm not written here. */
function xxh64OfShortAscii(text: string): bigint {
  const bytes = Array.from(text, (character) => BigInt(character.charCodeAt(0)));
  const little = (from: number, length: number): bigint =>
    bytes.slice(from, from + length).reduceRight((value, byte) => (value << 8n) | byte, 0n);

  let hash = (PRIME_5 + BigInt(bytes.length)) & MASK;
  let at = 0;
  for (; at + 8 <= bytes.length; at += 8) {
    const lane = (rotateLeft((little(at, 8) * PRIME_2) & MASK, 31n) * PRIME_1) & MASK;
    hash = (rotateLeft(hash ^ lane, 27n) * PRIME_1 + PRIME_4) & MASK;
  }
  if (at + 4 <= bytes.length) {
    hash = (rotateLeft(hash ^ ((little(at, 4) * PRIME_1) & MASK), 23n) * PRIME_2 + PRIME_3) & MASK;
    at += 4;
  }
  for (; at < bytes.length; at += 1) {
    hash = (rotateLeft(hash ^ ((little(at, 1) * PRIME_5) & MASK), 11n) * PRIME_1) & MASK;
  }
  hash = ((hash ^ (hash >> 33n)) * PRIME_2) & MASK;
  hash = ((hash ^ (hash >> 29n)) * PRIME_3) & MASK;
  return hash ^ (hash >> 32n);
}

function rotateLeft(value: bigint, bits: bigint): bigint {
  return ((value << bits) | (value >> (64n - bits))) & MASK;
}
