import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { ClassicLevel } from 'classic-level';

interface Extent {
  readonly id: string;
  readonly offset: number;
  readonly length: number;
}

/** What the state folder of an emulator that has ended holds. */
export interface StateAudit {
  /** Contents that a row needs and that are not there, or too short. */
  readonly missing: readonly string[];
  /** Contents that no row needs. */
  readonly orphaned: readonly string[];
  readonly contents: number;
}

/** Compares the rows of a state folder with the contents beside them, without the emulator. */
export async function auditState(folder: string): Promise<StateAudit> {
  const contents = path.join(folder, 'contents');
  const lengths = new Map(readdirSync(contents).map((id) => [id, statSync(path.join(contents, id)).size]));
  const needed = new Set<string>();
  const missing = new Set<string>();
  const db = new ClassicLevel<string, object>(path.join(folder, 'state'), { valueEncoding: 'json' });
  for await (const row of db.values()) {
    for (const { id, offset, length } of extentsIn(row)) {
      needed.add(id);
      if ((lengths.get(id) ?? -1) < offset + length) missing.add(id);
    }
  }
  await db.close();
  const orphaned = [...lengths.keys()].filter((id) => !needed.has(id));
  return { missing: [...missing], orphaned, contents: lengths.size };
}

/** Whatever table a row is of: extents are where `extents` stands. */
function extentsIn(value: unknown): readonly Extent[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    name === 'extents' ? (inner as readonly Extent[]) : extentsIn(inner),
  );
}
