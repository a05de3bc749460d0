import type { GatheredMap } from './gather';
import type { Check, EvidenceMap, Gathered, ReportRow, Verdict } from './model';
import { docsOf } from './registry';

/** Verdicts from evidence. Pure: the same evidence gives the same rows. */
export function judge(checks: readonly Check[], evidence: GatheredMap): readonly ReportRow[] {
  return checks.map((check) => judgeOne(check, evidence));
}

function judgeOne(check: Check, evidence: GatheredMap): ReportRow {
  const { id, why, severity, title, failureTitle } = check;
  const common = { id, why, severity, docs: docsOf(id) };
  const needed = check.needs.map((name) => evidence[name] as Gathered<unknown> | undefined);

  const absent = needed.find((gathered) => gathered?.state === 'not-applicable');
  if (absent?.state === 'not-applicable')
    return { ...common, title, outcome: 'not-applicable', reason: absent.reason };
  const failed = needed.find((gathered) => gathered?.state === 'failed');
  if (failed?.state === 'failed') {
    return {
      ...common,
      title: `not known whether ${title}`,
      outcome: 'inconclusive',
      reason: failed.reason,
      remedy: failed.remedy,
    };
  }

  const declared = Object.fromEntries(
    check.needs.map((name) => {
      const gathered = evidence[name];
      if (gathered?.state !== 'had') throw new Error(`the evidence '${name}' for '${id}' was not gathered`);
      return [name, gathered.evidence];
    }),
  ) as Partial<EvidenceMap>;
  const verdict: Verdict = check.judge(declared);
  const isBad = verdict.outcome === 'fail' || verdict.outcome === 'warn';
  return { ...common, title: isBad ? failureTitle : title, ...verdict };
}
