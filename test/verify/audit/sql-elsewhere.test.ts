import { readFileSync } from 'node:fs';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { lakeTenantOf, servicePath } from '../../../contract';
import { findingsOf } from '../../../verify/audit/lake-census';
import type { AuditCell, AuditedFile, FileKind } from '../../../verify/audit/model';
import { EXAMPLE_PLAN } from '../../../verify/audit/tier-plan';
import { arbitraryFiles } from '../../support/arbitrary-files';
import { type Audited, censusOf, settled } from '../../support/audited-lake';
import { temporaryFolder } from '../../support/cli';
import { inventoryRowOf, writeInventoryRun } from '../../support/inventory-run';
import { manifestFixture } from '../../support/manifest';

const AS_OF = Date.UTC(2026, 0, 4);
const MANIFEST = manifestFixture();
const ROOT = servicePath(lakeTenantOf(MANIFEST));
const DOC = readFileSync(path.join(__dirname, '../../../docs/audit-at-scale.md'), 'utf8');

/** The texts are taken from the page itself, so that what is tested is what is read. */
function textOf(name: string): string {
  const found = DOC.split(`<!-- sql: ${name} -->`)[1]?.match(/```sql\n([\s\S]*?)```/)?.[1];
  if (found === undefined) throw new Error(`the page has no SQL '${name}'`);
  return found;
}

/** What DuckDB says otherwise than Spark. */
function sparkOnDuckDb(sql: string): string {
  return sql
    .replaceAll(/parquet\.`([^`]*)`/g, "read_parquet('$1')")
    .replaceAll(/`([^`]*)`/g, '"$1"')
    .replaceAll('UNIX_MILLIS', 'EPOCH_MS')
    .replaceAll(/rest RLIKE ('[^']*')/g, 'REGEXP_MATCHES(rest, $1)')
    .replaceAll(/\b(\d+)L\b/g, 'CAST($1 AS BIGINT)');
}

const T_SQL_TYPES: Readonly<Record<string, string>> = {
  VARCHAR: 'VARCHAR',
  DATETIME2: 'TIMESTAMP',
  BIGINT: 'BIGINT',
  BIT: 'TINYINT',
};

/** What DuckDB says otherwise than T-SQL. */
function tSqlOnDuckDb(sql: string): string {
  return outsideTexts(sql, (code) => code.replaceAll(/\[([^\]]*)\]/g, '"$1"'))
    .replaceAll(
      /OPENROWSET\(BULK '([^']*)', FORMAT = 'PARQUET'\) WITH \(([\s\S]*?)\n {2}\) AS inventory/g,
      (_, source: string, columns: string) => {
        const casts = [...columns.matchAll(/"([^"]*)" ([A-Z0-9]+)/g)].map(
          ([, name = '', type = '']) => `CAST("${name}" AS ${T_SQL_TYPES[type] ?? 'unknown'}) AS "${name}"`,
        );
        return `(SELECT ${casts.join(', ')} FROM read_parquet('${source}')) AS inventory`;
      },
    )
    .replaceAll(/CHARINDEX\('(.)', (REVERSE\(CONCAT\('\/', rest\)\)|\w+)\)/g, "POSITION('$1' IN $2)")
    .replaceAll(
      /("\w+"|\w+|SUBSTRING\((?:[^()]|\([^()]*\))*\)) (NOT )?LIKE '([^']*)'/g,
      (_, operand: string, not: string | undefined, like: string) =>
        `${not ?? ''}REGEXP_MATCHES(${operand}, '${regexOf(like)}')`,
    )
    .replaceAll(/DATEDIFF_BIG\(\s*millisecond,/g, "DATE_DIFF('millisecond',")
    .replaceAll('DATETIME2(3)', 'TIMESTAMP')
    .replaceAll(/\bLEN\(/g, 'LENGTH(')
    .replaceAll('AS FLOAT)', 'AS DOUBLE)')
    .replaceAll('COUNT_BIG(', 'COUNT(');
}

function outsideTexts(sql: string, change: (code: string) => string): string {
  return sql
    .split("'")
    .map((part, index) => (index % 2 === 0 ? change(part) : part))
    .join("'");
}

/** Sets in brackets are alike in both. */
function regexOf(like: string): string {
  return `(?s)^${like.replaceAll('.dcm', '[.]dcm').replaceAll('.json', '[.]json').replaceAll('2.25.', '2[.]25[.]').replaceAll('%', '.*')}$`;
}

const DIALECTS = [
  {
    name: 'spark',
    onDuckDb: sparkOnDuckDb,
    partition: { on: '[A-Za-z0-9_.-]{1,64}', off: 'Microsoft[.]Default' },
  },
  {
    name: 't-sql',
    onDuckDb: tSqlOnDuckDb,
    partition: {
      on: "folder NOT LIKE '%[^A-Za-z0-9_.-]%' AND LEN(folder) BETWEEN 1 AND 64",
      off: "folder = 'Microsoft.Default'",
    },
  },
] as const;

type Rows = readonly Readonly<Record<string, unknown>>[];

async function rowsOf(sql: string): Promise<Rows> {
  const instance = await DuckDBInstance.create(':memory:');
  try {
    const connection = await instance.connect();
    return (await connection.runAndReadAll(sql)).getRowObjectsJS();
  } finally {
    instance.closeSync();
  }
}

function cellOf(row: Rows[number]): AuditCell {
  return {
    kind: row['kind'] as FileKind,
    partition: String(row['partition_name']),
    tier: String(row['tier']),
    rehydrating: Number(row['rehydrating']) === 1,
    ageBand: Number(row['age_band']),
    accessBand: Number(row['access_band']),
    plannedTier: String(row['planned_tier']),
    count: Number(row['file_count']),
    bytes: Number(row['bytes']),
    flooredBytes: Number(row['floored_bytes']),
    earlyByteDays: Number(row['early_byte_days']),
  };
}

test.each(DIALECTS)(
  'the $name texts of the page give what the audit gives, as far as DuckDB can tell',
  async ({ name, onDuckDb, partition }) => {
    for (const which of ['on', 'off'] as const)
      expect(DOC.replaceAll('\n', ' ')).toContain(`\`${partition[which]}\``);
    const cells = textOf(`${name} cells`);
    const findings = `${cells.split(',\nplanned AS')[0] ?? ''}\n${textOf(`${name} findings`)}`;
    const samples = fc.sample(arbitraryFiles(ROOT, AS_OF), { numRuns: 600, seed: 7 });
    const files: readonly AuditedFile[] = [
      ...new Map(samples.flat().map((file) => [file.path, file])).values(),
    ];
    expect(files.length).toBeGreaterThan(1_000);
    using place = temporaryFolder();
    const rows = files.map((file) => inventoryRowOf(file, 'dicom'));
    const list = await writeInventoryRun(place.path, { format: 'Parquet', at: AS_OF, rows });
    for (const dataPartitionsEnabled of [false, true]) {
      const ready = (sql: string): string =>
        onDuckDb(
          sql
            .replaceAll('{{source}}', list)
            .replaceAll('{{prefix}}', `dicom/${ROOT}/`)
            .replaceAll('{{asOf}}', '2026-01-04T00:00:00Z')
            .replaceAll('{{partition}}', partition[dataPartitionsEnabled ? 'on' : 'off']),
        );
      const manifest = { ...MANIFEST, dicomService: { ...MANIFEST.dicomService, dataPartitionsEnabled } };
      const expected = censusOf(files, manifest, EXAMPLE_PLAN, AS_OF);
      const counted = (await rowsOf(ready(cells))).map(cellOf);
      expect(settled({ cells: counted, findings: [], found: [] }).cells).toEqual(expected.cells);
      expect(namesIn(await rowsOf(ready(findings)))).toEqual(namesOf(expected));
    }
  },
);

function namesIn(rows: Rows): readonly string[] {
  return rows
    .flatMap(({ kind, name, tier, rehydrating }) =>
      findingsOf(kind as FileKind, {
        tier: String(tier),
        rehydrating: Number(rehydrating) === 1,
      }).map((finding) => `${finding} ${String(name)}`),
    )
    .sort();
}

function namesOf({ found }: Audited): readonly string[] {
  return found.map(({ finding, path: at }) => `${finding} dicom/${at}`).sort();
}
