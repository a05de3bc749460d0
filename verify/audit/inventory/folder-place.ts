import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { ConfigError } from '../../error';
import type { InventoryPlace, PlacedFile } from './inventory-place';

/** Inventories that somebody copied from Azure; the folder of one run is enough, as is that of all. */
export function folderPlace(folder: string): InventoryPlace {
  const root = path.resolve(folder);
  return {
    name: `the folder ${root}`,
    files: async (signal) => {
      const found = new Map<string, PlacedFile>();
      for (const entry of await entriesOf(root)) {
        signal.throwIfAborted();
        if (!entry.isFile()) continue;
        const file = path.join(entry.parentPath, entry.name);
        found.set(path.relative(root, file).split(path.sep).join('/'), { size: (await stat(file)).size });
      }
      return found;
    },
    read: (file, signal) => readFile(path.join(root, file), { signal }),
    addressOf: (file) => path.join(root, file),
    bring: ({ paths }) => Promise.resolve(paths.map((file) => path.join(root, file))),
  };
}

async function entriesOf(root: string) {
  try {
    return await readdir(root, { recursive: true, withFileTypes: true });
  } catch (error) {
    throw new ConfigError(`the folder ${root} cannot be read: ${(error as Error).message}`);
  }
}
