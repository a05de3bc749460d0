import { filesListedInAnHour } from '../../../verify/audit/advice';
import type { AuditCost, AuditReport } from '../../../verify/audit/model';
import {
  auditOf,
  cellOf,
  findingOf,
  inventoryOf,
  LAST_ACCESS_PLAN,
  listingOf,
  metricsAudit,
  sampleAudit,
  sampleCost,
  unplannedCost,
} from '../../support/sample-audit';

const HOUR_MS = 3_600_000;
const IMAGES = [cellOf({ count: 100 })];

function about(report: AuditReport, words: RegExp): readonly string[] {
  return report.advice.filter((sentence) => words.test(sentence));
}

test('a lake in order, listed in no time, needs none', () => {
  expect(auditOf({ cells: IMAGES }).advice).toEqual([]);
});

test('every piece is one sentence', () => {
  const { advice } = sampleAudit();
  expect(advice.length).toBeGreaterThanOrEqual(8);
  for (const sentence of advice) expect(sentence).toMatch(/^[A-Z0-9][^]*[^.]\.$/);
  for (const sentence of advice) expect(sentence).not.toMatch(/\. [A-Z]/);
});

describe('listing or inventory', () => {
  const listed = (count: number, listingMs: number): AuditReport =>
    auditOf({
      cells: [cellOf({ count })],
      findings: [findingOf('foreign', 1, 1, ['a'])],
      source: listingOf({ listingMs, requests: 20_000 }),
    });

  test('past an hour an inventory comes first, with the numbers that say why', () => {
    expect(listed(412_000_000, 2.1 * HOUR_MS).advice[0]).toBe(
      'Read an inventory instead, with `--source inventory`: listing 412,000,000 files took 2 h 6 min and 20,000 requests, and at this rate more than about 200,000,000 files need more than an hour, while an inventory rule has Azure list them every day.',
    );
  });

  test('below an hour it comes last, and only as a number to know', () => {
    const { advice } = listed(1_000_000, HOUR_MS / 10);
    expect(advice[0]).toMatch(/^Find out who writes/);
    expect(advice.at(-1)).toBe(
      'From about 10,000,000 files on an inventory is the better source: listing 1,000,000 files took 6 min 0 s and 20,000 requests, and at this rate more of them would need more than an hour.',
    );
  });

  test('an hour exactly is not past it', () => {
    expect(about(listed(1_000_000, HOUR_MS), /^Read an inventory/)).toEqual([]);
    expect(about(listed(1_000_000, HOUR_MS + 1), /^Read an inventory/)).toHaveLength(1);
  });

  test('too few files tell no rate', () => {
    expect(filesListedInAnHour(9999, 1000)).toBeUndefined();
    expect(filesListedInAnHour(10_000, 1000)).toBe(36_000_000);
    expect(filesListedInAnHour(10_000, 0)).toBeUndefined();
    expect(about(listed(9999, 2 * HOUR_MS), /inventory/)).toEqual([]);
  });

  test.each([
    [5, 0],
    [6, 1],
  ])('%d of 100 requests refused give %d sentences', (throttled, sentences) => {
    const source = listingOf({ requests: 100, throttled });
    expect(about(auditOf({ cells: IMAGES, source }), /was busy/)).toHaveLength(sentences);
  });

  test.each([
    [2 * 24 * HOUR_MS, 0],
    [2 * 24 * HOUR_MS + 1, 1],
  ])('an inventory of %d ms gives %d sentences on its age', (ageMs, sentences) => {
    const startedAt = new Date(Date.parse('2026-01-31T08:00:00.000Z') + ageMs).toISOString();
    const report = auditOf({ cells: IMAGES, source: inventoryOf() }, { startedAt });
    expect(about(report, /^The inventory is 2 d 0 h old.*rule images-daily/)).toHaveLength(sentences);
  });

  test('fields that the rule leaves out are named', () => {
    const source = inventoryOf({ missingFields: ['LastAccessTime', 'AccessTierChangeTime'] });
    expect(auditOf({ cells: IMAGES, source }).advice).toEqual([
      'Rule images-daily leaves out LastAccessTime, AccessTierChangeTime: add them to its fields, and the next inventory tells more.',
    ]);
  });

  test('metrics name no file', () => {
    expect(about(metricsAudit(), /whole storage account.*name no file/)).toHaveLength(1);
    expect(about(metricsAudit(), /archived/)).toEqual([]);
    expect(about(metricsAudit(1), /archived, and metrics do not tell/)).toHaveLength(1);
  });
});

describe('files that cannot be read', () => {
  const of = (...kinds: readonly ('archived' | 'rehydrating')[]): AuditReport =>
    auditOf({ cells: IMAGES, findings: kinds.map((kind) => findingOf(kind, 12, 9, ['a'])) });

  test('archived ones get their tier set, not a copy, after the rule is gone', () => {
    const { advice } = of('archived');
    expect(advice).toHaveLength(3);
    expect(advice[0]).toMatch(/^12 files cannot be read .*set-tier.* copy nothing over it.*ETag.*424/);
    expect(advice[1]).toMatch(/remove the lifecycle rule/);
    expect(advice[2]).toMatch(/^Coming back from the archive takes up to 15 hours/);
  });

  test('those on their way need time', () => {
    expect(of('rehydrating').advice).toEqual([
      expect.stringMatching(/^12 files on the way back from the archive .* up to 15 hours/),
    ]);
  });
});

test('who writes to the folder of the service is to be found out', () => {
  const findings = [
    findingOf('misplaced', 2, 9, ['a']),
    findingOf('foreign', 1, 9, ['b']),
    findingOf('work item', 3, 9, ['c']),
  ];
  expect(auditOf({ cells: IMAGES, findings }).advice).toEqual([
    'Find out who writes below AHDS/hospital/dicom/images, where only the service may: there are 2 images out of place, and 1 foreign file, and 3 work items, which the service keeps elsewhere; the service shows none of them, and the logs of the storage account (StorageBlobLogs) name who wrote.',
  ]);
});

test('what index and lake do not share is told, each way', () => {
  const index = {
    entries: 9,
    images: 8,
    lost: { count: 2, first: [] },
    unknown: { count: 1, first: [] },
    unsettled: 3,
  };
  expect(auditOf({ cells: IMAGES }, { index }).advice).toEqual([
    expect.stringMatching(/^2 images of the index have no file: undelete/),
    expect.stringMatching(/^1 file belongs to no image of the index/),
    expect.stringMatching(/^3 came or went/),
  ]);
  const settled = { ...index, lost: { count: 0, first: [] }, unknown: { count: 0, first: [] }, unsettled: 0 };
  expect(auditOf({ cells: IMAGES }, { index: settled }).advice).toEqual([]);
});

describe('last access tracking', () => {
  const advice = (accessBand: number, plans = LAST_ACCESS_PLAN): readonly string[] =>
    about(auditOf({ cells: [cellOf({ accessBand })] }, { plans }), /last access tracking/);

  test('is missed where the plan needs it and no image has been seen read', () => {
    expect(advice(-1)).toHaveLength(1);
    expect(advice(0)).toEqual([]);
    expect(advice(-1, [{ basis: 'creation', coolAfterDays: 1 }])).toEqual([]);
  });

  test('is not missed where there is no image, or nobody could tell', () => {
    expect(about(auditOf({}, { plans: LAST_ACCESS_PLAN }), /tracking/)).toEqual([]);
    expect(about(metricsAudit(0, LAST_ACCESS_PLAN), /tracking/)).toEqual([]);
  });
});

describe('an audit that was interrupted', () => {
  test('goes on from its checkpoint', () => {
    expect(auditOf({ complete: false }).advice).toEqual([expect.stringContaining('`--checkpoint`')]);
  });

  test('has none where nothing was listed', () => {
    const { advice } = auditOf({ complete: false, source: inventoryOf() });
    expect(advice).toEqual([expect.stringMatching(/interrupted.*: run it again\.$/)]);
  });
});

describe('cost', () => {
  const { planned } = sampleCost();
  const advice = (changes: Partial<NonNullable<AuditCost['planned']>>): readonly string[] =>
    planned === undefined
      ? []
      : auditOf({ cells: IMAGES }, { cost: { ...unplannedCost(), planned: { ...planned, ...changes } } })
          .advice;

  test('a plan says what it saves, what it costs, and when that is paid back', () => {
    expect(advice({ moves: { files: 2, bytes: 1024, cost: 1000 } })).toEqual([
      'The plan saves 793.25 USD a month: it moves 2 files (1 KiB) for 1,210.55 USD once, which is paid back after 2.2 months.',
    ]);
  });

  test('a plan that saves nothing says so, unless it moves nothing', () => {
    const monthly = { tiers: [], total: 9999 };
    expect(advice({ monthly })).toEqual([expect.stringMatching(/^The plan never pays for itself: it moves/)]);
    expect(advice({ monthly, moves: { files: 0, bytes: 0, cost: 0 } })).toEqual([]);
  });

  test('without a plan there is nothing to say', () => {
    expect(auditOf({ cells: IMAGES }, { cost: unplannedCost() }).advice).toEqual([]);
  });
});
