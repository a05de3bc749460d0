import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { ConfigError } from '../error';
import { UNFINISHED } from './durable-file';
import { type EntryBounds, isEntry, type JournalEntry } from './journal-entry';
import { folderOf, JOURNAL_VERSION, type JournalFile } from './journal';
import { isLive, type RunIdentity, type RunOwner, SETTLE_MS, STALE_MS } from './run-owner';
import { uidFrom } from './uid';

/** The journal of another run on the same service. */
export interface OtherJournal {
  readonly runUid: string;
  /**
   * - `live`: the run may still use what is in it;
   * - `unsettled`: the run died a moment ago, and its last request may still be at work;
   * - `dead`: what is in it may be deleted.
   */
  readonly state: 'live' | 'unsettled' | 'dead';
  /** How long until it is settled; 0 where it is. */
  readonly settlesInMs: number;
  readonly owner?: RunOwner;
  readonly entries: readonly JournalEntry[];
  /** Removes the file: what was in it is no more. */
  discard(): void;
}

export interface JournalSearch {
  readonly folder: string;
  readonly serviceUrl: string;
  /** Folder of the service in the lake. @default - no lake is known */
  readonly servicePath?: string;
  /** Who asks. @default - every run is told by its heartbeat */
  readonly identity?: RunIdentity;
  /** By the clock of the machine. */
  readonly now: number;
}

/**
 * The journals that other runs keep of a service, by the UIDs of the runs.
 *
 * @throws ConfigError where one cannot be read: it may name what is to be deleted
 */
export function otherJournals(search: JournalSearch): readonly OtherJournal[] {
  const folder = folderOf(search.folder, search.serviceUrl);
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).sort();
  for (const name of names.filter((one) => one.endsWith(`.json${UNFINISHED}`)))
    discardUnfinished(path.join(folder, name), search.now);
  return names
    .filter((name) => name.endsWith('.json'))
    .flatMap((name) => read(path.join(folder, name), search) ?? []);
}

/** Nothing was sent by a run that died while it wrote this. */
function discardUnfinished(file: string, now: number): void {
  const { mtimeMs } = statSync(file, { throwIfNoEntry: false }) ?? { mtimeMs: now };
  if (now - mtimeMs >= STALE_MS) rmSync(file, { force: true, recursive: true });
}

/** Undefined where the run has ended meanwhile. */
function read(
  file: string,
  { serviceUrl, servicePath, identity, now }: JournalSearch,
): OtherJournal | undefined {
  let text: string;
  let beatAt: number;
  try {
    beatAt = statSync(file).mtimeMs;
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw unreadable(file, (error as NodeJS.ErrnoException).code ?? 'no reason given');
  }
  const runUid = path.basename(file, '.json');
  const bounds = { serviceUrl, runUid, ...(servicePath === undefined ? {} : { servicePath }) };
  const { owner, ended = false, entries } = parse(file, text, bounds);
  const live = isLive({ ended, beatAt, ...(owner === undefined ? {} : { owner }) }, identity, now);
  const settlesInMs = ended ? 0 : Math.min(SETTLE_MS, Math.max(0, SETTLE_MS - (now - beatAt)));
  return {
    runUid,
    state: live ? 'live' : settlesInMs > 0 ? 'unsettled' : 'dead',
    settlesInMs,
    ...(owner === undefined ? {} : { owner }),
    entries,
    discard: () => rmSync(file, { force: true }),
  };
}

/** @throws ConfigError where it is no journal of that run on that service; its text holds nothing of the file */
function parse(file: string, text: string, bounds: EntryBounds): JournalFile {
  let journal: { readonly [K in keyof JournalFile]?: unknown } | null;
  try {
    journal = JSON.parse(text) as typeof journal;
  } catch {
    throw unreadable(file, 'it is no JSON');
  }
  const { schemaVersion, seed, owner, ended, entries } = journal ?? {};
  if (schemaVersion !== JOURNAL_VERSION)
    throw unreadable(file, `its schemaVersion is not ${JOURNAL_VERSION}`);
  if (typeof seed !== 'string' || uidFrom(seed) !== bounds.runUid)
    throw unreadable(file, 'its name does not follow from its seed');
  if (owner !== undefined && !isOwner(owner)) throw unreadable(file, 'its owner is no process');
  if (ended !== undefined && ended !== true) throw unreadable(file, "its 'ended' is not true");
  if (!Array.isArray(entries)) throw unreadable(file, 'it has no list of entries');
  if (!entries.every((entry) => isEntry(entry, bounds)))
    throw unreadable(file, 'an entry is malformed, or not of this run or service');
  return journal as JournalFile;
}

function isOwner(owner: unknown): owner is RunOwner {
  const { host, pid, processStart } = (owner ?? {}) as Readonly<Record<string, unknown>>;
  return (
    typeof host === 'string' &&
    /^[\w.:/[\] -]{1,300}$/.test(host) &&
    Number.isSafeInteger(pid) &&
    Number(pid) > 0 &&
    ['string', 'undefined'].includes(typeof processStart)
  );
}

function unreadable(file: string, reason: string): ConfigError {
  return new ConfigError(
    `the journal '${file}' cannot be read: ${reason}; it names what a run of the verifier may have left in the service: look into it before you remove it`,
  );
}
