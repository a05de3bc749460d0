import { readdirSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { lakeTenantOf, servicePath } from '../../../contract';
import { inventorySource } from '../../../verify/audit/inventory/inventory-source';
import type { AuditedFile, CountedLake } from '../../../verify/audit/model';
import { ConfigError } from '../../../verify/error';
import { auditRequest } from '../../support/audited-lake';
import { temporaryFolder } from '../../support/cli';
import {
  INVENTORY_FIELDS,
  inventoryRowOf,
  type InventoryRow,
  type InventoryRunShape,
  writeInventoryRun,
} from '../../support/inventory-run';
import { manifestFixture } from '../../support/manifest';

const AS_OF = Date.UTC(2026, 0, 4);
const DAY = 86_400_000;
const MANIFEST = manifestFixture();
const ROOT = servicePath(lakeTenantOf(MANIFEST));

function imageRow(name: string, more: Partial<AuditedFile> = {}): InventoryRow {
  const file = { path: `${ROOT}/Microsoft.Default/${name}`, bytes: 10, tier: 'Hot', rehydrating: false };
  return inventoryRowOf({ ...file, createdAt: AS_OF - DAY, modifiedAt: AS_OF - DAY, ...more }, 'dicom');
}

function auditOf(folder: string, request = auditRequest(MANIFEST)): Promise<CountedLake> {
  return inventorySource({ from: { folder } })(request);
}

async function refusalOf(folder: string): Promise<readonly string[]> {
  const error: unknown = await auditOf(folder).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ConfigError)) throw new Error('it was not refused', { cause: error });
  return error.message.split('\n');
}

function without(...names: readonly string[]) {
  return Object.fromEntries(Object.entries(INVENTORY_FIELDS).filter(([name]) => !names.includes(name)));
}

test('the newest run that fits is read, and those passed over are told', async () => {
  using place = temporaryFolder();
  const rows = [imageRow('1_1.dcm')];
  await writeInventoryRun(place.path, { rows, at: AS_OF - 7 * DAY });
  await writeInventoryRun(place.path, { rows: [...rows, imageRow('2_2.dcm')], at: AS_OF });
  await writeInventoryRun(place.path, { at: AS_OF, rule: 'boxes', definition: { objectType: 'container' } });
  await writeInventoryRun(place.path, { at: AS_OF + DAY, status: 'Pending', checksum: null });
  const request = auditRequest(MANIFEST);
  const { cells, source, asOf, complete } = await auditOf(place.path, request);
  expect(cells).toMatchObject([{ kind: 'image', partition: 'Microsoft.Default', count: 2, bytes: 20 }]);
  expect({ asOf, complete }).toEqual({ asOf: '2026-01-04T00:00:00.000Z', complete: true });
  expect(source).toEqual({
    kind: 'inventory',
    rule: 'all',
    format: 'Csv',
    manifest: path.join(place.path, '2026/01/04/00-00-00/all/all-manifest.json'),
    files: 1,
    rows: 2,
    missingFields: [],
  });
  expect(request.messages.join('\n')).toContain(
    '2026/01/05/00-00-00/all/all-manifest.json: its status is Pending',
  );
  expect(request.messages.join('\n')).toMatch(/reading the run of 2026-01-04T00:00:00.000Z, \d+ days old/);
});

test('the folder of one run is enough, whatever is above it', async () => {
  using place = temporaryFolder();
  const list = await writeInventoryRun(place.path, { rows: [imageRow('1_1.dcm')], format: 'Parquet' });
  const { source } = await auditOf(path.dirname(list));
  expect(source).toMatchObject({
    format: 'Parquet',
    rows: 1,
    manifest: expect.stringMatching(/all-manifest.json$/) as string,
  });
});

test('folders, deleted files, snapshots and other services are not counted', async () => {
  using place = temporaryFolder();
  const fields = {
    ...INVENTORY_FIELDS,
    Deleted: 'boolean',
    Snapshot: 'text',
    IsCurrentVersion: 'boolean',
  } as const;
  await writeInventoryRun(place.path, {
    fields,
    rows: [
      imageRow('1_1.dcm'),
      { ...imageRow('2_2.dcm'), hdi_isfolder: true },
      { ...imageRow('3_3.dcm'), Deleted: true },
      { ...imageRow('4_4.dcm'), Snapshot: '2026-01-01T00:00:00.0000000Z' },
      { ...imageRow('5_5.dcm'), IsCurrentVersion: false },
      { ...imageRow('6_6.dcm'), AccessTier: undefined },
      { ...imageRow('7_7.dcm'), Name: `dicom/${ROOT}-2/Microsoft.Default/7_7.dcm` },
      { ...imageRow('8_8.dcm'), Name: `other/${ROOT}/Microsoft.Default/8_8.dcm` },
    ],
  });
  const { cells, source } = await auditOf(place.path);
  expect(cells).toMatchObject([{ count: 1, bytes: 10 }]);
  expect(source).toMatchObject({ rows: 8 });
});

test.each(['Csv', 'Parquet'] as const)(
  'a %s list without optional columns tells less, and says so',
  async (format) => {
    using place = temporaryFolder();
    const optional = [
      'LastAccessTime',
      'AccessTierChangeTime',
      'ArchiveStatus',
      'Creation-Time',
      'hdi_isfolder',
    ];
    await writeInventoryRun(place.path, {
      format,
      fields: without(...optional),
      rows: [imageRow('1_1.dcm', { tier: 'Cool', accessedAt: AS_OF, rehydrating: true })],
    });
    const request = auditRequest(MANIFEST, {
      plans: [
        { basis: 'lastAccess', coldAfterDays: 0 },
        { basis: 'creation', coldAfterDays: 0 },
      ],
    });
    const { cells, source } = await auditOf(place.path, request);
    expect(cells).toMatchObject([
      // One day of 30 is over, by the last modification.
      { rehydrating: false, accessBand: -1, plannedTier: 'Cold', earlyByteDays: 29 * 131_072 },
    ]);
    expect(source).toMatchObject({
      missingFields: [
        'Creation-Time',
        'LastAccessTime',
        'AccessTierChangeTime',
        'ArchiveStatus',
        'hdi_isfolder',
      ],
    });
  },
);

test('times are read as whole numbers too, as some readers find them in a Parquet of Azure', async () => {
  using place = temporaryFolder();
  const fields = { ...INVENTORY_FIELDS, 'Last-Modified': 'integer', LastAccessTime: 'text' } as const;
  const row = {
    ...imageRow('1_1.dcm', { modifiedAt: AS_OF - 100 * DAY }),
    LastAccessTime: '2026-01-03T00:00:00.1234567Z',
  };
  await writeInventoryRun(place.path, { format: 'Parquet', fields, rows: [row] });
  const { cells } = await auditOf(place.path);
  expect(cells).toMatchObject([{ ageBand: 2, accessBand: 0 }]);
});

test('of each finding the first twenty by path are named, and all are counted and told', async () => {
  using place = temporaryFolder();
  const rows = Array.from({ length: 3_000 }, (_, index) => imageRow(`note ${9_999 - index}.txt`));
  await writeInventoryRun(place.path, { rows, format: 'Parquet' });
  const request = auditRequest(MANIFEST);
  const { findings } = await auditOf(place.path, request);
  expect(findings).toMatchObject([{ finding: 'foreign', count: 3_000, bytes: 30_000 }]);
  expect(findings[0]?.first.map(({ path: at }) => path.posix.basename(at))).toEqual(
    Array.from({ length: 20 }, (_, index) => `note ${7_000 + index}.txt`),
  );
  expect(new Set(request.found.map(({ path: at }) => at)).size).toBe(3_000);
});

test.each<[string, InventoryRunShape, string]>([
  [
    'a checksum of something else',
    { checksum: '0'.repeat(32) },
    'its manifest is not the one that the checksum file is of',
  ],
  ['no checksum', { checksum: null }, 'it has no checksum file yet, so it is not complete'],
  [
    'a run under way',
    { status: 'Pending', checksum: null },
    'its status is Pending: it is under way, or was given up',
  ],
  ['a run that failed', { status: 'Failed' }, 'its status is Failed'],
  ['a list that is cut short', { missingBytes: 7 }, 'bytes instead of'],
  [
    'a list of containers',
    { definition: { objectType: 'Container' } },
    'its rule lists containers, not blobs',
  ],
  [
    'another container',
    { definition: { filters: { prefixMatch: ['archive/'] } } },
    `its rule lists archive/, which is not all of dicom/${ROOT}/`,
  ],
  [
    'one partition',
    { definition: { filters: { prefixMatch: [`dicom/${ROOT}/ward`] } } },
    `its rule lists dicom/${ROOT}/ward, which is not all of dicom/${ROOT}/`,
  ],
  [
    'a prefix left out',
    { definition: { filters: { excludePrefix: [`dicom/${ROOT}/ward`] } } },
    `its rule excludes dicom/${ROOT}/ward`,
  ],
  [
    'new files only',
    { definition: { filters: { creationTime: { lastNDays: 30 } } } },
    'its rule lists only files that were made lately',
  ],
  [
    'other blobs',
    { definition: { filters: { blobTypes: ['appendBlob'] } } },
    'its rule lists no block blobs',
  ],
  [
    'another account',
    { endpoint: 'https://elsewhere.blob.core.windows.net' },
    'it is of the storage account at https://elsewhere.blob.core.windows.net, not of hospitallake',
  ],
  ['no tiers', { fields: without('AccessTier') }, 'its list has no column AccessTier'],
  ['no sizes', { fields: without('Content-Length') }, 'its list has no column Content-Length'],
])('a run with %s is passed over', async (_, shape, reason) => {
  using place = temporaryFolder();
  await writeInventoryRun(place.path, shape);
  const [first, second, ...rest] = await refusalOf(place.path);
  expect(first).toBe(`no run of an inventory in the folder ${place.path} can be audited`);
  expect(second).toContain('2026/01/04/00-00-00/all/all-manifest.json: ');
  expect(second).toContain(reason);
  expect(rest.join('\n')).toContain('wait for the next run');
  expect(rest.join('\n').includes('az storage account blob-inventory-policy create')).toBe(
    reason.includes('no column'),
  );
});

test('a run whose list is not there or has shrunk is passed over', async () => {
  using place = temporaryFolder();
  const list = await writeInventoryRun(place.path, { rows: [imageRow('1_1.dcm')] });
  truncateSync(list, 20);
  expect((await refusalOf(place.path))[1]).toMatch(/all_1000000_0.csv has 20 bytes instead of \d+$/);
});

test('a list whose columns are not those of its rule is refused by the name of what it lacks', async () => {
  using place = temporaryFolder();
  await writeInventoryRun(place.path, {
    fields: without('AccessTier', 'Last-Modified'),
    definition: { schemaFields: Object.keys(INVENTORY_FIELDS) },
  });
  const [, ...problems] = await refusalOf(place.path);
  expect(problems.map((line) => line.split(';')[0])).toEqual([
    'its list has no column Last-Modified',
    'its list has no column AccessTier',
  ]);
});

test('rows that cannot be read are no files of size nought', async () => {
  using place = temporaryFolder();
  const fields = { ...INVENTORY_FIELDS, 'Content-Length': 'text' } as const;
  await writeInventoryRun(place.path, {
    fields,
    rows: [{ ...imageRow('1_1.dcm'), 'Content-Length': 'many' }],
  });
  expect((await refusalOf(place.path))[0]).toContain(
    'has 1 rows without a Content-Length or Last-Modified that can be read',
  );
});

test('a folder without a run, one that is not there, and a manifest that is none are refused', async () => {
  using place = temporaryFolder();
  expect((await refusalOf(place.path))[0]).toBe(
    `there is no run of an inventory in the folder ${place.path}`,
  );
  expect((await refusalOf(path.join(place.path, 'none')))[0]).toContain('cannot be read');
  writeFileSync(path.join(place.path, 'x-manifest.json'), '{');
  expect((await refusalOf(place.path))[1]).toBe('x-manifest.json: its manifest is no JSON');
});

test.each(['before anything is read', 'while findings come'])(
  'an abort %s ends the audit with its reason and leaves no folder behind',
  async (when) => {
    using place = temporaryFolder();
    await writeInventoryRun(place.path, { rows: [imageRow('1_1.dcm'), imageRow('note.txt')] });
    using temporary = temporaryFolder();
    jest.replaceProperty(process, 'env', { ...process.env, TMPDIR: temporary.path });
    const stop = new AbortController();
    const abort = (): void => stop.abort(new Error('stopped by hand'));
    const request = auditRequest(MANIFEST, {
      signal: stop.signal,
      ...(when === 'while findings come'
        ? { onFound: abort }
        : { progress: (message) => message.startsWith('reading the run') && abort() }),
    });
    await expect(auditOf(place.path, request)).rejects.toThrow('stopped by hand');
    jest.restoreAllMocks();
    expect(readdirSync(temporary.path)).toEqual([]);
  },
);
