import { mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { benchManifest } from './bench-manifest';
import { type InventoryShape, INVENTORY_LAKE, writeInventory } from './inventory-rows';
import { inChild } from './in-child';
import type { InventoryOutcome, InventoryTask } from './inventory-client';

const CLIENT_PATH = path.resolve(__dirname, 'inventory-client.js');

const MANIFEST = benchManifest({
  ...INVENTORY_LAKE,
  subscriptionId: '44444444-4444-4444-4444-444444444444',
  blobEndpoint: `https://${INVENTORY_LAKE.storageAccountName}.blob.core.windows.net/`,
  dataPartitionsEnabled: true,
});

/** Bytes of a row in a list, at most. */
const ROW_BYTES = { Parquet: 40, Csv: 180 } as const;

/**
 * Writes an inventory of so many rows and audits it, round by round; each in a process of its own. Fails where an audit
 * does not find what was written.
 *
 * @param onRun told of every run as it ends
 */
export async function inventoryRuns(
  shape: InventoryShape,
  rounds: number,
  onRun: (text: string) => void,
): Promise<readonly InventoryOutcome[]> {
  const { rows, format } = shape;
  const free = statfsSync(tmpdir());
  if (free.bavail * free.bsize < 1.2 * rows * ROW_BYTES[format])
    throw new Error(`${tmpdir()} has not enough space for ${rows} rows as ${format}`);
  const folder = mkdtempSync(path.join(tmpdir(), 'dicom-lake-bench-'));
  try {
    const written = await writeInventory(folder, shape);
    onRun(`${rows} rows as ${format}: ${Math.round(written.size / 2 ** 20)} MiB written`);
    const task: InventoryTask = { folder, manifest: MANIFEST };
    const found = Object.values(written.findings).reduce((sum, { count }) => sum + count, 0);
    const outcomes: InventoryOutcome[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      const outcome = await inChild<InventoryOutcome>(CLIENT_PATH, task);
      const { count, bytes } = written.total;
      if (outcome.count !== count || outcome.bytes !== bytes || outcome.found !== found)
        throw new Error(
          `an audit of ${rows} rows found ${JSON.stringify(outcome)}, not ${count}, ${bytes}, ${found}`,
        );
      onRun(
        `round ${round}: ${(outcome.milliseconds / 1000).toFixed(1)} s, ${Math.round(outcome.peakBytes / 2 ** 20)} MiB`,
      );
      outcomes.push(outcome);
    }
    return outcomes;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
