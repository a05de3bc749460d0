import {
  blobColumns,
  containerColumns,
  lengthOf,
  type InventoryColumn,
  type ListedBlob,
  type ListedContainer,
} from './inventory-field';
import { isListed, listsBlockBlobs, reaches, type InventoryRule } from './inventory-rule';
import type { Lake } from './lake';
import { listPaths } from './lake-listing';
import type { StorageAccount } from './storage-account';

const PAGE_PATHS = 1_000;

/** What a rule lists, and how; read as it goes, so that no list of a whole lake is ever in memory. */
export interface InventoryListing<Listed> {
  readonly columns: readonly InventoryColumn<Listed>[];
  readonly listed: Iterator<Listed>;
  /** Bytes that one counts with; undefined where lists sum up none. */
  readonly sizeOf?: (listed: Listed) => number;
}

/** @param at when the run began: leases are those of then */
export function containerListing(
  lake: Lake,
  account: StorageAccount,
  rule: InventoryRule,
  at: number,
): InventoryListing<ListedContainer> {
  const columns = containerColumns(rule.definition.schemaFields);
  return { columns, listed: containersOf(lake, account, rule, at) };
}

/** @param at when the run began: tiers, leases and what is left of a retention are those of then */
export function blobListing(
  lake: Lake,
  account: StorageAccount,
  rule: InventoryRule,
  at: number,
): InventoryListing<ListedBlob> {
  const columns = blobColumns(rule.definition.schemaFields);
  return { columns, listed: blobsOf(lake, account, rule, at), sizeOf: ({ entry }) => lengthOf(entry) };
}

function* containersOf(
  lake: Lake,
  { id }: StorageAccount,
  { definition: { filters = {} } }: InventoryRule,
  at: number,
): Generator<ListedContainer> {
  for (const container of lake.list(id)) if (isListed(container.name, filters)) yield { container, at };
}

/** Files and directories; of what was deleted together only what the deletion named. */
function* blobsOf(
  lake: Lake,
  account: StorageAccount,
  { definition: { filters = {} } }: InventoryRule,
  at: number,
): Generator<ListedBlob> {
  if (!listsBlockBlobs(filters)) return;
  const show = filters.includeDeleted === true ? 'both' : 'live';
  for (const { name: containerName } of lake.list(account.id)) {
    if (!reaches(filters, containerName) || lake.find(account.id, containerName) === undefined) continue;
    const files = lake.files(account, containerName);
    const everything = { prefix: '', byHierarchy: false, show, limit: PAGE_PATHS } as const;
    for (let page = listPaths(files, everything, at); ;) {
      for (const one of page.paths) {
        const name = `${containerName}/${one.path}`;
        if (!isListed(name, filters)) continue;
        const deleted = one.kind === 'deleted' ? one.deleted : undefined;
        yield { name, entry: one.kind === 'deleted' ? one.deleted.root : one.entry, deleted, at };
      }
      if (page.next === undefined) break;
      page = listPaths(files, { ...everything, after: page.next }, at);
    }
  }
}
