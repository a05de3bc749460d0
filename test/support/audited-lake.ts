import type { DeploymentManifest } from '../../contract';
import type { AuditRequest } from '../../verify/audit/audit-source';
import { LakeCensus } from '../../verify/audit/lake-census';
import type { AuditCell, AuditedFile, AuditedLake, FoundFile, TierPlan } from '../../verify/audit/model';
import { SystemClock } from '../../verify/clock';

/** What two audits of the same files have alike, whatever the order in which they met them. */
export interface Audited {
  readonly cells: readonly AuditCell[];
  readonly findings: AuditedLake['findings'];
  readonly found: readonly FoundFile[];
}

export function auditRequest(
  manifest: DeploymentManifest,
  more: Partial<AuditRequest> = {},
): AuditRequest & { readonly found: FoundFile[]; readonly messages: string[] } {
  const found: FoundFile[] = [];
  const messages: string[] = [];
  return {
    manifest,
    azure: { credential: { getToken: () => Promise.resolve(null) } },
    clock: new SystemClock(),
    signal: new AbortController().signal,
    plans: [],
    progress: (message) => messages.push(message),
    onFound: (file) => found.push(file),
    ...more,
    found,
    messages,
  };
}

export function censusOf(
  files: Iterable<AuditedFile>,
  manifest: DeploymentManifest,
  plans: readonly TierPlan[],
  asOf: number,
): Audited {
  const found: FoundFile[] = [];
  const census = new LakeCensus(manifest, plans, asOf, (file) => found.push(file));
  for (const file of files) census.count(file);
  return settled({ ...census.result(), found });
}

/** Sorted; sums of fractions are rounded, since they differ with the order of adding. */
export function settled({ cells, findings, found }: Audited): Audited {
  const byText = <T>(list: readonly T[]): readonly T[] =>
    list
      .map((one) => ({ one, text: JSON.stringify(one) }))
      .sort((a, b) => (a.text < b.text ? -1 : 1))
      .map(({ one }) => one);
  return {
    cells: byText(
      cells.map(
        ({ kind, partition, tier, rehydrating, ageBand, accessBand, plannedTier, ...sums }): AuditCell => ({
          ...{ kind, partition, tier, rehydrating, ageBand, accessBand, plannedTier },
          ...{ count: sums.count, bytes: sums.bytes, flooredBytes: sums.flooredBytes },
          earlyByteDays: Number(sums.earlyByteDays.toPrecision(9)),
        }),
      ),
    ),
    findings: byText(findings),
    found: byText(found),
  };
}
