import {
  type DeploymentManifest,
  isOnlineTier,
  MINIMUM_STAY_DAYS,
  SMALLEST_BILLED_BYTES,
} from '../../contract';
import { ageBandOf, DAY_MS } from './age-band';
import { FileKinds } from './file-kind';
import type {
  AuditCell,
  AuditedFile,
  CellKey,
  CellSums,
  CountedLake,
  FileKind,
  Finding,
  FindingKind,
  FoundFile,
  TierPlan,
} from './model';
import { plannedTierOf } from './tier-plan';

/** How many files of each finding are named. */
export const MOST_NAMED = 20;

/** Cells and findings of files, in any order. */
type Counted = Pick<CountedLake, 'cells' | 'findings'>;

/** Counts files one by one, in memory that does not grow with them. */
export class LakeCensus {
  private readonly kinds: FileKinds;
  private readonly cells = new Map<string, Writable<AuditCell>>();
  private readonly findings = new Map<FindingKind, Writable<Finding>>();

  public constructor(
    manifest: DeploymentManifest,
    private readonly plans: readonly TierPlan[],
    /** Ages are reckoned from here, in milliseconds since the epoch. */
    private readonly asOf: number,
    /** Told of every file that stands out. */
    private readonly onFound?: (file: FoundFile) => void,
    private readonly onImage?: (path: string, modifiedAt: number) => void,
  ) {
    this.kinds = new FileKinds(manifest);
  }

  public count(file: AuditedFile): void {
    const { kind, partition } = this.kinds.kindOf(file.path, this.asOf - file.modifiedAt);
    const { tier, rehydrating, bytes } = file;
    const plannedTier = kind === 'image' ? plannedTierOf(file, this.plans, this.asOf) : tier;
    this.addCell(
      {
        kind,
        partition,
        tier,
        rehydrating,
        ageBand: ageBandOf(this.asOf - file.modifiedAt),
        accessBand: file.accessedAt === undefined ? -1 : ageBandOf(this.asOf - file.accessedAt),
        plannedTier,
      },
      {
        count: 1,
        bytes,
        flooredBytes: Math.max(bytes, SMALLEST_BILLED_BYTES),
        earlyByteDays: plannedTier === tier ? 0 : earlyByteDays(file, this.asOf),
      },
    );
    for (const finding of findingsOf(kind, file)) this.found(finding, file);
    if (kind === 'image') this.onImage?.(file.path, file.modifiedAt);
  }

  /** Adds what was counted elsewhere: of another page, or before an interruption. Nobody is told of it. */
  public add({ cells, findings }: Counted): void {
    for (const cell of cells) this.addCell(cell, cell);
    for (const finding of findings) this.addFinding(finding);
  }

  public result(): Counted {
    return {
      cells: [...this.cells.values()].map((cell) => ({ ...cell })),
      findings: [...this.findings.values()].map((finding) => ({ ...finding, first: [...finding.first] })),
    };
  }

  private addCell(key: CellKey, sums: CellSums): void {
    const { kind, partition, tier, rehydrating, ageBand, accessBand, plannedTier } = key;
    const name = `${kind}/${partition}/${tier}/${rehydrating}/${ageBand}/${accessBand}/${plannedTier}`;
    const cell = this.cells.get(name);
    if (cell === undefined) {
      const { count, bytes, flooredBytes, earlyByteDays: early } = sums;
      this.cells.set(name, { ...key, count, bytes, flooredBytes, earlyByteDays: early });
      return;
    }
    cell.count += sums.count;
    cell.bytes += sums.bytes;
    cell.flooredBytes += sums.flooredBytes;
    cell.earlyByteDays += sums.earlyByteDays;
  }

  private found(finding: FindingKind, { path, tier, bytes, modifiedAt }: AuditedFile): void {
    const file: FoundFile = { finding, path, tier, bytes, modifiedAt: new Date(modifiedAt).toISOString() };
    this.addFinding({ finding, count: 1, bytes, first: [file] });
    this.onFound?.(file);
  }

  private addFinding({ finding, count, bytes, first }: Finding): void {
    const sums = this.findings.get(finding) ?? { finding, count: 0, bytes: 0, first: [] };
    this.findings.set(finding, {
      finding,
      count: sums.count + count,
      bytes: sums.bytes + bytes,
      first: first.reduce(firstWith, sums.first),
    });
  }
}

/** An image that cannot be read may lie in the wrong place besides. */
export function findingsOf(
  kind: FileKind,
  { tier, rehydrating }: Pick<AuditedFile, 'tier' | 'rehydrating'>,
): readonly FindingKind[] {
  const place: readonly FindingKind[] = kind === 'image' || kind === 'probe' ? [] : [kind];
  if (rehydrating) return [...place, 'rehydrating'];
  return tier === 'Archive' ? [...place, 'archived'] : place;
}

/** Those of them that are named: whatever the order in which files come, the same. */
export function firstByPath(files: readonly FoundFile[]): readonly FoundFile[] {
  return files.toSorted((a, b) => (a.path < b.path ? -1 : 1)).slice(0, MOST_NAMED);
}

/** Most files come after all that are named already. */
function firstWith(first: readonly FoundFile[], file: FoundFile): readonly FoundFile[] {
  const last = first[MOST_NAMED - 1];
  return last !== undefined && last.path < file.path ? first : firstByPath([...first, file]);
}

/** What is still owed for the tier that a file would leave. */
function earlyByteDays({ tier, bytes, tierChangedAt, createdAt }: AuditedFile, asOf: number): number {
  if (!isOnlineTier(tier) || tier === 'Hot') return 0;
  const left = MINIMUM_STAY_DAYS[tier] - (asOf - (tierChangedAt ?? createdAt)) / DAY_MS;
  return left > 0 ? left * Math.max(bytes, SMALLEST_BILLED_BYTES) : 0;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };
