/**
 * The tiers from which the DICOM service can read a file. Archive is deliberately not a member: the service
 * answers 424 `BlobArchived` for an archived file.
 *
 * @see https://learn.microsoft.com/azure/healthcare-apis/dicom/dicom-data-lake
 */
export const ONLINE_TIERS = ['Hot', 'Cool', 'Cold'] as const;

export type OnlineTier = (typeof ONLINE_TIERS)[number];

export function isOnlineTier(tier: string): tier is OnlineTier {
  return (ONLINE_TIERS as readonly string[]).includes(tier);
}

/**
 * Days a blob has to stay in a tier before it leaves without an early-deletion charge.
 *
 * @see https://learn.microsoft.com/azure/storage/blobs/access-tiers-overview
 */
export const MINIMUM_STAY_DAYS: Readonly<Record<OnlineTier, number>> = { Hot: 0, Cool: 30, Cold: 90 };

/**
 * A smaller file in cool or cold is billed as this: in accounts made since July 2026 now, in all others from July
 * 2027.
 *
 * @see https://learn.microsoft.com/azure/storage/blobs/access-tiers-overview
 */
export const SMALLEST_BILLED_BYTES = 131_072;
