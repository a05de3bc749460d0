import { defineCheck, type Verdict } from '../../model';

export const workItemsNotInLake = defineCheck({
  id: 'contract/work-items-not-in-lake',
  title: 'work items stay out of the lake',
  failureTitle: 'work items lie in the lake',
  why: 'a work item names a patient, and whoever may read images need not know of the worklist',
  severity: 'major',
  target: 'deployment',
  needs: ['lake.tier-census', 'contract.work-items'],
  judge: ({ 'lake.tier-census': { workItems }, 'contract.work-items': { offered, exist } }): Verdict => {
    if (workItems.count > 0) {
      return {
        outcome: 'fail',
        reason:
          workItems.count === 1
            ? '1 file looks like a work item'
            : `${workItems.count} files look like work items`,
        remedy:
          'find out who wrote them; the service keeps work items in a store of its own, so tell the authors if it was the service',
        findings: workItems.paths.map((path) => ({
          subject: path,
          expected: 'no work item below AHDS/',
          actual: 'named like one',
        })),
      };
    }
    if (!offered) return { outcome: 'not-applicable', reason: 'the service offers no work items' };
    if (!exist) {
      return {
        outcome: 'not-applicable',
        reason: 'the service has no work item, and the verifier makes none, as it could not delete it again',
      };
    }
    return { outcome: 'pass', detail: 'the service has some, the lake has none' };
  },
});
