import { isOnlineTier, lakeTenantOf, servicePath } from '../../contract';
import type { TierCensus } from '../model';
import type { Probe } from '../probe';

const MOST_FILES = 1_000_000;
const MOST_NAMED = 20;

/** Counts the files below the contract prefix by access tier and names those that the service cannot read. */
export const lakeTierCensus: Probe<'lake.tier-census'> = {
  id: 'lake.tier-census',
  title: 'the access tier of every file',
  effect: 'read',
  pace: 'quick',
  target: 'deployment',
  gather: async ({ target, signal, progress }) => {
    const prefix = `${servicePath(lakeTenantOf(target.manifest))}/`;
    const tiers = new Map<string, { count: number; bytes: number }>();
    const offline: TierCensus['offline'][number][] = [];
    let files = 0;
    let offlineCount = 0;
    const pages = target.azure.container
      .listBlobsFlat({ prefix, abortSignal: signal })
      .byPage({ maxPageSize: 5_000 });
    for await (const page of pages) {
      for (const { name, properties } of page.segment.blobItems) {
        // Directories are listed as well, and have no tier.
        if (properties.accessTier === undefined) continue;
        files += 1;
        const tier = tiers.get(properties.accessTier) ?? { count: 0, bytes: 0 };
        tiers.set(properties.accessTier, {
          count: tier.count + 1,
          bytes: tier.bytes + (properties.contentLength ?? 0),
        });
        const rehydrating = properties.archiveStatus !== undefined;
        if (isOnlineTier(properties.accessTier) && !rehydrating) continue;
        offlineCount += 1;
        if (offline.length < MOST_NAMED)
          offline.push({ path: name, tier: properties.accessTier, rehydrating });
      }
      progress(`${files} files looked at for their tier`);
      if (files >= MOST_FILES) break;
    }
    const counted = [...tiers]
      .map(([tier, sums]) => ({ tier, ...sums }))
      .sort((a, b) => a.tier.localeCompare(b.tier));
    return { tiers: counted, offline, offlineCount, truncated: files >= MOST_FILES };
  },
};
