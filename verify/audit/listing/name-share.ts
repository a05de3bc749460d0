/**
 * Where a name stands among all names of a partition folder, from 0 before all to 1 after all.
 *
 * The service begins a name with the first three digits of a 64-bit checksum in decimal. Checksums are spread evenly, but
 * their first digits are not: as 2^64 is 1.8e19, over half of them begin with 1. Names that do not begin with a digit
 * stand at either end.
 *
 * @param name without the folder
 */
export function shareBefore(name: string): number {
  const digits = /^[0-9]{1,3}/.exec(name)?.[0];
  if (digits === undefined) return name < '0' ? 0 : 1;
  const leading = Number(digits.padEnd(3, '0')) / 100;
  if (leading < 1) return 0;
  let before = 0;
  for (let power = 1; power < LARGEST; power *= 10)
    before += Math.max(0, Math.min(leading * power, LARGEST) - power);
  return before / LARGEST;
}

const LARGEST = 2 ** 64;

/**
 * Names that divide what lies between two names into parts that are as even as may be; fewer than asked for where
 * there are not so many of three digits between them.
 *
 * @param after a name that has been listed, without the folder
 * @param end where the listing ends, without the folder; undefined where it ends with the last name
 */
export function dividersBetween(after: string, end: string | undefined, parts: number): readonly string[] {
  const inside = BOUNDARIES.filter(({ digits }) => digits > after && (end === undefined || digits < end));
  const low = shareBefore(after);
  const high = end === undefined ? 1 : shareBefore(end);
  const dividers = Array.from({ length: parts - 1 }, (_, index) => {
    const share = low + ((high - low) * (index + 1)) / parts;
    return inside.find((boundary) => boundary.share >= share)?.digits;
  });
  return [...new Set(dividers.filter((digits) => digits !== undefined))];
}

/** 100 to 999. */
const BOUNDARIES = Array.from({ length: 900 }, (_, index) => {
  const digits = String(100 + index);
  return { digits, share: shareBefore(digits) };
});
