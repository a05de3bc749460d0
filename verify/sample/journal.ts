import { createHash, randomUUID } from 'node:crypto';
import { rmSync, utimesSync } from 'node:fs';
import path from 'node:path';
import {
  type EntryBounds,
  isEntry,
  type JournalEntry,
  type JournalledStudy,
  withoutSlash,
} from './journal-entry';
import { writeDurably } from './durable-file';
import type { RunOwner } from './run-owner';
import { uidFrom } from './uid';

/** As a journal is on disk. */
export interface JournalFile {
  readonly schemaVersion: typeof JOURNAL_VERSION;
  /** The UID of the run follows from it, and those of its studies from that. */
  readonly seed: string;
  readonly owner?: RunOwner;
  readonly ended?: true;
  readonly entries: readonly JournalEntry[];
}

export const JOURNAL_VERSION = 1;

export interface JournalOptions {
  /** Folder of the service in the lake. @default - no lake is known */
  readonly servicePath?: string;
  /** @default - whoever finds the journal goes by its heartbeat */
  readonly owner?: RunOwner;
}

/**
 * What one run has sent to a service and not yet deleted, on disk before it is sent, in a file that no other run
 * writes. Nothing that is not written in a journal is ever deleted.
 */
export class Journal {
  private entries: readonly JournalEntry[] = [];
  private inDoubt = false;

  private constructor(
    private readonly file: string,
    private readonly seed: string,
    private readonly bounds: EntryBounds,
    private readonly owner: RunOwner | undefined,
  ) {}

  /** Opens the journal of a new run on one service; there is a file as long as there is something in it. */
  public static open(folder: string, serviceUrl: string, options: JournalOptions = {}): Journal {
    const { servicePath, owner } = options;
    const seed = randomUUID();
    const runUid = uidFrom(seed);
    const bounds = { serviceUrl, runUid, ...(servicePath === undefined ? {} : { servicePath }) };
    const file = path.join(folderOf(folder, serviceUrl), `${runUid}.json`);
    return new Journal(file, seed, bounds, owner && ownerOnly(owner));
  }

  /** A UID under 2.25, fresh for this run. */
  public get runUid(): string {
    return this.bounds.runUid;
  }

  public get studies(): readonly JournalledStudy[] {
    return this.entries.filter(isOfKind('study')).map(({ studyInstanceUid, baseUrl, name }) => ({
      studyInstanceUid,
      baseUrl,
      ...(name === undefined ? {} : { name }),
    }));
  }

  /** Paths of the folders in the lake. */
  public get folders(): readonly string[] {
    return this.entries.filter(isOfKind('lake-folder')).map((folder) => folder.path);
  }

  /** @throws Error where the UID does not follow from the run's, or it goes to another service */
  public add(study: JournalledStudy): void {
    this.addEntry({ kind: 'study', ...study });
  }

  public remove({ studyInstanceUid, baseUrl }: JournalledStudy): void {
    this.strike(
      (entry) =>
        entry.kind === 'study' && entry.studyInstanceUid === studyInstanceUid && entry.baseUrl === baseUrl,
    );
  }

  /**
   * @param folder path inside the container, named with the UID of the run, below the folder of the service or
   * directly in `dicom-lake-verify`
   * @throws Error where it is anywhere else
   */
  public addFolder(folder: string): void {
    this.addEntry({ kind: 'lake-folder', path: folder });
  }

  public removeFolder(folder: string): void {
    this.strike((entry) => entry.kind === 'lake-folder' && entry.path === folder);
  }

  /**
   * A request that stores something got no answer that tells what became of it, so that it may still be at work.
   * Nothing is struck until `settle`.
   */
  public doubt(): void {
    this.inDoubt = this.entries.length > 0;
  }

  public get isInDoubt(): boolean {
    return this.inDoubt;
  }

  /** Whatever was in doubt has had its time. */
  public settle(): void {
    this.inDoubt = false;
  }

  /** Tells other runs that this one lives. Never fails: the next one may work. */
  public beat(now: number): void {
    if (this.entries.length === 0) return;
    try {
      utimesSync(this.file, now / 1000, now / 1000);
    } catch {
      this.tryToWrite({});
    }
  }

  /** Tells other runs that what is still in it is theirs to delete. */
  public end(): void {
    if (this.entries.length > 0) this.tryToWrite({ ended: true });
  }

  private addEntry(entry: JournalEntry): void {
    if (!isEntry(entry, this.bounds))
      throw new Error(`the journal takes what is the run's own, got ${JSON.stringify(entry)}`);
    this.write([...this.entries, entry]);
  }

  private strike(isStruck: (entry: JournalEntry) => boolean): void {
    if (this.inDoubt) return;
    const rest = this.entries.filter((entry) => !isStruck(entry));
    if (rest.length === this.entries.length) return;
    if (rest.length > 0) {
      this.write(rest);
      return;
    }
    rmSync(this.file, { force: true });
    this.entries = rest;
  }

  private write(entries: readonly JournalEntry[], changes: Partial<JournalFile> = {}): void {
    const { seed, owner } = this;
    const content: JournalFile = {
      schemaVersion: JOURNAL_VERSION,
      seed,
      ...(owner === undefined ? {} : { owner }),
      ...changes,
      entries,
    };
    writeDurably(this.file, `${JSON.stringify(content, null, 2)}\n`);
    this.entries = entries;
  }

  private tryToWrite(changes: Partial<JournalFile>): void {
    try {
      this.write(this.entries, changes);
    } catch {
      // What was on disk before still is.
    }
  }
}

/** Folder of the journals of one service. */
export function folderOf(folder: string, serviceUrl: string): string {
  const name = createHash('sha256').update(withoutSlash(serviceUrl)).digest('hex').slice(0, 16);
  return path.join(folder, name);
}

function ownerOnly({ host, pid, processStart }: RunOwner): RunOwner {
  return { host, pid, ...(processStart === undefined ? {} : { processStart }) };
}

function isOfKind<K extends JournalEntry['kind']>(
  kind: K,
): (entry: JournalEntry) => entry is Extract<JournalEntry, { kind: K }> {
  return (entry): entry is Extract<JournalEntry, { kind: K }> => entry.kind === kind;
}
