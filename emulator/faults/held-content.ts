import { holdContents } from '../domain/lake-content';
import { contentsHeldBy, type LakeEntry } from '../domain/lake-entry';
import type { LakeFileSystem, LakeTree } from '../domain/lake-file-system';
import type { Undo } from './fault-definition';
import type { FaultWorld } from './fault-world';

/** Keeps the contents of entries in the store, whatever happens to the entries; the undo lets go of them. */
export function holdEntries({ lake }: FaultWorld, entries: Iterable<LakeEntry>): Undo {
  return holdContents(lake.contents, [...entries].flatMap(contentsHeldBy));
}

/** Takes a path out of a container, with all that is below it, so that it can be put back later. */
export function detachHeld(
  world: FaultWorld,
  files: LakeFileSystem,
  path: string,
  root: LakeEntry,
  now: number,
): LakeTree & { readonly release: Undo } {
  // Nothing is removed from the store before this turn is over.
  const tree = files.detach(path, root, now);
  return { ...tree, release: holdEntries(world, [root, ...tree.descendants.values()]) };
}
