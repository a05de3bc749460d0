import { auditReportOf, type AuditReportInput } from '../../verify/audit/audit-report';
import type {
  AuditCell,
  AuditCost,
  CountedLake,
  AuditReport,
  Finding,
  FindingKind,
  FoundFile,
  InventoryFacts,
  ListingFacts,
  TierPlan,
} from '../../verify/audit/model';
import { HOSTILE_TEXTS } from './sample-reports';

const FOLDER = 'AHDS/hospital/dicom/images';
const GIB = 1024 ** 3;

export const LAST_ACCESS_PLAN: readonly TierPlan[] = [
  { basis: 'lastAccess', coolAfterDays: 30, coldAfterDays: 90 },
];

/** A cell of images of the default partition in hot, but for what is said. */
export function cellOf(changes: Partial<AuditCell> = {}): AuditCell {
  const count = changes.count ?? 1;
  const bytes = changes.bytes ?? 1000 * count;
  const tier = changes.tier ?? 'Hot';
  return {
    kind: 'image',
    partition: 'Microsoft.Default',
    tier,
    rehydrating: false,
    ageBand: 0,
    accessBand: -1,
    plannedTier: tier,
    flooredBytes: bytes,
    earlyByteDays: 0,
    ...changes,
    count,
    bytes,
  };
}

export function listingOf(changes: Partial<ListingFacts> = {}): ListingFacts {
  return {
    kind: 'listing',
    requests: 4,
    throttled: 0,
    concurrency: 32,
    divided: 'by name',
    folders: 3,
    resumed: false,
    listingMs: 1500,
    ...changes,
  };
}

export function inventoryOf(changes: Partial<InventoryFacts> = {}): InventoryFacts {
  return {
    kind: 'inventory',
    rule: 'images-daily',
    format: 'Parquet',
    manifest: 'inventory/2026/01/31/08-00-00/images-daily/images-daily-manifest.json',
    files: 12,
    rows: 1_000_000,
    missingFields: [],
    ...changes,
  };
}

/** As a census finds them. */
export function findingOf(
  finding: FindingKind,
  count: number,
  bytes: number,
  paths: readonly string[],
): Finding {
  const tier = finding === 'archived' || finding === 'rehydrating' ? 'Archive' : 'Hot';
  const first = paths.map((path): FoundFile => {
    return { finding, path, tier, bytes: 524_288, modifiedAt: '2024-05-06T07:08:09.000Z' };
  });
  return { finding, count, bytes, first };
}

export function auditOf(
  audited: Partial<CountedLake> = {},
  more: Partial<Omit<AuditReportInput, 'audited'>> = {},
): AuditReport {
  return auditReportOf({
    audited: {
      cells: [],
      findings: [],
      source: listingOf(),
      asOf: '2026-01-31T08:00:00.000Z',
      complete: true,
      ...audited,
    },
    ...INPUT,
    ...more,
  });
}

const INPUT = {
  lake: { storageAccountName: 'hospitallake', containerName: 'dicom', servicePath: FOLDER },
  plans: [],
  startedAt: '2026-01-31T08:00:00.000Z',
  durationMs: 12_345,
  version: '1.2.3',
} as const satisfies Omit<AuditReportInput, 'audited'>;

const PARTITIONS = [
  ['Microsoft.Default', 31],
  ['radiology', 22],
  ['cardiology', 13],
  ['mammography', 9],
  ['pathology', 8],
  ['orthopaedics', 5],
  ['neurology', 4],
  ['paediatrics', 2.4],
  ['emergency', 1.9],
  ['ophthalmology', 1.2],
  ['dental', 0.9],
  ['research.2024', 0.7],
  ['research.2025', 0.5],
  ['veterinary', 0.3],
  ['training', 0.1],
] as const;

/** Of all images, in percent, by age. */
const AGES = [2, 4, 6, 11, 17, 38, 22] as const;

/** Of the images of an age, in percent. */
const TIERS_BY_AGE = [
  { Hot: 100 },
  { Hot: 92, Cool: 8 },
  { Hot: 61, Cool: 39 },
  { Hot: 40, Cool: 46, Cold: 14 },
  { Hot: 33, Cool: 22, Cold: 45 },
  { Hot: 28, Cool: 11, Cold: 61 },
  { Hot: 24, Cool: 6, Cold: 69.7, Archive: 0.3 },
] as const;

const FILES = 412_000_000;
const BYTES_PER_FILE = 270_336;

function largeCells(): readonly AuditCell[] {
  const images = PARTITIONS.flatMap(([partition, share], index) =>
    AGES.flatMap((ofAge, ageBand) =>
      Object.entries(TIERS_BY_AGE[ageBand] ?? {}).map(([tier, ofTier]) => {
        const count = Math.round((FILES * share * ofAge * ofTier) / 1_000_000);
        const accessBand = ageBand > 4 && index % 3 > 0 ? -1 : Math.max(0, ageBand - (index % 3));
        return cellOf({
          partition,
          tier,
          ageBand,
          accessBand,
          count,
          bytes: count * BYTES_PER_FILE * (1 + ((index + 8 - ageBand) % 4)),
        });
      }),
    ),
  );
  return [
    ...images,
    cellOf({ kind: 'probe', partition: '', count: 9, bytes: 9 * 36 }),
    cellOf({ kind: 'misplaced', partition: '', count: 2, bytes: 1_048_576 }),
    cellOf({ kind: 'foreign', partition: '', count: 41, bytes: 7 * GIB }),
  ];
}

/** An audit of a large lake, with a little of everything. */
export function sampleAudit(): AuditReport {
  const cells = largeCells();
  const archived = cells.filter(({ tier }) => tier === 'Archive');
  const sum = (of: 'count' | 'bytes'): number => archived.reduce((all, cell) => all + cell[of], 0);
  const names = (count: number, nameOf: (index: number) => string): readonly string[] =>
    Array.from({ length: count }, (_, index) => `${FOLDER}/${nameOf(index)}`);
  return auditOf(
    {
      cells,
      findings: [
        findingOf(
          'archived',
          sum('count') - 12,
          sum('bytes') - 6_488_064,
          names(20, (index) => `Microsoft.Default/132_${100_001 + index}.dcm`),
        ),
        findingOf(
          'rehydrating',
          12,
          6_488_064,
          names(12, (index) => `cardiology/87_${200_001 + index}.dcm`),
        ),
        findingOf(
          'misplaced',
          2,
          1_048_576,
          names(2, (index) => `export/2024/11_${300_001 + index}.dcm`),
        ),
        findingOf(
          'foreign',
          41,
          7 * GIB,
          names(20, (index) => `research.2024/labels-${index + 10}.csv`),
        ),
      ],
      source: listingOf({ requests: 82_660, throttled: 212, folders: 19, listingMs: 7_560_000 }),
    },
    {
      plans: LAST_ACCESS_PLAN,
      durationMs: 7_563_200,
      findingsFile: 'findings.csv',
      cost: sampleCost(),
      index: {
        entries: 415_220_117,
        images: 411_999_960,
        lost: { count: 1, first: [`${FOLDER}/Microsoft.Default/201_400001.dcm`] },
        unknown: { count: 0, first: [] },
        unsettled: 318,
      },
    },
  );
}

/** Where nobody planned anything. */
export function unplannedCost(): AuditCost {
  return {
    currency: 'USD',
    region: 'westeurope',
    pricesAsOf: '2026-01-15',
    monthlyReadShare: 0.02,
    now: {
      tiers: [
        { tier: 'Hot', storage: 1405.5, reads: 12.4 },
        { tier: 'Cool', storage: 318.2, reads: 84.1 },
        { tier: 'Cold', storage: 402.75, reads: 291.6 },
        { tier: 'Archive', storage: 0.3, reads: 0 },
      ],
      total: 2514.85,
    },
    audit: 0.53,
  };
}

export function sampleCost(): AuditCost {
  return {
    ...unplannedCost(),
    planned: {
      plan: LAST_ACCESS_PLAN,
      planOrigin: 'manifest',
      monthly: {
        tiers: [
          { tier: 'Hot', storage: 310.4, reads: 11.1 },
          { tier: 'Cool', storage: 402.2, reads: 95.3 },
          { tier: 'Cold', storage: 601.1, reads: 301.2 },
          { tier: 'Archive', storage: 0.3, reads: 0 },
        ],
        total: 1721.6,
      },
      moves: { files: 118_240_000, bytes: 118_240_000 * BYTES_PER_FILE, cost: 1537.1 },
      earlyDeletion: 210.55,
      paidBackAfterMonths: 2.2,
    },
  };
}

/** Nothing was there. */
export function emptyAudit(): AuditReport {
  return auditOf();
}

/** Of metrics, which tell of tiers alone. */
export function metricsAudit(archivedBytes = 0, plans: readonly TierPlan[] = []): AuditReport {
  return auditReportOf({
    ...INPUT,
    plans,
    audited: {
      tiers: [
        { tier: 'Hot', count: 3_000_000, bytes: 1400 * GIB },
        ...(archivedBytes === 0 ? [] : [{ tier: 'Archive', count: 7, bytes: archivedBytes }]),
      ],
      findings: [],
      source: { kind: 'metrics', scope: 'storage account' },
      asOf: INPUT.startedAt,
      complete: true,
    },
  });
}

/** An audit of which every text comes from somebody who means ill. */
export function hostileAudit(): AuditReport {
  const [script, image, , , , , control] = HOSTILE_TEXTS;
  const cells = HOSTILE_TEXTS.map((text, index) =>
    cellOf({
      partition: text,
      tier: text,
      ageBand: index % 7,
      accessBand: (index % 8) - 1,
      bytes: 7 ** (2 * index),
    }),
  );
  const kinds = ['archived', 'rehydrating', 'misplaced', 'foreign', 'work item'] as const;
  const findings = kinds.map((finding) => {
    const { first, ...rest } = findingOf(finding, 30, 30_000, HOSTILE_TEXTS);
    return {
      ...rest,
      first: first.map((file, index) => ({ ...file, tier: HOSTILE_TEXTS[index] ?? '', modifiedAt: control })),
    };
  });
  const tiers = HOSTILE_TEXTS.map((tier, index) => ({ tier, storage: index, reads: 10 ** index }));
  return auditOf(
    {
      cells: [...cells, cellOf({ partition: '__proto__', tier: '__proto__' })],
      findings,
      source: inventoryOf({ rule: script, manifest: image, missingFields: [...HOSTILE_TEXTS] }),
    },
    {
      lake: { storageAccountName: image, containerName: script, servicePath: HOSTILE_TEXTS[3] },
      version: image,
      findingsFile: script,
      plans: LAST_ACCESS_PLAN,
      index: {
        entries: 5,
        images: 3,
        lost: { count: 30, first: HOSTILE_TEXTS },
        unknown: { count: 8, first: HOSTILE_TEXTS },
        unsettled: 1,
      },
      cost: { ...sampleCost(), region: script, now: { tiers, total: 1 } },
    },
  );
}
