import {
  DEFAULT_PARTITION,
  type DeploymentManifest,
  healthCheckPath,
  isOnlineTier,
  lakeTenantOf,
  readLakePath,
  servicePath,
  SMALLEST_BILLED_BYTES,
} from '../../contract';
import type { ListedBlob } from '../clients/azure';
import type { NamedFiles } from '../evidence/named-files';
import type { TierCensus } from '../evidence/tiers';
import type { Probe } from '../probe';

const MOST_FILES = 1_000_000;
const MOST_NAMED = 20;
/** A folder of a run of the verifier, which goes with the run. */
const OWN_FOLDER = /^2\.25\.\d{1,39}$/;
/** No run takes as long; what is older was left behind. */
const LONGEST_RUN_MS = 3_600_000;

/** Counts the files below the contract prefix by access tier and names those that should not be, or not be so. */
export const lakeTierCensus: Probe<'lake.tier-census'> = {
  id: 'lake.tier-census',
  title: 'every file of the service, and its access tier',
  effect: 'read',
  pace: 'quick',
  target: 'deployment',
  gather: async ({ target, clock, signal, progress }) => {
    const prefix = `${servicePath(lakeTenantOf(target.manifest))}/`;
    const census = new Census(target.manifest);
    const pages = target.azure.container
      .listBlobsFlat({ prefix, abortSignal: signal })
      .byPage({ maxPageSize: 5_000 });
    for await (const page of pages) {
      const serverTime = page.date?.getTime() ?? clock.now();
      for (const blob of page.segment.blobItems) census.count(blob, serverTime);
      progress(`${census.files} files looked at for their tier`);
      if (census.files >= MOST_FILES) break;
    }
    return census.result();
  },
};

type What = 'image' | 'health file' | 'work item' | 'unknown';

class Census {
  files = 0;
  private readonly tiers = new Map<string, { readonly count: number; readonly bytes: number }>();
  private readonly offline: TierCensus['offline'][number][] = [];
  private offlineCount = 0;
  private rehydratingCount = 0;
  private smallCooled = { count: 0, bytes: 0 };
  private unknown: NamedFiles = { count: 0, paths: [] };
  private workItems: NamedFiles = { count: 0, paths: [] };

  constructor(private readonly manifest: DeploymentManifest) {}

  count({ name, properties }: ListedBlob, serverTime: number): void {
    const { accessTier: tier, archiveStatus, contentLength: bytes = 0 } = properties;
    // Directories are listed as well, and have no tier.
    if (tier === undefined) return;
    this.files += 1;
    this.tiers.set(tier, added(this.tiers.get(tier), bytes));
    const rehydrating = archiveStatus !== undefined;
    if (!isOnlineTier(tier) || rehydrating) {
      this.offlineCount += 1;
      if (rehydrating) this.rehydratingCount += 1;
      if (this.offline.length < MOST_NAMED) this.offline.push({ path: name, tier, rehydrating });
    }
    const what = this.whatIs(name, serverTime - properties.lastModified.getTime());
    if (what === 'unknown') this.unknown = named(this.unknown, name);
    if (what === 'work item') this.workItems = named(this.workItems, name);
    if (what === 'image' && tier !== 'Hot' && isOnlineTier(tier) && bytes < SMALLEST_BILLED_BYTES)
      this.smallCooled = added(this.smallCooled, bytes);
  }

  result(): TierCensus {
    const { offline, offlineCount, rehydratingCount, smallCooled, unknown, workItems } = this;
    const tiers = [...this.tiers]
      .map(([tier, sums]) => ({ tier, ...sums }))
      .sort((a, b) => a.tier.localeCompare(b.tier));
    const truncated = this.files >= MOST_FILES;
    return { tiers, offline, offlineCount, rehydratingCount, smallCooled, unknown, workItems, truncated };
  }

  /** What lies in the health folder is for those who look after health. */
  private whatIs(name: string, ageMs: number): What {
    const tenant = lakeTenantOf(this.manifest);
    if (`${name}/`.startsWith(`${healthCheckPath(tenant)}/`)) return 'health file';
    if (name.endsWith('_workitem.json')) return 'work item';
    const [folder = ''] = name.slice(servicePath(tenant).length + 1).split('/');
    if (OWN_FOLDER.test(folder) && ageMs < LONGEST_RUN_MS) return 'image';
    const read = readLakePath(tenant, name);
    const isInPlace =
      read.kind === 'dicom-file' &&
      (this.manifest.dicomService.dataPartitionsEnabled || read.partition === DEFAULT_PARTITION);
    return isInPlace ? 'image' : 'unknown';
  }
}

function named({ count, paths }: NamedFiles, path: string): NamedFiles {
  return { count: count + 1, paths: paths.length < MOST_NAMED ? [...paths, path] : paths };
}

function added(
  { count, bytes }: { readonly count: number; readonly bytes: number } = { count: 0, bytes: 0 },
  more: number,
): { count: number; bytes: number } {
  return { count: count + 1, bytes: bytes + more };
}
