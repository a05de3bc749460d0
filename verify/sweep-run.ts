import type { GatherContext } from './gather';
import type { OtherJournal } from './sample/other-journals';
import { awaitSettled, sweepEntry, sweepRuns, type SweptEntry } from './sweep';

/** At the beginning, what dead runs left gets so much of the time of the run, and no more than so many milliseconds. */
const SHARE_BEFORE = 1 / 6;
const MOST_BEFORE_MS = 30_000;
/** In the end there is at least so much time to delete what was sent, however late it is. */
const LEAST_AFTER_MS = 30_000;
/** What is stored by a request whose answer got lost may appear a while later. */
const DOUBT_MS = 2_000;

/** Deletes what dead runs left, as far as it can be done soon. */
export async function sweepBefore(context: GatherContext, journals: readonly OtherJournal[]): Promise<void> {
  const dead = journals.filter(({ state }) => state === 'dead');
  const { clock, deadline, signal } = context;
  const budget = Math.min((deadline - clock.now()) * SHARE_BEFORE, MOST_BEFORE_MS);
  await sweep(context, dead, AbortSignal.any([signal, clock.timeout(Math.max(0, Math.floor(budget)))]));
}

/**
 * Deletes what this run sent and still is in its journal, and what runs left that had died just before it began. Runs
 * after Ctrl-C and after the deadline as well. What cannot be deleted now stays in the journal for the next run.
 */
export async function cleanUp(context: GatherContext, journals: readonly OtherJournal[]): Promise<void> {
  const { clock, deadline, signal, journal, progress } = context;
  const left = signal.aborted ? 0 : deadline - clock.now();
  const time = clock.timeout(Math.max(LEAST_AFTER_MS, left));
  if (journal.studies.length + journal.folders.length > 0) {
    progress({ kind: 'message', message: 'deleting what was sent' });
    await deleteOwn(context, time);
  }
  if (signal.aborted) return;
  const unsettled = journals.filter(({ state }) => state === 'unsettled');
  await awaitSettled(unsettled, clock, time);
  await sweep(context, unsettled, time);
}

async function deleteOwn(
  { clock, journal, progress, target }: GatherContext,
  time: AbortSignal,
): Promise<void> {
  if (journal.isInDoubt) await clock.sleep(DOUBT_MS);
  journal.settle();
  for (const study of journal.studies) {
    const swept = await sweepEntry({ kind: 'study', ...study }, target, time);
    if (swept.outcome === 'kept') tell(progress, swept);
    else journal.remove(study);
  }
  for (const folder of journal.folders) {
    const swept = await sweepEntry({ kind: 'lake-folder', path: folder }, target, time);
    if (swept.outcome === 'kept') tell(progress, swept);
    else journal.removeFolder(folder);
  }
}

async function sweep(
  { target, progress }: GatherContext,
  journals: readonly OtherJournal[],
  signal: AbortSignal,
): Promise<void> {
  if (journals.length === 0) return;
  progress({ kind: 'message', message: 'deleting what an earlier run left behind' });
  const runs = await sweepRuns(journals, target, signal);
  for (const entry of runs.flatMap(({ entries }) => entries))
    if (entry.outcome === 'kept') tell(progress, entry);
}

function tell(progress: GatherContext['progress'], { kind, subject, reason = '' }: SweptEntry): void {
  const what = kind === 'study' ? 'study' : 'folder';
  progress({ kind: 'message', message: `the ${what} ${subject} could not be deleted: ${reason}` });
}
