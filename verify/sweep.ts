import { DicomWebClient } from './clients/dicomweb';
import { transportError } from './clients/http';
import { refusalOf } from './clients/rest-refusal';
import type { Clock } from './clock';
import { EvidenceError } from './error';
import type { ProbeTarget } from './probe';
import { deleteOwnFolder } from './probes/own-folder';
import type { JournalEntry } from './sample/journal-entry';
import type { OtherJournal } from './sample/other-journals';
import type { RunOwner } from './sample/run-owner';

/** What became of one thing that a run had left. */
export interface SweptEntry {
  readonly kind: JournalEntry['kind'];
  /** UID of the study, or path of the folder in the container. */
  readonly subject: string;
  /** Where the study was; the same study can be in several partitions. */
  readonly baseUrl?: string;
  /** `gone`: it was not there any more; `found`: it is in the journal, and nothing was tried. */
  readonly outcome: 'deleted' | 'gone' | 'kept' | 'found';
  /** Why it was kept. */
  readonly reason?: string;
}

/** What became of what one run had left. */
export interface SweptRun {
  readonly runUid: string;
  /** `in-use`: the run lives; `kept`: something of it is still there; `found`: nothing was tried. */
  readonly outcome: 'swept' | 'kept' | 'in-use' | 'found';
  /** Whose run it was, where it said so. */
  readonly owner?: RunOwner;
  readonly entries: readonly SweptEntry[];
}

/**
 * Deletes what dead runs left. Of a run of which something could not be deleted the whole journal stays: deleting twice
 * does no harm.
 */
export async function sweepRuns(
  journals: readonly OtherJournal[],
  target: ProbeTarget,
  signal: AbortSignal,
): Promise<readonly SweptRun[]> {
  const runs: SweptRun[] = [];
  for (const journal of journals) {
    const swept: SweptEntry[] = [];
    for (const entry of journal.entries) swept.push(await sweepEntry(entry, target, signal));
    const isKept = swept.some(({ outcome }) => outcome === 'kept');
    if (!isKept) journal.discard();
    runs.push({ ...runOf(journal), outcome: isKept ? 'kept' : 'swept', entries: swept });
  }
  return runs;
}

/** What a run left, or has, without trying to delete any of it. */
export function foundRun(journal: OtherJournal): SweptRun {
  const outcome = journal.state === 'live' ? 'in-use' : 'found';
  const entries = journal.entries.map((entry) => ({ ...nameOf(entry), outcome: 'found' as const }));
  return { ...runOf(journal), outcome, entries };
}

function runOf({ runUid, owner }: OtherJournal): Pick<SweptRun, 'runUid' | 'owner'> {
  return { runUid, ...(owner === undefined ? {} : { owner }) };
}

/** Waits until the last requests of runs that died a moment ago have had their time. */
export async function awaitSettled(
  journals: readonly OtherJournal[],
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  const wait = Math.max(0, ...journals.map(({ settlesInMs }) => settlesInMs));
  if (wait === 0) return;
  await clock.sleep(wait, signal).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}

/** @throws what is no answer of a service and no trouble on the way to it */
export async function sweepEntry(
  entry: JournalEntry,
  target: ProbeTarget,
  signal: AbortSignal,
): Promise<SweptEntry> {
  const named = nameOf(entry);
  const kept = (reason: string): SweptEntry => ({ ...named, outcome: 'kept', reason });
  const isOver = (): boolean => signal.aborted;
  if (isOver()) return kept(NO_TIME);
  try {
    if (entry.kind === 'lake-folder' && target.kind === 'dicomweb')
      return kept('it lies in a lake, and no manifest was given that names it');
    const wasThere = await deleteEntry(entry, target, signal);
    return { ...named, outcome: wasThere ? 'deleted' : 'gone' };
  } catch (error) {
    if (isOver()) return kept(NO_TIME);
    return kept(reasonOf(error, urlOf(entry, target)));
  }
}

const NO_TIME = 'there was no time for it';

function nameOf(entry: JournalEntry): Pick<SweptEntry, 'kind' | 'subject' | 'baseUrl'> {
  return entry.kind === 'study'
    ? { kind: entry.kind, subject: entry.studyInstanceUid, baseUrl: entry.baseUrl }
    : { kind: entry.kind, subject: entry.path };
}

async function deleteEntry(entry: JournalEntry, target: ProbeTarget, signal: AbortSignal): Promise<boolean> {
  if (entry.kind === 'study') {
    const send = target.kind === 'dicomweb' ? target.dicom : target.azure.dicom;
    const { baseUrl, studyInstanceUid } = entry;
    return new DicomWebClient(send, baseUrl, baseUrl, signal).deleteStudy(studyInstanceUid);
  }
  if (target.kind === 'dicomweb') throw new Error('there is no lake to delete from');
  return deleteOwnFolder(target.azure.fileSystem, entry.path, signal);
}

function reasonOf(error: unknown, url: string): string {
  const refusal = refusalOf(error, 'lake', 'deleting the folder');
  if (refusal !== undefined) return refusal.message;
  const known = error instanceof EvidenceError ? error : transportError(error, url);
  if (known instanceof EvidenceError) return known.message;
  throw error;
}

function urlOf(entry: JournalEntry, target: ProbeTarget): string {
  if (entry.kind === 'study') return entry.baseUrl;
  return target.kind === 'dicomweb' ? target.url : target.manifest.lake.dfsEndpoint;
}
