import { mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { DeploymentManifest } from '../../contract';
import { type InventoryShape, INVENTORY_LAKE, writeInventory } from './inventory-rows';
import { inChild } from './in-child';
import type { InventoryOutcome, InventoryTask } from './inventory-client';

const CLIENT_PATH = path.resolve(__dirname, 'inventory-client.js');

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
    const task: InventoryTask = { folder, manifest: manifestOf() };
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

function manifestOf(): DeploymentManifest {
  const { storageAccountName, containerName, workspaceName, dicomServiceName } = INVENTORY_LAKE;
  const group = '/subscriptions/44444444-4444-4444-4444-444444444444/resourceGroups/bench';
  const workspace = `${group}/providers/Microsoft.HealthcareApis/workspaces/${workspaceName}`;
  return {
    schemaVersion: 1,
    tenantId: '11111111-1111-1111-1111-111111111111',
    subscriptionId: '44444444-4444-4444-4444-444444444444',
    resourceGroup: 'bench',
    workspace: { id: workspace, name: workspaceName },
    dicomService: {
      id: `${workspace}/dicomServices/${dicomServiceName}`,
      name: dicomServiceName,
      serviceUrl: `https://${workspaceName}-${dicomServiceName}.dicom.azurehealthcareapis.com`,
      principalIds: ['66666666-6666-6666-6666-666666666666'],
      dataPartitionsEnabled: true,
      partitions: ['ward-0'],
    },
    lake: {
      storageAccountId: `${group}/providers/Microsoft.Storage/storageAccounts/${storageAccountName}`,
      storageAccountName,
      containerName,
      blobEndpoint: `https://${storageAccountName}.blob.core.windows.net/`,
      dfsEndpoint: `https://${storageAccountName}.dfs.core.windows.net/`,
      deletedFileRetentionDays: 7,
      lastAccessTracking: true,
    },
    tiering: { rules: [] },
    analytics: { shortcuts: [] },
  };
}
