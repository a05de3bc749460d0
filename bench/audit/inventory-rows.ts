import { createHash } from 'node:crypto';
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';

export interface InventoryShape {
  readonly rows: number;
  readonly format: 'Parquet' | 'Csv';
  /** Rows in one file of the list. @default 5000000 */
  readonly filesOf?: number;
}

export interface KnownSums {
  readonly count: number;
  readonly bytes: number;
}

/** What an audit of a written inventory has to find. */
export interface WrittenInventory {
  /** Of the lists, in bytes. */
  readonly size: number;
  readonly files: number;
  /** When the run began, ISO 8601. */
  readonly asOf: string;
  readonly total: KnownSums;
  readonly byTier: Readonly<Record<string, KnownSums>>;
  /** Keys are those of `FileKind`. */
  readonly byKind: Readonly<Record<string, KnownSums>>;
  /** Keys are those of `FindingKind`. */
  readonly findings: Readonly<Record<string, KnownSums>>;
}

/** Whose lake the inventory is of; data partitions are on. */
export const INVENTORY_LAKE = {
  storageAccountName: 'benchlake',
  containerName: 'dicom',
  workspaceName: 'benchws',
  dicomServiceName: 'images',
} as const;

/** Rows repeat themselves after this many, but for their names: so what is in a list is known without reading it. */
const PERIOD = 10_000;
const AS_OF = Date.UTC(2026, 0, 4);
const DAY_MS = 86_400_000;
const FILE_ROWS = 5_000_000;

/**
 * Writes a complete run of an inventory as Azure lays it out: lists, manifest and checksum. Names are shaped as the
 * service's, nearly half of the images are in one partition of eight, and of 10,000 rows ten each are archived, on their way back,
 * foreign, misplaced, work items, health files, folders, and of another service.
 */
export async function writeInventory(folder: string, shape: InventoryShape): Promise<WrittenInventory> {
  const { rows, format, filesOf = FILE_ROWS } = shape;
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const asOf = new Date(AS_OF).toISOString().replace('.000Z', 'Z');
  const run = '2026/01/04/00-00-00/dicomlake';
  await mkdir(path.join(folder, run), { recursive: true });
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: '2GB',
    threads: String(availableParallelism()),
  });
  const files: { readonly blob: string; readonly size: number }[] = [];
  try {
    const connection = await instance.connect();
    for (let from = 0; from === 0 || from < rows; from += filesOf) {
      const blob = `${run}/dicomlake_1000000_${files.length}.${format.toLowerCase()}`;
      const file = path.join(folder, blob);
      const options = format === 'Csv' ? 'FORMAT csv, HEADER' : 'FORMAT parquet, COMPRESSION snappy';
      await connection.run(
        `COPY (${rowsSql(from, Math.min(rows, from + filesOf), format)}) TO '${file.replaceAll("'", "''")}' (${options})`,
      );
      files.push({ blob, size: (await stat(file)).size });
    }
    connection.closeSync();
  } finally {
    instance.closeSync();
  }
  const manifest = JSON.stringify({
    destinationContainer: 'inventory',
    endpoint: `https://${INVENTORY_LAKE.storageAccountName}.blob.core.windows.net`,
    files,
    inventoryCompletionTime: asOf,
    inventoryStartTime: asOf,
    ruleDefinition: {
      filters: { blobTypes: ['blockBlob'], prefixMatch: [`${INVENTORY_LAKE.containerName}/`] },
      format: format.toLowerCase(),
      objectType: 'blob',
      schedule: 'weekly',
      schemaFields: FIELDS,
    },
    ruleName: 'dicomlake',
    status: 'Succeeded',
    summary: { objectCount: rows },
    version: '1.0',
  });
  const start = path.join(folder, run, 'dicomlake-manifest');
  await writeFile(`${start}.json`, manifest);
  await writeFile(`${start}.checksum`, createHash('md5').update(manifest).digest('hex'));
  return {
    size: files.reduce((sum, { size }) => sum + size, 0),
    files: files.length,
    asOf,
    ...expectedSums(rows),
  };
}

const FIELDS = [
  'Name',
  'Creation-Time',
  'Last-Modified',
  'Content-Length',
  'BlobType',
  'AccessTier',
  'AccessTierChangeTime',
  'ArchiveStatus',
  'ETag',
  'hdi_isfolder',
  'LastAccessTime',
];

/** In SQL `r` is the row within its period; the sums below say the same of sizes and tiers. */
const BYTES = { sql: '20000 + (r * 7919) % 600000', of: (r: number) => 20_000 + ((r * 7_919) % 600_000) };

const SPECIAL = [
  'archived',
  'rehydrating',
  'foreign',
  'misplaced',
  'work item',
  'probe',
  'folder',
  'outside',
];

function rowsSql(from: number, to: number, format: 'Parquet' | 'Csv'): string {
  const { containerName, workspaceName, dicomServiceName } = INVENTORY_LAKE;
  const root = `${containerName}/AHDS/${workspaceName}/dicom/${dicomServiceName}`;
  const time = (ms: string): string =>
    format === 'Csv'
      ? `strftime(epoch_ms(${ms}), '%Y-%m-%dT%H:%M:%SZ')`
      : `CAST(epoch_ms(${ms}) AS TIMESTAMP_MS)`;
  const modified = `${AS_OF} - ((r * 31) % 2200 + 1) * ${DAY_MS}`;
  const image = `(hash(i) % 1000)::VARCHAR || '_' || (1000000 + i)::VARCHAR || '.dcm'`;
  return `
    SELECT
      CASE s
        WHEN 2 THEN '${root}/ward-0/note ' || i::VARCHAR || '.txt'
        WHEN 3 THEN '${root}/ward-0/copy/' || ${image}
        WHEN 4 THEN '${root}/' || i::VARCHAR || '_workitem.json'
        WHEN 5 THEN '${root}/healthCheck/health' || i::VARCHAR || '.txt'
        WHEN 6 THEN '${root}/ward-0/folder-' || i::VARCHAR
        WHEN 7 THEN '${root}-2/ward-0/' || ${image}
        ELSE '${root}/ward-' || CAST(floor(8 * pow((r % 97) / 97, 3)) AS INTEGER)::VARCHAR || '/' || ${image}
      END AS "Name",
      ${time(`${modified} - 1000`)} AS "Creation-Time",
      ${time(modified)} AS "Last-Modified",
      CASE WHEN s = 6 THEN 0 ELSE ${BYTES.sql} END AS "Content-Length",
      'BlockBlob' AS "BlobType",
      CASE WHEN s = 6 THEN NULL WHEN s < 2 THEN 'Archive' WHEN r % 10 < 6 THEN 'Hot' WHEN r % 10 < 9 THEN 'Cool' ELSE 'Cold' END
        AS "AccessTier",
      CASE WHEN s <> 6 AND r % 10 >= 6 THEN ${time(`${modified} + (r % 60) * 3600000`)} END AS "AccessTierChangeTime",
      CASE WHEN s = 1 THEN 'rehydrate-pending-to-hot' END AS "ArchiveStatus",
      '0x' || to_hex(hash(i) % 1099511627776) AS "ETag",
      s = 6 AS "hdi_isfolder",
      CASE WHEN s <> 6 AND r % 3 = 0 THEN ${time(`${AS_OF} - (r % 700) * ${DAY_MS}`)} END AS "LastAccessTime"
    FROM (
      SELECT i, i % ${PERIOD} AS r, CASE WHEN i % ${PERIOD} % 125 = 0 THEN i % ${PERIOD} // 125 % 8 ELSE 9 END AS s
      FROM range(${from}, ${to}) AS t(i)
    )`;
}

function expectedSums(rows: number): Pick<WrittenInventory, 'total' | 'byTier' | 'byKind' | 'findings'> {
  const total = { count: 0, bytes: 0 };
  const byTier: Record<string, KnownSums> = {};
  const byKind: Record<string, KnownSums> = {};
  const findings: Record<string, KnownSums> = {};
  for (let r = 0; r < Math.min(rows, PERIOD); r += 1) {
    const count = Math.floor((rows - 1 - r) / PERIOD) + 1;
    const special = r % 125 === 0 ? SPECIAL[Math.floor(r / 125) % 8] : undefined;
    if (special === 'folder' || special === 'outside') continue;
    const bytes = count * BYTES.of(r);
    const isArchived = special === 'archived' || special === 'rehydrating';
    const online = r % 10 < 6 ? 'Hot' : r % 10 < 9 ? 'Cool' : 'Cold';
    total.count += count;
    total.bytes += bytes;
    add(byTier, isArchived ? 'Archive' : online, count, bytes);
    add(byKind, special === undefined || isArchived ? 'image' : special, count, bytes);
    if (special !== undefined && special !== 'probe') add(findings, special, count, bytes);
  }
  return { total, byTier, byKind, findings };
}

function add(sums: Record<string, KnownSums>, key: string, count: number, bytes: number): void {
  const before = sums[key] ?? { count: 0, bytes: 0 };
  sums[key] = { count: before.count + count, bytes: before.bytes + bytes };
}
