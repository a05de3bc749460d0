import type { PartitionTrials } from '../../evidence/dicomweb-trials';
import type { Verdict } from '../../model';
import type { Step } from '../../evidence/step';
import { judgeStep } from './reading';

/** One thing that was tried, and what came of it. */
export interface Trial<T> {
  /** What was tried, and where. */
  readonly label: string;
  readonly step: Step<T>;
}

/** The trials of all partitions in one list; a partition in which nothing could be tried has one that was skipped. */
export function trialsOf<T, V>(
  { partitions }: PartitionTrials<T>,
  select: (trials: T) => readonly { readonly what: string; readonly answer: Step<V> }[],
): readonly Trial<V>[] {
  return partitions.flatMap(({ place, trials }): readonly Trial<V>[] =>
    trials.state === 'done'
      ? select(trials.value).map(({ what, answer }) => ({ label: `${what}${place}`, step: answer }))
      : [{ label: place.trim(), step: trials }],
  );
}

/** As `judgeStep`, of trials. */
export function judgeTrials<T>(
  trials: readonly Trial<T>[],
  expectation: (value: T) => { readonly expected: string; readonly actual: string } | undefined,
  reason: string,
  remedy: string,
): Verdict {
  const verdict = judgeStep(trials, ({ step }) => step, expectation, reason, remedy);
  if (verdict.outcome !== 'pass') return verdict;
  const done = trials.filter(({ step }) => step.state === 'done').length;
  return { outcome: 'pass', detail: done === 1 ? '1 request' : `${done} requests` };
}

/** Whether a request was refused as one that the server does not offer at all. */
export function isNotOffered(step: Step<unknown>): boolean {
  return step.state === 'refused' && NOT_OFFERED.includes(step.status);
}

const NOT_OFFERED = [400, 404, 405, 406, 415, 501];
