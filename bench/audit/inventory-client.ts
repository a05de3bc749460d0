import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import type { DeploymentManifest } from '../../contract';
import { inventorySource, SystemClock } from '../../verify';
import { memoryOf } from '../process-usage';

/** An audit of a written inventory, in a process of its own: standard input names the folder and the lake. */
export interface InventoryTask {
  readonly folder: string;
  readonly manifest: DeploymentManifest;
}

export interface InventoryOutcome {
  readonly milliseconds: number;
  readonly count: number;
  readonly bytes: number;
  /** Files that stand out. */
  readonly found: number;
  /** The most that was resident, in bytes. */
  readonly peakBytes: number;
}

async function main(): Promise<void> {
  const { folder, manifest } = JSON.parse(readFileSync(0, 'utf8')) as InventoryTask;
  const start = performance.now();
  const { cells, findings } = await inventorySource({ from: { folder } })({
    manifest,
    azure: { credential: { getToken: () => Promise.resolve(null) } },
    clock: new SystemClock(),
    signal: new AbortController().signal,
    plans: [{ basis: 'lastModification', coolAfterDays: 90, coldAfterDays: 365 }],
    progress: () => undefined,
  });
  const outcome: InventoryOutcome = {
    milliseconds: performance.now() - start,
    count: cells.reduce((sum, { count }) => sum + count, 0),
    bytes: cells.reduce((sum, { bytes }) => sum + bytes, 0),
    found: findings.reduce((sum, { count }) => sum + count, 0),
    peakBytes: memoryOf(process).peak,
  };
  process.stdout.write(JSON.stringify(outcome));
}

void main();
