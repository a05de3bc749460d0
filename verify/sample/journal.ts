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
      const parsed = JSON.parse(readFileSync(file, 'utf8')) as { readonly studies?: unknown } | null;
      const studies = parsed?.studies;
      if (!Array.isArray(studies)) throw new Error('it has no list of studies');
      if (!studies.every((entry) => isEntry(entry, serviceUrl)))
        throw new Error('an entry is malformed, or of another service');
      return new Journal(file, studies);
    } catch (error) {
      throw new ConfigError(
        `the journal '${file}' cannot be read: ${(error as Error).message}; it names studies of the verifier that may still be in the service: look into it before you remove it`,
      );
    }
  }

  public get studies(): readonly JournalledStudy[] {
    return this.entries;
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
  private write(studies: readonly JournalledStudy[]): void {
    mkdirSync(path.dirname(this.file), { recursive: true });
    const next = `${this.file}.next`;
    const descriptor = openSync(next, 'w', 0o600);
    try {
      writeSync(descriptor, `${JSON.stringify({ studies }, null, 2)}\n`);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(next, this.file);
    this.entries = studies;
  }
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
