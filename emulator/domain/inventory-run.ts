import { createHash } from 'node:crypto';
import { csvFile } from './inventory-csv';
import { blobListing, containerListing, type InventoryListing } from './inventory-listing';
import { parquetFile } from './inventory-parquet';
import { isSpelled, type InventoryRule } from './inventory-rule';
import { contextOf, type Lake } from './lake';
import type { StorageAccount } from './storage-account';

/** As many rows the files of large accounts hold in Azure before another file begins. */
const ROWS_PER_FILE = 5_000_000;

/** As whom the platform writes; it needs no role. */
const PLATFORM = '$superuser';

/** One run of one rule of an inventory policy. */
export interface InventoryRun {
  readonly storageAccountId: string;
  readonly ruleName: string;
  /** When it was due, in milliseconds since 1970. */
  readonly at: number;
  readonly status: 'Succeeded' | 'Failed';
  readonly message: string;
  /** Container and path of the manifest; undefined where a run failed. */
  readonly manifest?: string;
  readonly objectCount?: number;
}

export interface InventoryJob {
  readonly lake: Lake;
  readonly account: StorageAccount;
  readonly rule: InventoryRule;
  readonly at: number;
  /** Of the blob service of the account, without a slash at the end. */
  readonly endpoint: string;
  /** @default 5000000 */
  readonly rowsPerFile?: number | undefined;
}

interface InventoryFile {
  /** Path in the destination container. */
  readonly blob: string;
  /** Bytes. */
  readonly size: number;
}

interface Lists {
  readonly files: readonly InventoryFile[];
  readonly summary: {
    readonly objectCount: number;
    /** Bytes; lists of containers have none. */
    readonly totalObjectSize?: number;
  };
}

/**
 * Writes the files of one run as Azure does: a manifest that says `Pending`, the lists, the manifest as it stays, and
 * last the checksum that tells readers that all of it is there.
 *
 * @throws LakeFault `container-missing` where the destination is not there
 * @see https://learn.microsoft.com/azure/storage/blobs/blob-inventory#inventory-output
 */
export async function runInventory(job: InventoryJob): Promise<InventoryRun> {
  const { lake, account, rule, at } = job;
  const start = `${folderOf(at)}/${rule.name}/${rule.name}`;
  const manifestPath = `${start}-manifest.json`;
  const nothing: Lists = { files: [], summary: { objectCount: 0, totalObjectSize: 0 } };
  await writeJson(job, manifestPath, manifestOf(job, 'Pending', nothing));
  const lists = await (isSpelled(rule.definition.objectType, 'Container')
    ? writeLists(job, start, containerListing(lake, account, rule, at))
    : writeLists(job, start, blobListing(lake, account, rule, at)));
  const manifest = await writeJson(job, manifestPath, manifestOf(job, 'Succeeded', lists));
  const checksum = createHash('md5').update(manifest).digest('hex');
  await writeFile(job, `${start}-manifest.checksum`, 'text/plain', [Buffer.from(checksum)]);
  return {
    storageAccountId: account.id,
    ruleName: rule.name,
    at,
    status: 'Succeeded',
    message: 'Inventory run succeeded, refer manifest file for inventory details.',
    manifest: `${rule.destination}/${manifestPath}`,
    objectCount: lists.summary.objectCount,
  };
}

/** `YYYY/MM/DD/HH-MM-SS` of UTC. */
function folderOf(at: number): string {
  const [day = '', time = ''] = new Date(at).toISOString().split(/[T.]/);
  return `${day.replaceAll('-', '/')}/${time.replaceAll(':', '-')}`;
}

/** There is one list at least, if only an empty one. */
async function writeLists<Listed>(
  job: InventoryJob,
  start: string,
  { columns, listed, sizeOf }: InventoryListing<Listed>,
): Promise<Lists> {
  const { rule, rowsPerFile = ROWS_PER_FILE } = job;
  const isParquet = isSpelled(rule.definition.format, 'Parquet');
  const files: InventoryFile[] = [];
  let objectCount = 0;
  let totalObjectSize = 0;
  let next = listed.next();
  function* rowsOfOneFile(): Generator<Listed> {
    for (let row = 0; row < rowsPerFile && next.done !== true; row += 1) {
      yield next.value;
      objectCount += 1;
      totalObjectSize += sizeOf?.(next.value) ?? 0;
      next = listed.next();
    }
  }
  do {
    const path = `${start}_1000000_${files.length}`;
    const file = isParquet
      ? writeFile(job, `${path}.parquet`, 'application/octet-stream', parquetFile(columns, rowsOfOneFile()))
      : writeFile(job, `${path}.csv`, 'text/csv', csvFile(columns, rowsOfOneFile()));
    files.push(await file);
  } while (next.done !== true);
  return { files, summary: { objectCount, ...(sizeOf === undefined ? {} : { totalObjectSize }) } };
}

function manifestOf({ rule, at, endpoint }: InventoryJob, status: string, { files, summary }: Lists): object {
  const time = new Date(at).toISOString().replace(/\.\d{3}Z$/, 'Z');
  return {
    destinationContainer: rule.destination,
    endpoint,
    files,
    ...(status === 'Pending' ? {} : { inventoryCompletionTime: time }),
    inventoryStartTime: time,
    ruleDefinition: rule.definition,
    ruleName: rule.name,
    status,
    summary,
    version: '1.0',
  };
}

/** Answers the bytes that it wrote. */
async function writeJson(job: InventoryJob, path: string, value: object): Promise<Buffer> {
  const bytes = Buffer.from(JSON.stringify(value, undefined, 2));
  await writeFile(job, path, 'application/json', [bytes]);
  return bytes;
}

async function writeFile(
  { lake, account, rule, at }: InventoryJob,
  path: string,
  contentType: string,
  source: AsyncIterable<Buffer> | Iterable<Buffer>,
): Promise<InventoryFile> {
  const { content, md5 } = await lake.contents.write(source);
  try {
    const headers = { contentType, contentMd5: md5 };
    lake.files(account, rule.destination).write(path, contextOf(account, PLATFORM, at), { content, headers });
    return { blob: path, size: content.length };
  } finally {
    lake.contents.release(content);
  }
}
