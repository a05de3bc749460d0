import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { containerClient } from '../../clients/azure';
import { ConfigError } from '../../error';
import type { AuditRequest, AuditSource } from '../audit-source';
import { DAY_MS } from '../age-band';
import { findingsOf, firstByPath, MOST_NAMED } from '../lake-census';
import {
  type AuditCell,
  type CountedLake,
  FILE_KINDS,
  type FileSums,
  type FileKind,
  type Finding,
  FINDING_KINDS,
  type FindingKind,
  type FoundFile,
} from '../model';
import { containerPlace } from './container-place';
import { type DuckDbSession, type Row, sqlText, withDuckDb } from '../duckdb-session';
import { findInventoryRun, type InventoryRun } from './find-inventory-run';
import { folderPlace } from './folder-place';
import { listedColumns } from './inventory-columns';
import { listedPrefix } from './inventory-manifest';
import { cellsSql, findingsSql, imagesSql, type InventoryQuestion, UNREADABLE } from './inventory-sql';

/**
 * Audits what Azure listed: the newest complete run of an inventory, in a folder or in the container of the storage
 * account into which its policy writes. An abort rejects with the reason of the signal, and leaves nothing behind.
 *
 * @see https://learn.microsoft.com/azure/storage/blobs/blob-inventory
 */
export const inventorySource =
  ({
    from,
  }: {
    readonly from: { readonly folder: string } | { readonly container: string };
  }): AuditSource<CountedLake> =>
  async (request) => {
    const { manifest: lake, azure, clock, signal, progress } = request;
    const place =
      'folder' in from
        ? folderPlace(from.folder)
        : containerPlace(containerClient(lake, azure, from.container));
    const files = await place.files(signal);
    const run = await findInventoryRun(place, files, lake, { signal, progress });
    progress(
      `reading the run of ${run.manifest.inventoryStartTime}, ${ageText(clock.now() - run.startedAt)} old`,
    );
    const folder = await mkdtemp(path.join(tmpdir(), 'dicom-lake-inventory-'));
    try {
      const lists = await place.bring({ paths: run.lists, folder, files, signal, progress });
      return await withDuckDb({ folder, clock, signal, progress }, (session) =>
        audit(session, request, run, lists, place.addressOf(run.path)),
      );
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };

async function audit(
  session: DuckDbSession,
  { manifest: lake, plans, onFound, onImage }: AuditRequest,
  { manifest, startedAt, lists }: InventoryRun,
  files: readonly string[],
  address: string,
): Promise<CountedLake> {
  const format = manifest.ruleDefinition.format.toLowerCase() === 'csv' ? 'Csv' : 'Parquet';
  const source = sourceSql(format, files);
  const { columns, missingFields } = listedColumns(await session.columnsOf(source), address);
  const question: InventoryQuestion = {
    source,
    columns,
    prefix: listedPrefix(lake),
    dataPartitionsEnabled: lake.dicomService.dataPartitionsEnabled,
    asOf: startedAt,
    plans,
  };
  const cells = await session.rows(cellsSql(question, MOST_NAMED), 'counting files');
  refuseUnreadable(cells, address);
  // Most lakes have none, and looking for them reads all names again.
  if (onFound !== undefined && cells.some((row) => findingsIn(row).length > 0))
    await session.stream(findingsSql(question), 'naming what stands out', (rows) => {
      for (const row of rows) for (const finding of findingsIn(row)) onFound(foundFileOf(finding, row));
    });
  if (onImage !== undefined)
    await session.stream(imagesSql(question), 'naming images', (rows) => {
      for (const { path: name, modified } of rows) onImage(String(name), Number(modified));
    });
  return {
    cells: cells.map(cellOf),
    findings: findingsOfCells(cells),
    source: {
      kind: 'inventory',
      rule: manifest.ruleName,
      format,
      manifest: address,
      files: lists.length,
      rows:
        manifest.summary?.objectCount ??
        Number((await session.rows(`SELECT COUNT(*) AS n FROM ${source}`, 'counting rows'))[0]?.['n']),
      missingFields,
    },
    asOf: new Date(startedAt).toISOString(),
    complete: true,
  };
}

/** Nothing is left to guess: the sniffer of DuckDB looks at the first rows only. */
function sourceSql(format: 'Csv' | 'Parquet', files: readonly string[]): string {
  const list = files.map(sqlText).join(', ');
  return format === 'Parquet'
    ? `read_parquet([${list}])`
    : `read_csv([${list}], header = true, all_varchar = true, delim = ',', quote = '"', escape = '"', ` +
        `comment = '', skip = 0, strict_mode = true, max_line_size = 10000000)`;
}

function refuseUnreadable(rows: readonly Row[], address: string): void {
  const unreadable = rows.filter(({ kind }) => kind === UNREADABLE);
  if (unreadable.length === 0) return;
  const count = unreadable.reduce((sum, row) => sum + Number(row['file_count']), 0);
  throw new ConfigError(
    `the inventory of ${address} has ${count} rows without a Content-Length or Last-Modified that can be read`,
  );
}

function cellOf(row: Row): AuditCell {
  return {
    kind: kindOf(row),
    partition: String(row['partition_name']),
    ...tierOf(row),
    ageBand: Number(row['age_band']),
    accessBand: Number(row['access_band']),
    plannedTier: String(row['planned_tier']),
    ...sumsOf(row),
    flooredBytes: Number(row['floored_bytes']),
    earlyByteDays: Number(row['early_byte_days']),
  };
}

function sumsOf(row: Row): FileSums {
  return { count: Number(row['file_count']), bytes: Number(row['bytes']) };
}

function tierOf(row: Row): { readonly tier: string; readonly rehydrating: boolean } {
  return { tier: String(row['tier']), rehydrating: row['rehydrating'] === true };
}

/** Of a file, or of all files of a cell. */
function findingsIn(row: Row): readonly FindingKind[] {
  return findingsOf(kindOf(row), tierOf(row));
}

function kindOf({ kind }: Row): FileKind {
  const known = FILE_KINDS.find((one) => one === kind);
  if (known === undefined) throw new Error(`the SQL gave the kind ${String(kind)}`);
  return known;
}

/** @param row has the tier; the file itself, or one of the first of its cell */
function foundFileOf(finding: FindingKind, row: Row, file: Row = row): FoundFile {
  return {
    finding,
    path: String(file['path']),
    tier: tierOf(row).tier,
    bytes: Number(file['bytes']),
    modifiedAt: new Date(Number(file['modified'])).toISOString(),
  };
}

/** What stands out, and the first of it, as LakeCensus tells of it. */
function findingsOfCells(rows: readonly Row[]): readonly Finding[] {
  return FINDING_KINDS.map((finding): Finding => {
    const cells = rows.filter((row) => findingsIn(row).includes(finding));
    const found = cells.flatMap((row) =>
      (row['first_found'] as readonly Row[]).map((file) => foundFileOf(finding, row, file)),
    );
    return {
      finding,
      count: cells.reduce((sum, row) => sum + sumsOf(row).count, 0),
      bytes: cells.reduce((sum, row) => sum + sumsOf(row).bytes, 0),
      first: firstByPath(found),
    };
  }).filter(({ count }) => count > 0);
}

function ageText(ms: number): string {
  const hours = Math.max(0, Math.round(ms / (DAY_MS / 24)));
  return hours < 48 ? `${hours} hours` : `${Math.round(hours / 24)} days`;
}
