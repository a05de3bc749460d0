import { z } from 'zod';
import type { SameType } from '../same-type';
import { type AuditReport, FILE_KINDS, FINDING_KINDS } from './model';

/** Objects and arrays that nobody changes, as in the type of the report. */
const object = <Shape extends z.core.$ZodLooseShape>(shape: Shape) => z.object(shape).readonly();
const list = <Item extends z.core.SomeType>(item: Item) => z.array(item).readonly();

const milliseconds = z.number().min(0);
const count = z.int().min(0);
/** Large lakes have more bytes than a number tells exactly. */
const bytes = z.number().min(0).describe('Exact up to 2^53, the nearest number that there is above.');
const money = z.number();

const sums = { count, bytes };
const fileSums = object(sums);
const tieredSums = {
  ...sums,
  tiers: z.record(z.string(), fileSums).readonly().describe('By access tier.'),
};

const listing = object({
  kind: z.literal('listing'),
  requests: count,
  throttled: count.describe('How many of the requests were answered that the service is busy.'),
  concurrency: count,
  divided: z.enum(['by name', 'by folder']).describe('How the names were divided among requests.'),
  folders: count.describe('Entries of folders, which are no files.'),
  resumed: z.boolean().describe('Whether it went on from a checkpoint.'),
  listingMs: milliseconds.describe('Those before an interruption included.'),
});

const inventory = object({
  kind: z.literal('inventory'),
  rule: z.string(),
  format: z.enum(['Csv', 'Parquet']),
  manifest: z.string().describe('Path or URL of the manifest of the run.'),
  files: count,
  rows: count,
  missingFields: list(z.string()).describe('Fields that would have told more.'),
});

const metrics = object({
  kind: z.literal('metrics'),
  scope: z.literal('storage account').describe('Whatever else is in it.'),
});

const foundFile = object({
  finding: z.enum(FINDING_KINDS),
  path: z.string(),
  tier: z.string(),
  bytes,
  modifiedAt: z.iso.datetime(),
});

const finding = object({
  finding: z.enum(FINDING_KINDS),
  ...sums,
  first: list(foundFile).describe('The first of them by path.'),
});

const named = object({ count, first: list(z.string()) });

const index = object({
  entries: count.describe('Entries of the change feed that were read.'),
  images: count.describe('Images that the index has now.'),
  lost: named.describe('Images without a file.'),
  unknown: named.describe('Files without an image.'),
  unsettled: count.describe('What came or went while both were read.'),
}).describe('Where index and lake differ.');

const monthly = object({
  tiers: list(object({ tier: z.string(), storage: money, reads: money })),
  total: money,
}).describe('Per month.');

const plan = object({
  basis: z.enum(['lastAccess', 'lastModification', 'creation']),
  coolAfterDays: z.number().exactOptional(),
  coldAfterDays: z.number().exactOptional(),
});

const cost = object({
  currency: z.string(),
  region: z.string(),
  pricesAsOf: z.iso.date().describe('Day on which the prices were looked up.'),
  monthlyReadShare: z.number().min(0).max(1).describe('Share of the images that is assumed to be read.'),
  now: monthly,
  unpriced: list(object({ tier: z.string(), ...sums }))
    .exactOptional()
    .describe('Files in tiers that the price file does not have; no sum holds them.'),
  bringBack: object({ files: count, bytes, cost: money })
    .exactOptional()
    .describe('Once, for bringing the images in archive back at standard priority.'),
  audit: money.describe('What the audit itself cost.'),
  planned: object({
    plan: list(plan),
    planOrigin: z.enum(['manifest', 'file', 'example']),
    monthly,
    moves: object({ files: count, bytes, cost: money }).describe('Once, for moving what would move.'),
    earlyDeletion: money.describe('Once, for leaving a tier before its minimum stay is over.'),
    paidBackAfterMonths: z.number().exactOptional().describe('Absent where it is never paid back.'),
  }).exactOptional(),
});

const report = object({
  schemaVersion: z.literal(1),
  tool: object({ name: z.literal('dicom-lake'), version: z.string() }),
  lake: object({
    storageAccountName: z.string(),
    containerName: z.string(),
    servicePath: z.string().describe('The folder that was audited.'),
  }),
  startedAt: z.iso.datetime(),
  durationMs: milliseconds,
  asOf: z.iso.datetime().describe('When the files were as they are told of.'),
  complete: z.boolean().describe('False where the audit was interrupted.'),
  source: z.discriminatedUnion('kind', [listing, inventory, metrics]),
  total: fileSums,
  byTier: list(object({ tier: z.string(), ...sums })),
  byKind: list(object({ kind: z.enum(FILE_KINDS), ...sums }))
    .exactOptional()
    .describe('Absent, as what follows, where the source does not tell.'),
  byPartition: list(object({ partition: z.string(), ...tieredSums }))
    .exactOptional()
    .describe('Of images, as what follows; the largest first.'),
  byAge: list(object({ age: z.string(), ...tieredSums }))
    .exactOptional()
    .describe('By the last modification.'),
  byLastAccess: list(object({ lastAccess: z.string(), ...tieredSums }))
    .exactOptional()
    .describe('Absent also where it is known of no image.'),
  findings: list(finding),
  findingsFile: z.string().exactOptional().describe('Where all of them are named.'),
  index: index.exactOptional(),
  cost: cost.exactOptional(),
  advice: list(z.string()).describe('What to know and to do, one sentence each.'),
});

/** Does not compile where the schema and the type of the report differ. */
true satisfies SameType<z.infer<typeof report>, AuditReport>;

/**
 * JSON Schema of the JSON report of an audit. It allows properties that it does not know: later versions add some.
 *
 * @param closed forbids them, to find what the schema misses
 */
export function auditJsonSchema(closed = false): Readonly<Record<string, unknown>> {
  const { $schema, ...schema } = z.toJSONSchema(report, {
    target: 'draft-2020-12',
    io: closed ? 'output' : 'input',
  });
  return {
    $schema,
    $id: 'urn:dicom-lake:schema:audit-report:1',
    title: 'Report of dicom-lake audit, version 1',
    ...schema,
  };
}

/** docs/audit.schema.json */
export function auditSchemaJson(): string {
  return `${JSON.stringify(auditJsonSchema(), null, 2)}\n`;
}
