import type { PartitionTrials, SearchTrial, SearchTrials } from '../../evidence/dicomweb-trials';
import type { Finding, Verdict } from '../../model';
import { complaintOf } from './reading';
import { isSame } from './store-reading';

/** Judges the searches about one thing, with a finding for each level and rule that does not hold. */
export function judgeSearches(
  { partitions }: PartitionTrials<SearchTrials>,
  about: SearchTrial['about'],
  reason: string,
  remedy: string,
): Verdict {
  const findings: Finding[] = [];
  let skipped = 'nothing was searched';
  let done = 0;
  for (const { place, trials } of partitions) {
    if (trials.state === 'skipped') skipped = trials.reason;
    if (trials.state !== 'done') continue;
    for (const trial of trials.value.searches.filter((one) => one.about === about)) {
      done += 1;
      const finding = findingOf(trial, `${trial.level} level${place}: ${trial.rule}`);
      if (finding !== undefined) findings.push(finding);
    }
  }
  if (done === 0) return { outcome: 'not-applicable', reason: skipped };
  if (findings.length === 0) return { outcome: 'pass', detail: `${done} searches` };
  return { outcome: 'fail', reason: `${reason}: ${findings.length} of ${done} searches`, remedy, findings };
}

function findingOf({ expected, answer }: SearchTrial, subject: string): Finding | undefined {
  if (typeof expected === 'number') {
    if (answer.state === 'refused' && answer.status === expected) return undefined;
    const actual = answer.state === 'done' ? 'it was answered' : complaint(subject, answer).actual;
    return { subject, expected: `it is refused with ${expected}`, actual };
  }
  if (answer.state !== 'done') return complaint(subject, answer);
  const { found, others, missing } = answer.value;
  if (!isSame(found, expected) || others > 0) {
    return { subject, expected: listed(expected, 0), actual: listed(found, others) };
  }
  return missing.length === 0
    ? undefined
    : { subject, expected: 'every attribute that was asked for', actual: `without ${missing.join(', ')}` };
}

function complaint(subject: string, answer: Exclude<SearchTrial['answer'], { state: 'done' }>): Finding {
  return answer.state === 'skipped'
    ? { subject, expected: 'an answer', actual: answer.reason }
    : complaintOf({ label: subject }, answer).finding;
}

function listed(names: readonly string[], others: number): string {
  const all = [...names, ...(others === 0 ? [] : [`${others} more`])];
  return all.length === 0 ? 'none' : all.join(', ');
}
