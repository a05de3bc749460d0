import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { csvFile } from '../../emulator/domain/inventory-csv';
import type { InventoryColumn, InventoryKind, InventoryValue } from '../../emulator/domain/inventory-field';
import { parquetFile } from '../../emulator/domain/inventory-parquet';
import type { AuditedFile } from '../../verify/audit/model';

export type InventoryRow = Readonly<Record<string, InventoryValue>>;

export interface InventoryRunShape {
  readonly rows?: readonly InventoryRow[];
  readonly format?: 'Csv' | 'Parquet';
  /** @default - all that an audit can use */
  readonly fields?: Readonly<Record<string, InventoryKind>>;
  readonly rule?: string;
  /** Milliseconds since the epoch. */
  readonly at?: number;
  readonly status?: string;
  /** In place of the MD5 of the manifest; null for no file at all. */
  readonly checksum?: string | null;
  readonly definition?: object;
  readonly endpoint?: string;
  /** What the manifest says beyond the true size of the list, in bytes. */
  readonly missingBytes?: number;
}

export const INVENTORY_FIELDS: Readonly<Record<string, InventoryKind>> = {
  Name: 'text',
  'Creation-Time': 'time',
  'Last-Modified': 'time',
  'Content-Length': 'integer',
  AccessTier: 'text',
  AccessTierChangeTime: 'time',
  ArchiveStatus: 'text',
  hdi_isfolder: 'boolean',
  LastAccessTime: 'time',
};

/** Writes one run into a folder, as Azure lays it out; answers the path of its list. */
export async function writeInventoryRun(folder: string, shape: InventoryRunShape = {}): Promise<string> {
  const {
    rows = [],
    format = 'Csv',
    fields = INVENTORY_FIELDS,
    rule = 'all',
    at = Date.UTC(2026, 0, 4),
  } = shape;
  const { status = 'Succeeded', checksum, definition = {}, missingBytes = 0 } = shape;
  const { endpoint = 'https://hospitallake.blob.core.windows.net' } = shape;
  const [day = '', time = ''] = new Date(at).toISOString().split(/[T.]/);
  const run = `${day.replaceAll('-', '/')}/${time.replaceAll(':', '-')}/${rule}`;
  const columns = Object.entries(fields).map(([name, kind]): InventoryColumn<InventoryRow> => ({
    name,
    kind,
    value: (row) => row[name],
  }));
  const chunks: Buffer[] = [];
  if (format === 'Csv') chunks.push(...csvFile(columns, rows));
  else for await (const chunk of parquetFile(columns, rows)) chunks.push(chunk);
  const content = Buffer.concat(chunks);
  const list = `${run}/${rule}_1000000_0.${format.toLowerCase()}`;
  const manifest = JSON.stringify({
    destinationContainer: 'inventory',
    endpoint,
    files: [{ blob: list, size: content.length + missingBytes }],
    inventoryStartTime: new Date(at).toISOString(),
    ruleDefinition: {
      filters: { blobTypes: ['blockBlob'], prefixMatch: ['dicom/'] },
      format: format.toLowerCase(),
      objectType: 'blob',
      schedule: 'weekly',
      schemaFields: Object.keys(fields),
      ...definition,
    },
    ruleName: rule,
    status,
    summary: { objectCount: rows.length },
    version: '1.0',
  });
  mkdirSync(path.join(folder, run), { recursive: true });
  writeFileSync(path.join(folder, list), content);
  writeFileSync(path.join(folder, run, `${rule}-manifest.json`), manifest);
  const md5 = createHash('md5').update(manifest).digest('hex');
  if (checksum !== null) writeFileSync(path.join(folder, run, `${rule}-manifest.checksum`), checksum ?? md5);
  return path.join(folder, list);
}

/** How an inventory tells of a file. */
export function inventoryRowOf(file: AuditedFile, containerName: string): InventoryRow {
  return {
    Name: `${containerName}/${file.path}`,
    'Creation-Time': file.createdAt,
    'Last-Modified': file.modifiedAt,
    'Content-Length': file.bytes,
    AccessTier: file.tier,
    AccessTierChangeTime: file.tierChangedAt,
    ArchiveStatus: file.rehydrating ? 'rehydrate-pending-to-cool' : undefined,
    hdi_isfolder: false,
    LastAccessTime: file.accessedAt,
  };
}
