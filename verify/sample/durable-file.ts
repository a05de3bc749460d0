import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import path from 'node:path';

/** What a file is called while it is being written. */
export const UNFINISHED = '.next';

/**
 * Writes a file, readable by its owner only, so that it is on disk when this returns, also after a power failure: a new
 * file is flushed, takes the old one's place, and then the folder is flushed, with those above that had to be made.
 */
export function writeDurably(file: string, text: string): void {
  const folder = path.dirname(file);
  const made = mkdirSync(folder, { recursive: true });
  const next = `${file}${UNFINISHED}`;
  const descriptor = openSync(next, 'w', 0o600);
  try {
    writeSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(next, file);
  const top = made === undefined ? folder : path.dirname(made);
  for (let at = folder; ; at = path.dirname(at)) {
    flushFolder(at);
    if (at === top || at === path.dirname(at)) return;
  }
}

/** Where folders cannot be flushed, as on Windows, the system does it by itself. */
function flushFolder(folder: string): void {
  try {
    const descriptor = openSync(folder, 'r');
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    if (!CANNOT_FLUSH.includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

const CANNOT_FLUSH = ['EISDIR', 'EPERM', 'EACCES', 'EINVAL', 'ENOTSUP', 'EBADF'];
