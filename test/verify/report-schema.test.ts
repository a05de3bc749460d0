import { readFileSync } from 'node:fs';
import path from 'node:path';
import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020';
import { judgeEvidence, jsonReport, type Report, reportJsonSchema } from '../../verify';
import { ROWS } from '../support/report-rows';
import { emptyReport, realReports } from '../support/sample-reports';
import { bundleOf, gatheredHealth, reportOf } from '../support/verify-evidence';

jest.setTimeout(60_000);

/** Validates JSON text by a schema; the errors, or nothing. */
function validator(schema: object): (text: string) => ValidateFunction['errors'] {
  // The formats are there for people: the patterns beside them decide.
  const validate = new Ajv2020({ strict: true, allErrors: true, validateFormats: false }).compile(schema);
  return (text) => (validate(JSON.parse(text)) ? null : validate.errors);
}

const published = validator(
  JSON.parse(readFileSync(path.join(__dirname, '../../docs/report.schema.json'), 'utf8')) as object,
);
/** Finds also what the schema does not know. */
const closed = validator(reportJsonSchema(true));

const FAILED = { state: 'failed', code: 'UNREACHABLE', reason: 'r', remedy: 'm' } as const;

const JUDGED: readonly (readonly [string, Report])[] = [
  ['of rows of every outcome', reportOf(Object.values(ROWS))],
  ['without rows', emptyReport()],
  ['of health', judgeEvidence(bundleOf({ manifestSha256: 'd'.repeat(64) }))],
  [
    'of a run that saw nothing',
    judgeEvidence(
      bundleOf({
        interrupted: true,
        evidence: Object.fromEntries(Object.keys(gatheredHealth()).map((id) => [id, FAILED])),
        probes: [{ id: 'lake.health-file', durationMs: 3, error: 'UNREACHABLE' }],
        leftovers: ['2.25.1'],
      }),
    ),
  ],
  [
    'of a DICOMweb server',
    judgeEvidence(bundleOf({ target: { kind: 'dicomweb', serviceUrl: 'http://127.0.0.1/dicom-web' } })),
  ],
];

test.each(JUDGED)('a report %s fits the published schema, which knows all of it', (_what, report) => {
  expect(published(jsonReport(report))).toBeNull();
  expect(closed(jsonReport(report))).toBeNull();
});

test('reports of real runs fit, healthy and not', async () => {
  for (const report of Object.values(await realReports()) as readonly Report[]) {
    expect(published(jsonReport(report))).toBeNull();
    expect(closed(jsonReport(report))).toBeNull();
  }
});

test.each<[string, (report: Report) => object]>([
  ['another version', (report) => ({ ...report, schemaVersion: 2 })],
  ['no digest of the evidence', (report) => ({ ...report, evidenceSha256: undefined })],
  ['a digest that is none', (report) => ({ ...report, manifestSha256: 'abc' })],
  ['a time that is none', (report) => ({ ...report, startedAt: 'yesterday' })],
  [
    'another outcome',
    (report) => ({ ...report, rows: report.rows.map((row) => ({ ...row, outcome: 'ok' })) }),
  ],
  ['no counts', (report) => ({ ...report, counts: undefined })],
  [
    'a step in another state',
    (report) => ({
      ...report,
      observed: { journey: [{ plane: 'data lake', step: 's', state: 'maybe' }] },
    }),
  ],
])('the schema refuses %s', (_what, change) => {
  const report = judgeEvidence(bundleOf());
  expect(published(JSON.stringify(report))).toBeNull();
  expect(published(JSON.stringify(change(report)))).not.toBeNull();
});

test('properties that later versions add do no harm', () => {
  const report = { ...judgeEvidence(bundleOf()), later: true };
  expect(published(JSON.stringify(report))).toBeNull();
  expect(closed(JSON.stringify(report))).not.toBeNull();
});
