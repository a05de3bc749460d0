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
  private readonly contents: ContentLedger;

  public constructor(
    private readonly sequence: LakeSequence,
    { state, name, contents }: LakeFileSystemStorage = NOT_KEPT,
    private readonly tierAfterAccess: TierAfterAccess = () => undefined,
  ) {
    this.contents = contents;
    this.rows = state.table(`paths ${name}`);
    this.staged = new LakeStagedBlocks(state.table(`blocks ${name}`), contents);
    this.trash = new LakeTrash(state.table(`deleted ${name}`), contents);
    for (const [path, entry] of this.rows.rows()) {
      this.entries.set(path, entry);
      contentsHeldBy(entry).forEach((content) => contents.retain(content));
      sequence.startAfter(entry.etag);
    }
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
    } = {},
  ): LakeDirectory {
    const existing = this.find(path, context.now);
    checkCreate(options.conditions ?? {}, existing, context.now);
    if (existing?.kind === 'file') throw new LakeFault('type-mismatch');
    this.makeParents(path, context);
    return this.replace(path, {
      ...newEntry(this.sequence, context),
      kind: 'directory',
      metadata: options.metadata ?? {},
      ...(existing === undefined
        ? {}
        : {
            createdAt: existing.createdAt,
            owner: existing.owner,
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
    this.makeParents(path, context);
    this.staged.drop(path);
    return this.replace(path, {
      ...newEntry(this.sequence, context),
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

  private forget(path: string, entry: LakeEntry): void {
    this.entries.delete(path);
    this.rows.delete(path);
    contentsHeldBy(entry).forEach((content) => this.contents.release(content));
  }

  private *below(path: string, now: number): Generator<readonly [string, LakeEntry]> {
    const folder = `${path}/`;
    let found = this.firstFrom(folder, now);
    while (found?.[0].startsWith(folder) === true) {
      yield found;
      found = this.firstFrom(successor(found[0]), now);
    }
  }

  private makeParents(path: string, context: LakeContext): void {
    for (let slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
      const parent = path.slice(0, slash);
      const entry = this.find(parent, context.now);
      if (entry?.kind === 'file') throw new LakeFault('type-mismatch');
      if (entry === undefined) {
        this.replace(parent, { ...newEntry(this.sequence, context), kind: 'directory', metadata: {} });
      }
    }
  }
}

function newEntry(
  sequence: LakeSequence,
  { now, principalId }: LakeContext,
): Pick<LakeEntry, 'etag' | 'createdAt' | 'lastModifiedAt' | 'owner'> {
  return { etag: sequence.etag(now), createdAt: now, lastModifiedAt: now, owner: principalId };
}
