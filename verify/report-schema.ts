import { z } from 'zod';
import type { SameType } from './same-type';
import type { EvidenceId, Report } from './model';

/** Objects and arrays that nobody changes, as in the type of the report. */
const object = <Shape extends z.core.$ZodLooseShape>(shape: Shape) => z.object(shape).readonly();
const list = <Item extends z.core.SomeType>(item: Item) => z.array(item).readonly();

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const milliseconds = z.number().min(0);
const count = z.int().min(0);

/** Open, though the type lists them: a new probe is no new version of the report. */
const evidenceId = z.string().regex(/^[a-z]+\.[a-z-]+$/) as unknown as z.ZodType<EvidenceId>;

const waived = object({
  reason: z.string(),
  until: z.iso.date().describe('The last day on which the waiver holds.'),
});

const waiver = object({
  check: z.string(),
  subject: z.string().exactOptional(),
  reason: z.string(),
  until: z.iso.date(),
});

const finding = object({
  subject: z.string(),
  expected: z.string(),
  actual: z.string(),
  waived: waived.exactOptional(),
}).describe('One culprit: what it is, what was expected of it, what was seen.');

const row = object({
  id: z
    .string()
    .regex(/^[a-z]+\/[a-z-]+$/)
    .describe('Topic and state, such as lake/health-file-fresh.'),
  outcome: z
    .enum(['pass', 'warn', 'fail', 'not-applicable', 'inconclusive'])
    .describe('Inconclusive: it could not be judged. Not applicable: there was nothing to judge.'),
  title: z.string().describe('The good state for pass and not-applicable, the bad state for warn and fail.'),
  why: z.string().describe('Why it matters.'),
  severity: z.enum(['blocker', 'major', 'minor']),
  detail: z.string().exactOptional(),
  reason: z.string().exactOptional().describe('What was found; absent where the check passed.'),
  remedy: z.string().exactOptional().describe('The change to make; absent where there is none to make.'),
  findings: list(finding).exactOptional(),
  unnamedFindings: count.exactOptional().describe('How many more there are than findings names.'),
  waived: waived.exactOptional().describe('Set where all that was found is waived; the outcome stays.'),
  docs: z.string().describe('Where the runbook says what to do, in the documentation of this version.'),
});

const call = object({
  plane: z.literal('dicom'),
  operation: z.string().describe('Without the identifiers of the URL.'),
  status: z.int(),
  startedMs: milliseconds.describe('Since the beginning of the run.'),
  durationMs: milliseconds,
});

const journeyStep = object({
  plane: z.enum(['DICOM service', 'search index', 'change feed', 'data lake']),
  step: z.string(),
  state: z.enum(['well', 'wrong', 'not asked']),
  detail: z.string().exactOptional(),
});

const observed = object({
  calls: list(call).exactOptional().describe('Every answered request to the DICOM service.'),
  healthSightings: list(object({ ageSeconds: z.number(), by: z.string() }))
    .exactOptional()
    .describe('Signs that the service wrote its health file, newest first; empty where none was seen.'),
  tiers: object({
    counted: list(object({ tier: z.string(), count, bytes: count })),
    complete: z.boolean().describe('False where there were more files than are counted in one run.'),
  }).exactOptional(),
  journey: list(journeyStep)
    .exactOptional()
    .describe('The path of one image of the verifier through the planes, in order.'),
}).describe('What was seen, in numbers; each part is absent where it was not gathered.');

const report = object({
  schemaVersion: z.literal(1),
  tool: object({ name: z.literal('dicom-lake'), version: z.string() }),
  target: object({ kind: z.enum(['deployment', 'dicomweb']), serviceUrl: z.string() }),
  profile: z.string().describe('How much was looked at: quick, full, read-only or deep.'),
  deadlineSeconds: z.number().min(0).describe('After which nothing was asked any more.'),
  startedAt: z.iso.datetime(),
  durationMs: milliseconds,
  interrupted: z.boolean(),
  manifestSha256: sha256
    .exactOptional()
    .describe('Of the manifest; absent where only a DICOMweb URL was given.'),
  evidenceSha256: sha256.describe('Of the evidence that was judged.'),
  rows: list(row),
  counts: object({
    pass: count,
    warn: count,
    fail: count,
    'not-applicable': count,
    inconclusive: count,
    waived: count,
  }).describe('Rows that are waived count as that, and as nothing else.'),
  waivers: object({ sha256, expired: list(waiver), unmatched: list(waiver) })
    .exactOptional()
    .describe('The waivers that were given, but for those that were of use.'),
  leftovers: list(z.string()).describe('Studies of the verifier that could not be deleted.'),
  leftoverFolders: list(z.string())
    .exactOptional()
    .describe('Folders in the lake that could not be deleted.'),
  probes: list(object({ id: evidenceId, durationMs: milliseconds, error: z.string().exactOptional() })),
  observed,
});

/** Does not compile where the schema and the type of the report differ. */
true satisfies SameType<z.infer<typeof report>, Report>;

/**
 * JSON Schema of the JSON report. It allows properties that it does not know: later versions add some.
 *
 * @param closed forbids them, to find what the schema misses
 */
export function reportJsonSchema(closed = false): Readonly<Record<string, unknown>> {
  const { $schema, ...schema } = z.toJSONSchema(report, {
    target: 'draft-2020-12',
    io: closed ? 'output' : 'input',
  });
  return {
    $schema,
    $id: 'urn:dicom-lake:schema:verify-report:1',
    title: 'Report of dicom-lake verify, version 1',
    ...schema,
  };
}

/** docs/report.schema.json */
export function reportSchemaJson(): string {
  return `${JSON.stringify(reportJsonSchema(), null, 2)}\n`;
}
