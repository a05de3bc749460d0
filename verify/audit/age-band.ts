/** Days at which one band ends and the next begins. */
export const BAND_EDGES = [30, 90, 180, 365, 730, 1825] as const;

export const DAY_MS = 86_400_000;

/** From young to old. */
export const AGE_BANDS = [
  'up to 30 days',
  '30 to 90 days',
  '90 to 180 days',
  '180 days to 1 year',
  '1 to 2 years',
  '2 to 5 years',
  'over 5 years',
] as const;

/** Index in AGE_BANDS. @param ageMs in milliseconds */
export function ageBandOf(ageMs: number): number {
  const days = ageMs / DAY_MS;
  const band = BAND_EDGES.findIndex((edge) => days < edge);
  return band < 0 ? BAND_EDGES.length : band;
}
