import { ConfigError } from '../../error';

/** A column of a list as DuckDB reads it. */
export interface FoundColumn {
  readonly name: string;
  /** Such as `VARCHAR`, `TIMESTAMP`, `BIGINT`. */
  readonly type: string;
}

/** What the columns of a list say, as expressions of SQL; times in milliseconds since the epoch. */
export interface ListedColumns {
  readonly name: string;
  readonly tier: string;
  readonly bytes: string;
  readonly created: string;
  readonly modified: string;
  readonly accessed: string;
  readonly tierChanged: string;
  readonly rehydrating: string;
  /** False for folders, and for what is deleted or a former state. */
  readonly isFile: string;
}

/** Without these nothing can be said. */
const REQUIRED_FIELDS = ['Name', 'Last-Modified', 'Content-Length', 'AccessTier'] as const;

/** Without these less can be said. */
const TELLING_FIELDS = [
  'Creation-Time',
  'LastAccessTime',
  'AccessTierChangeTime',
  'ArchiveStatus',
  'hdi_isfolder',
] as const;

/** How a policy comes to ask for columns. */
export const FIELDS_REMEDY =
  "deploy with 'inventory' of DicomLakeStack, or an InventoryPolicy, which asks for all that is needed, or add the " +
  "column to 'schemaFields' of the rule: az storage account blob-inventory-policy create --account-name ACCOUNT " +
  '--policy @policy.json';

/** Required fields that are not among the columns of a list. */
export function missingRequired(names: readonly string[]): readonly string[] {
  const keys = new Set(names.map(fieldKey));
  return REQUIRED_FIELDS.filter((field) => !keys.has(fieldKey(field)));
}

/**
 * @param manifest names the list in errors
 * @throws ConfigError naming the columns without which nothing can be said
 */
export function listedColumns(
  found: readonly FoundColumn[],
  manifest: string,
): { readonly columns: ListedColumns; readonly missingFields: readonly string[] } {
  const missing = missingRequired(found.map(({ name }) => name));
  if (missing.length > 0) {
    throw new ConfigError(
      `the inventory of ${manifest} cannot be audited`,
      missing.map((field) => `its list has no column ${field}; ${FIELDS_REMEDY}`),
    );
  }
  const byKey = new Map(found.map((column) => [fieldKey(column.name), column]));
  const text = (field: string): string => textOf(byKey.get(fieldKey(field)));
  const time = (field: string): string => timeOf(byKey.get(fieldKey(field)));
  const flag = (field: string): string => flagOf(byKey.get(fieldKey(field)));
  const has = (field: string): boolean => byKey.has(fieldKey(field));
  const modified = time('Last-Modified');
  return {
    columns: {
      name: text('Name'),
      tier: text('AccessTier'),
      bytes: `TRY_CAST(${quoted(byKey.get(fieldKey('Content-Length')))} AS BIGINT)`,
      // The service never writes to a file again.
      created: has('Creation-Time') ? `COALESCE(${time('Creation-Time')}, ${modified})` : modified,
      modified,
      accessed: time('LastAccessTime'),
      tierChanged: time('AccessTierChangeTime'),
      rehydrating: has('ArchiveStatus') ? `COALESCE(${text('ArchiveStatus')}, '') <> ''` : 'FALSE',
      isFile: [
        `${text('AccessTier')} <> ''`,
        ...['hdi_isfolder', 'Deleted'].filter(has).map((field) => `NOT ${flag(field)}`),
        ...(has('Snapshot') ? [`COALESCE(CAST(${text('Snapshot')} AS VARCHAR), '') = ''`] : []),
        ...(has('IsCurrentVersion')
          ? [`COALESCE(LOWER(CAST(${text('IsCurrentVersion')} AS VARCHAR)), '') <> 'false'`]
          : []),
      ].join(' AND '),
    },
    missingFields: TELLING_FIELDS.filter((field) => !has(field)),
  };
}

/** Clients spell `Content-Length` and `ContentLength`, `ETag` and `Etag`. */
function fieldKey(name: string): string {
  return name.toLowerCase().replaceAll(/[-_]/g, '');
}

function quoted(column: FoundColumn | undefined): string {
  return column === undefined ? 'NULL' : `"${column.name.replaceAll('"', '""')}"`;
}

function textOf(column: FoundColumn | undefined): string {
  return quoted(column);
}

/** Azure documents milliseconds since the epoch for Parquet, which readers take for a time or for a whole number. */
function timeOf(column: FoundColumn | undefined): string {
  if (column === undefined) return 'CAST(NULL AS BIGINT)';
  if (column.type.startsWith('TIMESTAMP')) return `EPOCH_MS(CAST(${quoted(column)} AS TIMESTAMP))`;
  if (column.type === 'VARCHAR') return `EPOCH_MS(TRY_CAST(${quoted(column)} AS TIMESTAMP))`;
  return `TRY_CAST(${quoted(column)} AS BIGINT)`;
}

function flagOf(column: FoundColumn | undefined): string {
  return column?.type === 'BOOLEAN'
    ? `COALESCE(${quoted(column)}, FALSE)`
    : `COALESCE(LOWER(CAST(${quoted(column)} AS VARCHAR)) = 'true', FALSE)`;
}
