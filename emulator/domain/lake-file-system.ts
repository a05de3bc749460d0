import { checkCreate, checkRead, checkWrite, type LakeConditions } from './lake-condition';
import type { ContentLedger, LakeContent } from './lake-content';
import {
  contentsHeldBy,
  hasExpired,
  type CommittedBlock,
  type ContentHeaders,
  type LakeDirectory,
  type LakeEntry,
  type LakeFile,
} from './lake-entry';
import { expiresAt, type LakeExpiry } from './lake-expiry';
import { LakeFault } from './lake-fault';
import { afterWrite } from './lake-lease';
import { LakePathTable, successor } from './lake-path-table';
import {
  accessControlOf,
  accessOfNew,
  NEW_ROOT,
  type AccessControl,
  type AccessWish,
  type Guarded,
} from './lake-permissions';
import type { LakeSequence } from './lake-sequence';
import { LakeStagedBlocks } from './lake-staged-blocks';
import { refuseArchived, type BlobTier, type TierState } from './lake-tier';
import { LakeTrash, type DeletedPath } from './lake-trash';
import { ForgetfulState, type StateStore, type StateTable } from './state-store';

const DAY_MS = 86_400_000;

/** Who asks, when, and under which settings of the account. */
export interface LakeContext {
  readonly now: number;
  readonly principalId: string;
  /** Days that a deleted path stays recoverable; 0 while soft delete is off. */
  readonly retentionDays: number;
  readonly lastAccessTracking: boolean;
}

/** What a new file, or new content for an old one, comes with. */
export interface NewFile {
  readonly content: LakeContent;
  readonly headers?: ContentHeaders;
  readonly metadata?: Readonly<Record<string, string>>;
  /** @default - the default of the account, inferred */
  readonly tier?: BlobTier;
  /** @default - never */
  readonly expiry?: LakeExpiry;
  readonly blocks?: readonly CommittedBlock[];
  readonly conditions?: LakeConditions;
  readonly access?: AccessWish;
}

/** The tier that reading a file gives it; undefined leaves it where it is. */
export type TierAfterAccess = (path: string, file: LakeFile, now: number) => TierState | undefined;

/** A path with everything below it, `descendants` by the part of the path after the root's own. */
export interface LakeTree {
  readonly root: LakeEntry;
  readonly descendants: ReadonlyMap<string, LakeEntry>;
}

/** Where a container keeps what has to survive a restart. */
export interface LakeFileSystemStorage {
  readonly state: StateStore;
  /** Tells the container from all others, in the names of its tables. */
  readonly name: string;
  readonly contents: ContentLedger;
}

const NOT_KEPT: LakeFileSystemStorage = {
  state: new ForgetfulState(),
  name: '',
  contents: { retain: () => undefined, release: () => undefined },
};

/**
 * The paths of one container with a hierarchical namespace. Directories are entries of their own: writing a file
 * makes those above it. Paths have no slash at either end. Every failure is a LakeFault.
 */
export class LakeFileSystem {
  public readonly staged: LakeStagedBlocks;
  private readonly entries = new LakePathTable<LakeEntry>();
  private readonly trash: LakeTrash;
  private readonly rows: StateTable<LakeEntry>;
  private readonly rootRows: StateTable<Guarded>;
  private rootDirectory: Guarded;
  private readonly contents: ContentLedger;

  public constructor(
    private readonly sequence: LakeSequence,
    { state, name, contents }: LakeFileSystemStorage = NOT_KEPT,
    private readonly tierAfterAccess: TierAfterAccess = () => undefined,
  ) {
    this.contents = contents;
    this.rows = state.table(`paths ${name}`);
    this.rootRows = state.table(`root ${name}`);
    this.rootDirectory = this.rootRows.rows()[0]?.[1] ?? NEW_ROOT;
    this.staged = new LakeStagedBlocks(state.table(`blocks ${name}`), contents);
    this.trash = new LakeTrash(state.table(`deleted ${name}`), contents);
    for (const [path, entry] of this.rows.rows()) {
      this.entries.set(path, entry);
      contentsHeldBy(entry).forEach((content) => contents.retain(content));
      sequence.startAfter(entry.etag);
    }
  }

  /** The directory that holds the paths without a slash; it is no path itself, and is in no listing. */
  public get root(): Guarded {
    return this.rootDirectory;
  }

  public replaceRoot(root: Guarded): void {
    this.rootDirectory = root;
    this.rootRows.put('', root);
  }

  public find(path: string, now: number): LakeEntry | undefined {
    const entry = this.entries.get(path);
    if (entry === undefined || !hasExpired(entry, now)) return entry;
    this.forget(path, entry);
    return undefined;
  }

  /** The entry without its content: tells nothing about when it was read. */
  public stat(path: string, { now }: LakeContext, conditions: LakeConditions = {}): LakeEntry {
    const entry = this.find(path, now);
    checkRead(conditions, entry, now);
    if (entry === undefined) throw new LakeFault('path-missing');
    return entry;
  }

  /** The entry for its content; counts as an access once a day. */
  public read(path: string, context: LakeContext, conditions: LakeConditions = {}): LakeEntry {
    const entry = this.stat(path, context, conditions);
    if (entry.kind === 'directory') return entry;
    refuseArchived(entry.tier, context.now);
    const { lastAccessedAt } = entry;
    const isDue = lastAccessedAt === undefined || context.now - lastAccessedAt >= DAY_MS;
    if (!context.lastAccessTracking) return entry;
    const tier = this.tierAfterAccess(path, entry, context.now);
    if (!isDue && tier === undefined) return entry;
    return this.replace(path, {
      ...entry,
      ...(isDue ? { lastAccessedAt: context.now } : {}),
      ...(tier === undefined ? {} : { tier }),
    });
  }

  public makeDirectory(
    path: string,
    context: LakeContext,
    options: {
      readonly metadata?: Readonly<Record<string, string>>;
      readonly conditions?: LakeConditions;
      readonly access?: AccessWish;
    } = {},
  ): LakeDirectory {
    const existing = this.find(path, context.now);
    checkCreate(options.conditions ?? {}, existing, context.now);
    if (existing?.kind === 'file') throw new LakeFault('type-mismatch');
    const access = this.accessOfNew('directory', path, context, options.access);
    this.makeParents(path, context);
    return this.replace(path, {
      ...newEntry(this.sequence, context),
      ...access,
      kind: 'directory',
      metadata: options.metadata ?? {},
      ...(existing === undefined
        ? {}
        : {
            ...(options.access === undefined ? accessControlOf(existing) : {}),
            createdAt: existing.createdAt,
            owner: options.access?.owner ?? existing.owner,
            lease: afterWrite(existing.lease, context.now),
          }),
    });
  }

  /** Creates the file or replaces it as a whole, settings included. */
  public write(path: string, context: LakeContext, file: NewFile): LakeFile {
    const { now } = context;
    const existing = this.find(path, now);
    checkCreate(file.conditions ?? {}, existing, now);
    if (existing?.kind === 'directory') throw new LakeFault('type-mismatch');
    const vanishesAt = file.expiry === undefined ? undefined : expiresAt(file.expiry, now, now);
    const access = this.accessOfNew('file', path, context, file.access);
    this.makeParents(path, context);
    this.staged.drop(path);
    return this.replace(path, {
      ...newEntry(this.sequence, context),
      ...access,
      kind: 'file',
      content: file.content,
      headers: { contentType: 'application/octet-stream', ...file.headers },
      metadata: file.metadata ?? {},
      tier: file.tier === undefined ? {} : { chosen: file.tier, changedAt: now },
      blocks: file.blocks ?? [],
      appended: [],
      lastAccessedAt: context.lastAccessTracking ? now : undefined,
      expiresAt: vanishesAt,
      lease: afterWrite(existing?.lease, now),
    });
  }

  /** The entry that a request is about to change. */
  public forChange(path: string, { now }: LakeContext, conditions: LakeConditions = {}): LakeEntry {
    const entry = this.find(path, now);
    checkWrite(conditions, entry, now);
    if (entry === undefined) throw new LakeFault('path-missing');
    return entry;
  }

  public replace<Entry extends LakeEntry>(path: string, entry: Entry): Entry {
    const before = this.entries.get(path);
    contentsHeldBy(entry).forEach((content) => this.contents.retain(content));
    this.entries.set(path, entry);
    this.rows.put(path, entry);
    if (before !== undefined) contentsHeldBy(before).forEach((content) => this.contents.release(content));
    return entry;
  }

  /** The container is gone, with everything that was ever in it. */
  public destroy(): void {
    for (let found = this.entries.firstFrom(''); found !== undefined;) {
      this.forget(...found);
      found = this.entries.firstFrom(successor(found[0]));
    }
    this.trash.destroy();
    this.staged.destroy();
    this.rootRows.clear();
  }

  /** What of an entry is another whenever its content or properties change. */
  public stamp(
    { now }: LakeContext,
    { lease }: LakeEntry,
  ): Pick<LakeEntry, 'etag' | 'lastModifiedAt' | 'lease'> {
    return { etag: this.sequence.etag(now), lastModifiedAt: now, lease: afterWrite(lease, now) };
  }

  /** Answers the deletion id where soft delete keeps the path. */
  public remove(
    path: string,
    context: LakeContext,
    options: { readonly recursive?: boolean; readonly conditions?: LakeConditions } = {},
  ): string | undefined {
    const { now, retentionDays } = context;
    const entry = this.find(path, now);
    checkWrite(options.conditions ?? {}, entry, now);
    if (entry === undefined) throw new LakeFault('path-missing');
    const mayHoldMore = entry.kind === 'directory' && options.recursive !== true;
    if (mayHoldMore && !this.isEmpty(path, now)) throw new LakeFault('directory-not-empty');
    const tree = this.detach(path, { ...entry, lease: undefined }, now);
    if (retentionDays === 0) return undefined;
    const deletionId = this.sequence.deletionId(now);
    this.trash.add({ path, deletionId, deletedAt: now, ...tree }, retentionDays);
    return deletionId;
  }

  /** Brings back what `remove` took, directories with all they held. */
  public restore(path: string, deletionId: string, context: LakeContext): LakeEntry {
    if (this.find(path, context.now) !== undefined) throw new LakeFault('path-exists');
    const deleted = this.trash.find(path, deletionId, context.now);
    if (deleted === undefined) throw new LakeFault('path-missing');
    this.makeParents(path, context);
    this.trash.drop(deleted);
    this.attach(path, deleted);
    return deleted.root;
  }

  /** Takes a path and everything below it out of the container. */
  public detach(path: string, root: LakeEntry, now: number): LakeTree {
    const descendants = new Map<string, LakeEntry>();
    for (const [child, entry] of root.kind === 'directory' ? this.below(path, now) : []) {
      descendants.set(child.slice(path.length), entry);
      this.forget(child, entry);
    }
    this.forget(path, root);
    this.staged.drop(path);
    return { root, descendants };
  }

  public attach(path: string, { root, descendants }: LakeTree): void {
    this.replace(path, root);
    for (const [rest, entry] of descendants) this.replace(path + rest, entry);
  }

  public isEmpty(path: string, now: number): boolean {
    return this.below(path, now).next().done === true;
  }

  /** The first live path that is not before `start`. */
  public firstFrom(start: string, now: number): readonly [string, LakeEntry] | undefined {
    let found = this.entries.firstFrom(start);
    while (found !== undefined && hasExpired(found[1], now)) {
      this.forget(...found);
      found = this.entries.firstFrom(successor(found[0]));
    }
    return found;
  }

  /** The first deletion whose key is not before `start`; the key sorts right after the path. */
  public firstDeletedFrom(start: string, now: number): readonly [string, DeletedPath] | undefined {
    return this.trash.firstFrom(start, now);
  }

  /** Everything in a directory, at any depth, in order; empty for the root. None before `start`. */
  public *below(path: string, now: number, start = ''): Generator<readonly [string, LakeEntry]> {
    const folder = path === '' ? '' : `${path}/`;
    let found = this.firstFrom(start > folder ? start : folder, now);
    while (found?.[0].startsWith(folder) === true) {
      yield found;
      found = this.firstFrom(successor(found[0]), now);
    }
  }

  private forget(path: string, entry: LakeEntry): void {
    this.entries.delete(path);
    this.rows.delete(path);
    contentsHeldBy(entry).forEach((content) => this.contents.release(content));
  }

  private makeParents(path: string, context: LakeContext): void {
    for (let slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
      const parent = path.slice(0, slash);
      const entry = this.find(parent, context.now);
      if (entry?.kind === 'file') throw new LakeFault('type-mismatch');
      if (entry === undefined) {
        const access = this.accessOfNew('directory', parent, context);
        const stamp = newEntry(this.sequence, context);
        this.replace(parent, { ...stamp, ...access, kind: 'directory', metadata: {} });
      }
    }
  }

  /** Directories that do not exist yet would hand down what they get themselves, so that they need not be there. */
  private accessOfNew(
    kind: LakeEntry['kind'],
    path: string,
    { now, principalId }: LakeContext,
    wish?: AccessWish,
  ): AccessControl {
    let parent: Guarded | undefined;
    for (let slash = path.lastIndexOf('/'); slash >= 0 && parent === undefined;) {
      parent = this.find(path.slice(0, slash), now);
      slash = path.lastIndexOf('/', slash - 1);
    }
    return accessOfNew(kind, parent ?? this.root, principalId, wish);
  }
}

function newEntry(
  sequence: LakeSequence,
  { now }: LakeContext,
): Pick<LakeEntry, 'etag' | 'createdAt' | 'lastModifiedAt'> {
  return { etag: sequence.etag(now), createdAt: now, lastModifiedAt: now };
}
