import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { BlobServiceClient } from '@azure/storage-blob';
import type { DeploymentManifest, EmulatorReady } from '../../contract';
import { listingSource, SystemClock } from '../../verify';
import { deployerCredential } from '../deployer-credential';
import { memoryOf } from '../process-usage';

/** One way to list a lake, in a process of its own: standard input says which, standard output what it found. */
export interface ListingTask {
  readonly way: 'audit' | 'sdk';
  readonly ready: EmulatorReady;
  readonly ca: string;
  readonly manifest: DeploymentManifest;
  readonly blobUrl: string;
  readonly prefix: string;
}

export interface ListingOutcome {
  readonly milliseconds: number;
  /** Files by tier. */
  readonly tiers: Readonly<Record<string, number>>;
  /** The most that was resident, in bytes. */
  readonly peakBytes: number;
}

async function main(): Promise<void> {
  const task = JSON.parse(readFileSync(0, 'utf8')) as ListingTask;
  const start = performance.now();
  const tiers = await (task.way === 'audit' ? auditTiers(task) : sdkTiers(task));
  const outcome: ListingOutcome = {
    milliseconds: performance.now() - start,
    tiers,
    peakBytes: memoryOf(process).peak,
  };
  process.stdout.write(JSON.stringify(outcome));
}

async function auditTiers({ ready, ca, manifest }: ListingTask): Promise<Record<string, number>> {
  const audited = await listingSource()({
    manifest,
    azure: { credential: deployerCredential({ ready, ca }), armEndpoint: ready.endpoints.arm, ca },
    clock: new SystemClock(),
    signal: new AbortController().signal,
    plans: [],
    progress: () => undefined,
  });
  const tiers: Record<string, number> = {};
  for (const { tier, count } of 'cells' in audited ? audited.cells : [])
    tiers[tier] = (tiers[tier] ?? 0) + count;
  return tiers;
}

/** As the documentation of the SDK lists blobs. */
async function sdkTiers({ ready, ca, blobUrl, prefix }: ListingTask): Promise<Record<string, number>> {
  const options = { tlsOptions: { ca } } as object;
  const service = new BlobServiceClient(blobUrl, deployerCredential({ ready, ca }), options);
  const tiers: Record<string, number> = {};
  for await (const { properties } of service.getContainerClient('dicom').listBlobsFlat({ prefix })) {
    const { accessTier: tier } = properties;
    if (tier !== undefined) tiers[tier] = (tiers[tier] ?? 0) + 1;
  }
  return tiers;
}

void main();
