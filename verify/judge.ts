import type { Unknown } from './evidence/step';
import type { GatheredMap } from './gather';
import type { Check, EvidenceMap, Gathered, Report, ReportRow, Verdict } from './model';
import { docsOf } from './registry';

type TargetKind = Report['target']['kind'];

/** Verdicts from evidence. Pure: the same evidence gives the same rows. */
export function judge(
  checks: readonly Check[],
  evidence: GatheredMap,
  targetKind: TargetKind,
): readonly ReportRow[] {
  return checks.map((check) => judgeOne(check, evidence, targetKind));
}

function judgeOne(check: Check, evidence: GatheredMap, targetKind: TargetKind): ReportRow {
  const { id, why, severity, title, failureTitle } = check;
  const common = { id, why, severity, docs: check.docs ?? docsOf(id) };
  if (check.target === 'deployment' && targetKind === 'dicomweb') {
    const reason = 'only a DICOMweb URL was given; this needs the manifest of a deployment';
    return { ...common, title, outcome: 'not-applicable', reason };
  }
  const needed = check.needs.map((name) => evidence[name] as Gathered<unknown> | undefined);
  const failed = needed.find((gathered) => gathered?.state === 'failed');
  const inconclusive = ({ reason, remedy }: Unknown): ReportRow => ({
    ...common,
    title: `not known whether ${title}`,
    outcome: 'inconclusive',
    reason,
    remedy,
  });
  if (failed?.state === 'failed') return inconclusive(failed);

  const declared = Object.fromEntries(
    check.needs.map((name) => {
      const gathered = evidence[name];
      if (gathered?.state !== 'had') throw new Error(`the evidence '${name}' for '${id}' was not gathered`);
      return [name, gathered.evidence];
    }),
  ) as Partial<EvidenceMap>;
  const unknown = check.unknownFor?.(declared);
  if (unknown !== undefined) return inconclusive(unknown);
  const verdict: Verdict = check.judge(declared);
  const isBad = verdict.outcome === 'fail' || verdict.outcome === 'warn';
  return { ...common, title: isBad ? failureTitle : title, ...verdict };
}
