import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Files of journals below a folder, of all services and runs. */
export function journalFilesBelow(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.json'))
    .map((name) => path.join(folder, name))
    .sort();
}

/** Entries of all of them. */
export function journalledBelow(folder: string): readonly unknown[] {
  return journalFilesBelow(folder).flatMap(
    (file) => (JSON.parse(readFileSync(file, 'utf8')) as { entries: unknown[] }).entries,
  );
}
