/** Which blobs or containers a list holds. */
export interface InventoryFilters {
  /** `blockBlob` is the only type in the emulator. */
  readonly blobTypes?: readonly string[];
  /** Of container and path; none at all, or an empty one, lets everything in. */
  readonly prefixMatch?: readonly string[];
  readonly excludePrefix?: readonly string[];
  /** @default false */
  readonly includeDeleted?: boolean;
}

/**
 * A rule of an inventory policy, as ARM keeps it: clients spell its values with and without capitals.
 *
 * @see https://learn.microsoft.com/azure/storage/blobs/blob-inventory
 */
export interface InventoryRule {
  readonly name: string;
  /** @default true */
  readonly enabled?: boolean;
  /** Container in the same account. */
  readonly destination: string;
  readonly definition: {
    /** `Blob` or `Container`. */
    readonly objectType: string;
    /** `Csv` or `Parquet`. */
    readonly format: string;
    /** `Daily` or `Weekly`. */
    readonly schedule: string;
    readonly schemaFields: readonly string[];
    readonly filters?: InventoryFilters;
  };
}

export function isSpelled(value: string, word: string): boolean {
  return value.toLowerCase() === word.toLowerCase();
}

/** Weekly rules run on Sundays, UTC. */
export function runsOn(at: number, { enabled, definition }: InventoryRule): boolean {
  if (enabled === false) return false;
  return isSpelled(definition.schedule, 'Daily') || new Date(at).getUTCDay() === 0;
}

/** @param name of a container, or of a container and a path in it */
export function isListed(name: string, { prefixMatch = [], excludePrefix = [] }: InventoryFilters): boolean {
  const isMatched = prefixMatch.length === 0 || prefixMatch.some((prefix) => name.startsWith(prefix));
  return isMatched && !excludePrefix.some((prefix) => prefix !== '' && name.startsWith(prefix));
}

/** Whether anything in a container can be listed, to leave out those that are none of a rule's business. */
export function reaches({ prefixMatch = [] }: InventoryFilters, containerName: string): boolean {
  const start = `${containerName}/`;
  return (
    prefixMatch.length === 0 ||
    prefixMatch.some((prefix) => prefix.startsWith(start) || start.startsWith(prefix))
  );
}

/** A rule for blobs lists none but block blobs here. */
export function listsBlockBlobs({ blobTypes = [] }: InventoryFilters): boolean {
  return blobTypes.some((type) => isSpelled(type, 'blockBlob'));
}
