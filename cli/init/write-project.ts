import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { UsageError } from '../command-context';
import type { ProjectFile } from './project-files';

/**
 * Writes all files of a project, or none. Nothing that is there is written over.
 *
 * @param folder absolute; made, with those above it, where it does not exist
 * @throws UsageError naming every file in the way, or why the folder cannot be written
 */
export function writeProject(folder: string, files: readonly ProjectFile[]): void {
  try {
    const inTheWay = files
      .map((file) => file.path)
      .filter((file) => exists(path.join(folder, ...file.split('/'))));
    if (inTheWay.length > 0)
      throw new UsageError(
        `these files are in the way in '${folder}', and none is written over; take them away, or name another folder`,
        inTheWay,
      );
    if (exists(folder)) writeInto(folder, files);
    else writeBeside(folder, files);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new UsageError(
      `the project cannot be written to '${folder}', and nothing of it was: ${REASONS[code] ?? message}; name another folder`,
    );
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOTDIR: 'a part of the name is a file',
  EACCES: 'it may not be written',
  EPERM: 'it may not be written',
  EROFS: 'it may not be written',
  ENOSPC: 'the disk is full',
  EEXIST: 'somebody else writes there at the same time',
};

function exists(file: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false }) !== undefined;
}

/** A new folder gets its name when it is complete. It is made beside it, so that both are on one file system. */
function writeBeside(folder: string, files: readonly ProjectFile[]): void {
  const above = path.dirname(folder);
  const made = mkdirSync(above, { recursive: true });
  let staged: string | undefined;
  try {
    staged = mkdtempSync(path.join(above, '.dicom-lake-init-'));
    const project = path.join(staged, 'project');
    mkdirSync(project);
    writeInto(project, files);
    renameSync(project, folder);
  } catch (error) {
    if (made !== undefined) rmSync(made, { recursive: true });
    throw error;
  } finally {
    if (staged !== undefined) rmSync(staged, { recursive: true, force: true });
  }
}

/** Each file is made and never opened; what was made is taken away again where one fails. */
function writeInto(folder: string, files: readonly ProjectFile[]): void {
  const undo: (() => void)[] = [];
  try {
    for (const { path: name, text, isExecutable } of files) {
      const file = path.join(folder, ...name.split('/'));
      makeFolders(path.dirname(file), undo);
      writeFileSync(file, text, { flag: 'wx', mode: isExecutable === true ? 0o777 : 0o666 });
      undo.push(() => rmSync(file));
    }
  } catch (error) {
    for (const step of undo.reverse()) step();
    throw error;
  }
}

function makeFolders(folder: string, undo: (() => void)[]): void {
  if (exists(folder)) {
    // Says ENOTDIR where it is a file.
    readdirSync(folder);
    return;
  }
  makeFolders(path.dirname(folder), undo);
  mkdirSync(folder);
  undo.push(() => rmdirSync(folder));
}
