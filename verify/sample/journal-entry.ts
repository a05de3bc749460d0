import { uidFrom } from './uid';

/** A study that the verifier made, and where. */
export interface JournalledStudy {
  readonly studyInstanceUid: string;
  /** Base URL of the DICOMweb calls, partition included. */
  readonly baseUrl: string;
  /** Tells the studies of one run apart; absent for the one under the UID of the run itself. */
  readonly name?: string;
}

/** A folder in the lake that the verifier made. */
export interface JournalledFolder {
  /** Path inside the container, without slashes around it. */
  readonly path: string;
}

export type JournalEntry =
  ({ readonly kind: 'study' } & JournalledStudy) | ({ readonly kind: 'lake-folder' } & JournalledFolder);

/** Folder of the container below which runs keep folders of their own. */
export const OWN_FOLDERS = 'dicom-lake-verify';

/** What entries of one run are held against. */
export interface EntryBounds {
  readonly serviceUrl: string;
  readonly runUid: string;
  /** Folder of the service in the lake; absent where no lake is known. */
  readonly servicePath?: string;
}

/**
 * Whether an entry can be of this run: a study under a UID that follows from the run's, which nobody can bring about
 * for a study of somebody else, or a folder named with it.
 */
export function isEntry(entry: unknown, bounds: EntryBounds): entry is JournalEntry {
  const fields = (entry ?? {}) as Readonly<Record<string, unknown>>;
  if (fields['kind'] === 'study') return isStudy(fields, bounds);
  return fields['kind'] === 'lake-folder' && isFolder(fields['path'], bounds);
}

/** Deletions carry a token, so they go to the service itself and nowhere else. */
function isStudy(
  { studyInstanceUid, baseUrl, name }: Readonly<Record<string, unknown>>,
  { serviceUrl, runUid }: EntryBounds,
): boolean {
  const root = withoutSlash(serviceUrl);
  const isOwn =
    name === undefined
      ? studyInstanceUid === runUid
      : typeof name === 'string' && studyInstanceUid === studyUid(runUid, name);
  return isOwn && typeof baseUrl === 'string' && (baseUrl === root || isBelow(baseUrl, root));
}

function isFolder(path: unknown, { runUid, servicePath }: EntryBounds): boolean {
  if (typeof path !== 'string' || !/^[\w.-]+(\/[\w.-]+)+$/.test(path)) return false;
  const segments = path.split('/');
  return (
    !segments.some((segment) => /^\.+$/.test(segment)) &&
    segments.at(-1) === runUid &&
    (segments.length === 2
      ? segments[0] === OWN_FOLDERS
      : servicePath !== undefined && path.startsWith(`${servicePath}/`))
  );
}

function isBelow(url: string, root: string): boolean {
  return url.startsWith(`${root}/`) && !/[?#\s\\%]|\/\.{1,2}(\/|$)/.test(url.slice(root.length));
}

export function studyUid(runUid: string, name: string): string {
  return uidFrom(`${runUid}/${name}`);
}

export function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '');
}
