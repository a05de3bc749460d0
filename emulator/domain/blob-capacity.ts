import type { Lake } from './lake';
import { type BlobTier, tierAt } from './lake-tier';
import type { StorageAccount } from './storage-account';

/** What an account holds in one tier. */
export interface BlobCapacity {
  /** As metrics call it. */
  readonly blobType: 'Azure Data Lake Storage' | 'BlockBlob';
  readonly tier: BlobTier;
  readonly bytes: number;
  readonly count: number;
}

const TIERS: readonly BlobTier[] = ['Hot', 'Cool', 'Cold', 'Archive'];

/** The files of all containers of an account, tier by tier, those without files too. */
export function blobCapacity(lake: Lake, account: StorageAccount, now: number): readonly BlobCapacity[] {
  const blobType = account.hierarchicalNamespace ? 'Azure Data Lake Storage' : 'BlockBlob';
  const sums = new Map(TIERS.map((tier) => [tier, { bytes: 0, count: 0 }]));
  for (const { name } of lake.list(account.id)) {
    for (const [, entry] of lake.files(account, name).below('', now)) {
      const sum = entry.kind === 'file' ? sums.get(tierAt(entry.tier, now).tier) : undefined;
      if (entry.kind !== 'file' || sum === undefined) continue;
      sum.bytes += entry.content.length;
      sum.count += 1;
    }
  }
  return [...sums].map(([tier, sum]) => ({ blobType, tier, ...sum }));
}
