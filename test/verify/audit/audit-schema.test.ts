import { readFileSync } from 'node:fs';
import path from 'node:path';
import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020';
import { auditJsonReport, auditJsonSchema } from '../../../verify';
import type { AuditReport } from '../../../verify/audit/model';
import {
  auditOf,
  cellOf,
  emptyAudit,
  inventoryOf,
  metricsAudit,
  sampleAudit,
} from '../../support/sample-audit';

/** Validates JSON text by a schema; the errors, or nothing. */
function validator(schema: object): (text: string) => ValidateFunction['errors'] {
  // The formats are there for people: the patterns beside them decide.
  const validate = new Ajv2020({ strict: true, allErrors: true, validateFormats: false }).compile(schema);
  return (text) => (validate(JSON.parse(text)) ? null : validate.errors);
}

const published = validator(
  JSON.parse(readFileSync(path.join(__dirname, '../../../docs/audit.schema.json'), 'utf8')) as object,
);
/** Finds also what the schema does not know. */
const closed = validator(auditJsonSchema(true));

test.each<[string, AuditReport]>([
  ['of a large lake', sampleAudit()],
  ['of nothing', emptyAudit()],
  ['of metrics', metricsAudit(5)],
  ['of an inventory', auditOf({ cells: [cellOf()], source: inventoryOf({ missingFields: ['AccessTier'] }) })],
  ['of more bytes than a number tells exactly', auditOf({ cells: [cellOf({ bytes: 2 ** 60 })] })],
  ['that was interrupted', auditOf({ complete: false })],
])('a report %s fits the published schema, which knows all of it', (_what, report) => {
  expect(published(auditJsonReport(report))).toBeNull();
  expect(closed(auditJsonReport(report))).toBeNull();
});

test.each<[string, (report: AuditReport) => object]>([
  ['another version', (report) => ({ ...report, schemaVersion: 2 })],
  ['another source', (report) => ({ ...report, source: { kind: 'guess' } })],
  ['no total', (report) => ({ ...report, total: undefined })],
  ['a time that is none', (report) => ({ ...report, asOf: 'yesterday' })],
  [
    'another finding',
    (report) => ({ ...report, findings: [{ finding: 'odd', count: 1, bytes: 1, first: [] }] }),
  ],
  ['a count below 0', (report) => ({ ...report, total: { count: -1, bytes: 0 } })],
])('the schema refuses %s', (_what, change) => {
  expect(published(auditJsonReport(sampleAudit()))).toBeNull();
  expect(published(JSON.stringify(change(sampleAudit())))).not.toBeNull();
});

test('properties that later versions add do no harm', () => {
  const report = { ...sampleAudit(), later: true };
  expect(published(JSON.stringify(report))).toBeNull();
  expect(closed(JSON.stringify(report))).not.toBeNull();
});
