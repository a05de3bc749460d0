import type { PriceBook } from './price-book';

/**
 * List prices without a contract, of the first 50 TiB where they fall with the size. Those of storage and inventory are
 * of the retail prices API for East US. Those of operations and retrieval are of the table for the hierarchical namespace
 * on the page of prices, which rounds; that they hold in East US, and that Archive costs as little there, is not certain.
 * docs/audit-prices.md tells how to get those of an account.
 *
 * @see https://azure.microsoft.com/pricing/details/storage/data-lake/
 */
export const DEFAULT_PRICES: PriceBook = {
  currency: 'USD',
  region: 'eastus',
  redundancy: 'LRS',
  asOf: '2026-09-01',
  source: 'https://azure.microsoft.com/pricing/details/storage/data-lake/',
  tiers: {
    Hot: { storagePerGiBMonth: 0.0208, writePer10000: 0.065, readPer10000: 0.0052, retrievalPerGiB: 0 },
    Cool: { storagePerGiBMonth: 0.0152, writePer10000: 0.13, readPer10000: 0.013, retrievalPerGiB: 0.01 },
    Cold: { storagePerGiBMonth: 0.0036, writePer10000: 0.234, readPer10000: 0.13, retrievalPerGiB: 0.03 },
    Archive: { storagePerGiBMonth: 0.00099, writePer10000: 0.13, readPer10000: 6.5, retrievalPerGiB: 0.02 },
  },
  listPer10000: 0.065,
  inventoryPerMillion: 0.0025,
  monthlyReadShare: 0.05,
  smallestBilledBytes: 131_072,
};
