import type { PartitionIsolation } from '../../evidence/dicomweb-trials';
import { defineCheck, type Finding, type Verdict } from '../../model';
import type { Step } from '../../evidence/step';

type Trials = PartitionIsolation['trials'] extends Step<infer Value> ? Value : never;

export const partitionsIsolated = defineCheck({
  id: 'dicomweb/partitions-isolated',
  title: 'partitions show nothing of each other',
  failureTitle: 'a partition shows what belongs to another',
  why: 'partitions keep the patients of one clinic from the eyes of another',
  severity: 'blocker',
  target: 'deployment',
  needs: ['dicomweb.partition-isolation'],
  judge: ({ 'dicomweb.partition-isolation': { partitions, trials } }): Verdict => {
    if (trials.state !== 'done') {
      const reason = trials.state === 'skipped' ? trials.reason : 'nothing could be stored';
      return { outcome: 'not-applicable', reason };
    }
    const findings = findingsIn(trials.value);
    if (findings.length === 0) return { outcome: 'pass', detail: `${partitions} partitions` };
    return {
      outcome: 'fail',
      reason: 'what was stored in one partition has an effect in another',
      remedy: 'do not keep apart by partitions what must not be seen together; open a support request',
      findings,
    };
  },
});

/** What could not be done for another reason is told by the checks of storing, finding and deleting. */
function findingsIn({ first, others }: Trials): readonly Finding[] {
  return others.flatMap(({ partition, before, store, holds, kept }): readonly Finding[] => {
    const findings: Finding[] = [];
    const found = (expected: string, actual: string): void =>
      void findings.push({ subject: partition, expected, actual });
    if (before.state === 'done' && (before.value.status === 200 || before.value.found > 0)) {
      found(
        `nothing of an instance in ${first}`,
        `${before.value.status} on retrieve, ${before.value.found} by search`,
      );
    }
    if (store.state === 'refused' && store.code === '45070')
      found(`the UIDs of an instance in ${first} can be stored`, '409 45070');
    if (holds.state === 'done' && holds.value === 'another')
      found('the instance that was stored in it', 'that of another partition');
    if (kept.state === 'done' && !kept.value)
      found(`its instance stays when that in ${first} is deleted`, 'it is gone');
    return findings;
  });
}
