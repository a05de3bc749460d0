import { ONLINE_TIERS } from '../../contract';
import { adviceOf } from './advice';
import { AGE_BANDS } from './age-band';
import {
  type AuditCell,
  type AuditCost,
  type AuditedLake,
  type AuditReport,
  FILE_KINDS,
  type FileSums,
  FINDING_KINDS,
  type IndexDifference,
  type TieredSums,
  type TierPlan,
} from './model';

/** What `byLastAccess` calls images of which no reading is known. */
const NEVER_READ = 'not known';

/** The order of tiers in every table; those that Azure may add come after them. */
const TIER_ORDER: readonly string[] = [...ONLINE_TIERS, 'Archive'];

export interface AuditReportInput {
  readonly audited: AuditedLake;
  readonly lake: AuditReport['lake'];
  /** What the deployment asks of tiers. */
  readonly plans: readonly TierPlan[];
  /** ISO 8601. */
  readonly startedAt: string;
  readonly durationMs: number;
  /** Of this package. */
  readonly version: string;
  readonly cost?: AuditCost | undefined;
  readonly index?: IndexDifference | undefined;
  readonly findingsFile?: string | undefined;
}

/** Sums up what a source counted. */
export function auditReportOf(input: AuditReportInput): AuditReport {
  const { audited, lake, plans, startedAt, durationMs, version, cost, index, findingsFile } = input;
  const { source, asOf, complete } = audited;
  const tiers = 'cells' in audited ? byTier(audited.cells) : inOrder(audited.tiers);
  const facts = {
    schemaVersion: 1,
    tool: { name: 'dicom-lake', version },
    lake,
    startedAt,
    durationMs,
    asOf,
    complete,
    source,
    total: sumOf(tiers),
    byTier: tiers,
    ...('cells' in audited ? sumsOfFiles(audited.cells) : {}),
    findings: FINDING_KINDS.flatMap((kind) => audited.findings.filter(({ finding }) => finding === kind)),
    ...(findingsFile === undefined ? {} : { findingsFile }),
    ...(index === undefined ? {} : { index }),
    ...(cost === undefined ? {} : { cost }),
  } as const satisfies Omit<AuditReport, 'advice'>;
  return { ...facts, advice: adviceOf(facts, plans) };
}

/** What only a source that tells of each file can say. */
function sumsOfFiles(
  cells: readonly AuditCell[],
): Pick<AuditReport, 'byKind' | 'byPartition' | 'byAge' | 'byLastAccess'> {
  const images = cells.filter(({ kind }) => kind === 'image');
  const kinds = grouped(cells, ({ kind }) => kind);
  const ages = grouped(images, ({ ageBand }) => ageBand);
  const accesses = grouped(images, ({ accessBand }) => accessBand);
  const lastAccess = [...AGE_BANDS.entries(), [-1, NEVER_READ] as const].map(([band, name]) => ({
    lastAccess: name,
    ...tieredSumOf(accesses.get(band)),
  }));
  return {
    byKind: FILE_KINDS.filter((kind) => kinds.has(kind)).map((kind) => ({
      kind,
      ...sumOf(kinds.get(kind) ?? []),
    })),
    byPartition: [...grouped(images, ({ partition }) => partition)]
      .map(([partition, cells]) => ({ partition, ...tieredSumOf(cells) }))
      .sort((a, b) => b.bytes - a.bytes || b.count - a.count || (a.partition < b.partition ? -1 : 1)),
    byAge: AGE_BANDS.map((age, band) => ({ age, ...tieredSumOf(ages.get(band)) })),
    ...(images.some(({ accessBand }) => accessBand >= 0) ? { byLastAccess: lastAccess } : {}),
  };
}

function tieredSumOf(cells: readonly AuditCell[] = []): TieredSums {
  const tiers = byTier(cells).map(({ tier, ...sums }) => [tier, sums] as const);
  return { ...sumOf(cells), tiers: Object.fromEntries(tiers) };
}

function byTier(cells: readonly AuditCell[]): AuditReport['byTier'] {
  return inOrder([...grouped(cells, ({ tier }) => tier)].map(([tier, cells]) => ({ tier, ...sumOf(cells) })));
}

function inOrder(tiers: AuditReport['byTier']): AuditReport['byTier'] {
  return tiers.toSorted((a, b) => rankOf(a.tier) - rankOf(b.tier) || (a.tier < b.tier ? -1 : 1));
}

function rankOf(tier: string): number {
  const rank = TIER_ORDER.indexOf(tier);
  return rank < 0 ? TIER_ORDER.length : rank;
}

function sumOf(cells: readonly FileSums[]): FileSums {
  let count = 0;
  let bytes = 0;
  for (const cell of cells) {
    count += cell.count;
    bytes += cell.bytes;
  }
  return { count, bytes };
}

function grouped<Key>(
  cells: readonly AuditCell[],
  keyOf: (cell: AuditCell) => Key,
): ReadonlyMap<Key, readonly AuditCell[]> {
  const groups = new Map<Key, AuditCell[]>();
  for (const cell of cells) {
    const group = groups.get(keyOf(cell));
    if (group === undefined) groups.set(keyOf(cell), [cell]);
    else group.push(cell);
  }
  return groups;
}
