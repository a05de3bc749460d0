import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { ConfigError } from '../error';

/** A study that the verifier made, and where. */
export interface JournalledStudy {
  readonly studyInstanceUid: string;
  /** Base URL of the DICOMweb calls, partition included. */
  readonly baseUrl: string;
}

/**
 * The studies that the verifier has sent to a service and not yet deleted, on disk before they are sent. Nothing that
 * is not written here is ever deleted.
 */
export class Journal {
  private constructor(
    private readonly file: string,
    private entries: readonly JournalledStudy[],
    private ownFolders: readonly string[] = [],
  ) {}

  /**
   * Opens the journal for one service.
   *
   * @throws ConfigError where the file is there and cannot be read: it may hold studies to delete
   */
  public static open(folder: string, serviceUrl: string): Journal {
    const name = createHash('sha256').update(serviceUrl).digest('hex').slice(0, 16);
    const file = path.join(folder, `${name}.json`);
    if (!existsSync(file)) return new Journal(file, []);
    try {
      const parsed = JSON.parse(readFileSync(file, 'utf8')) as {
        readonly studies?: unknown;
        readonly folders?: unknown;
      } | null;
      const studies = parsed?.studies;
      if (!Array.isArray(studies)) throw new Error('it has no list of studies');
      if (!studies.every((entry) => isEntry(entry, serviceUrl)))
        throw new Error('an entry is malformed, or of another service');
      const folders = parsed?.folders ?? [];
      if (!Array.isArray(folders) || !folders.every(isOwnFolder)) throw new Error('a folder is malformed');
      return new Journal(file, studies, folders);
    } catch (error) {
      throw new ConfigError(
        `the journal '${file}' cannot be read: ${(error as Error).message}; it names studies of the verifier that may still be in the service: look into it before you remove it`,
      );
    }
  }

  public get studies(): readonly JournalledStudy[] {
    return this.entries;
  }

  /** Paths of the folders in the lake. */
  public get folders(): readonly string[] {
    return this.ownFolders;
  }

  /** @param folder path inside the container, named with the UID of the run */
  public addFolder(folder: string): void {
    if (!isOwnFolder(folder))
      throw new Error(`the journal takes what is the run's own, got ${String(folder)}`);
    this.write(this.entries, [...this.ownFolders, folder]);
  }

  public removeFolder(folder: string): void {
    this.write(
      this.entries,
      this.ownFolders.filter((one) => one !== folder),
    );
  }

  public add(study: JournalledStudy): void {
    this.write([...this.entries, study]);
  }

  public remove(study: JournalledStudy): void {
    this.write(
      this.entries.filter(
        (one) => one.studyInstanceUid !== study.studyInstanceUid || one.baseUrl !== study.baseUrl,
      ),
    );
  }

  /** On disk before it returns: a new file is flushed, then takes the old one's place. */
  private write(studies: readonly JournalledStudy[], folders = this.ownFolders): void {
    mkdirSync(path.dirname(this.file), { recursive: true });
    const next = `${this.file}.next`;
    const content = folders.length === 0 ? { studies } : { studies, folders };
    const descriptor = openSync(next, 'w', 0o600);
    try {
      writeSync(descriptor, `${JSON.stringify(content, null, 2)}\n`);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(next, this.file);
    this.entries = studies;
    this.ownFolders = folders;
  }
}

/** A folder of another name is somebody else's. */
function isOwnFolder(path: unknown): path is string {
  return typeof path === 'string' && /^[\w-][\w.-]*(\/[\w-][\w.-]*)*\/2\.25\.\d{1,39}$/.test(path);
}

/** Deletions carry a token, so they go to the service itself and nowhere else. */
function isEntry(entry: unknown, serviceUrl: string): entry is JournalledStudy {
  const { studyInstanceUid, baseUrl } = (entry ?? {}) as Readonly<Record<string, unknown>>;
  const root = serviceUrl.replace(/\/+$/, '');
  return (
    typeof studyInstanceUid === 'string' &&
    typeof baseUrl === 'string' &&
    /^2\.25\.\d{1,39}$/.test(studyInstanceUid) &&
    (baseUrl === root || baseUrl.startsWith(`${root}/`))
  );
}
