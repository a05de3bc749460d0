import { type Dirent, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { ConfigError } from '../error';
import { rewriteUids } from './rewrite-uids';
import type { SampleInstance } from './sample-instance';
import { uidFrom } from './uid';

export interface GivenFiles {
  readonly instances: readonly SampleInstance[];
  /** Label and reason; never a value of the file. */
  readonly unreadable: readonly { readonly file: string; readonly reason: string }[];
}

/**
 * The DICOM files below a folder, under fresh UIDs in the verifier's own study. They are told apart by their numbers in
 * the order of their relative paths: names of files and folders hold names of patients more often than not, and reports
 * are passed on.
 *
 * @throws ConfigError where the folder cannot be read or holds no file
 */
export function readGivenFiles(folder: string, studyInstanceUid: string): GivenFiles {
  const instances: SampleInstance[] = [];
  const unreadable: { file: string; reason: string }[] = [];
  const files = filesBelow(folder);
  for (const [index, file] of files.entries()) {
    const label = `given file ${index + 1} of ${files.length}`;
    const uids = {
      studyInstanceUid,
      seriesInstanceUid: uidFrom(`${studyInstanceUid}/${file}/series`),
      sopInstanceUid: uidFrom(`${studyInstanceUid}/${file}/instance`),
    };
    try {
      const rewritten = rewriteUids(contentOf(path.join(folder, file)), uids);
      instances.push({
        label,
        origin: 'given',
        ...uids,
        file: rewritten.file,
        frames: rewritten.frames,
        expectedMetadata: {
          '00080016': rewritten.sopClassUid,
          '00080018': uids.sopInstanceUid,
          '0020000D': uids.studyInstanceUid,
          '0020000E': uids.seriesInstanceUid,
        },
      });
    } catch (error) {
      unreadable.push({ file: label, reason: (error as Error).message });
    }
  }
  return { instances, unreadable };
}

/** The message of node names the whole path. */
function contentOf(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new Error(`it cannot be read (${(error as NodeJS.ErrnoException).code ?? 'no reason given'})`, {
      cause: error,
    });
  }
}

/** A link that leads nowhere counts as well: whoever gave it is told. */
function isFileOrLinkToOne(entry: Dirent): boolean {
  if (!entry.isSymbolicLink()) return entry.isFile();
  try {
    return statSync(path.join(entry.parentPath, entry.name)).isFile();
  } catch {
    return true;
  }
}

function filesBelow(folder: string): readonly string[] {
  let entries;
  try {
    entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  } catch (error) {
    throw new ConfigError(
      `the folder of DICOM files '${folder}' cannot be read: ${(error as Error).message}`,
    );
  }
  const files = entries
    .filter((entry) => !entry.name.startsWith('.') && isFileOrLinkToOne(entry))
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
    .sort();
  if (files.length === 0) throw new ConfigError(`the folder of DICOM files '${folder}' holds no file`);
  return files;
}
