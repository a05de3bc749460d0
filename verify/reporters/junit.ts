import junit from 'junit-report-builder';
import type { Report, ReportRow } from '../model';

/** JUnit XML: fail is a failure, inconclusive an error, not applicable a skipped test; a warning passes with output. */
export function junitReport(report: Report): string {
  const builder = junit.newBuilder();
  const topics = [...new Set(report.rows.map(({ id }) => topicOf(id)))];
  for (const topic of topics) {
    const suite = builder
      .testSuite()
      .name(`dicom-lake verify: ${topic}`)
      .timestamp(new Date(report.startedAt));
    for (const [name, value] of Object.entries(propertiesOf(report))) suite.property(name, value);
    for (const row of report.rows.filter(({ id }) => topicOf(id) === topic)) {
      const testCase = suite.testCase().className(`dicom-lake.${topic}`).name(row.id);
      if (row.outcome === 'fail') testCase.failure(describe(row), row.title);
      else if (row.outcome === 'inconclusive') testCase.error(row.title, 'inconclusive', describe(row));
      else if (row.outcome === 'not-applicable') testCase.skipped().standardOutput(row.reason ?? '');
      else if (row.outcome === 'warn') testCase.standardOutput(describe(row));
    }
  }
  return builder.build();
}

function propertiesOf(report: Report): Readonly<Record<string, string>> {
  const { tool, target, profile, startedAt, durationMs, manifestSha256, evidenceSha256 } = report;
  return {
    version: `${tool.name} ${tool.version}`,
    schemaVersion: String(report.schemaVersion),
    target: target.serviceUrl,
    profile,
    startedAt,
    durationMs: String(durationMs),
    ...(manifestSha256 === undefined ? {} : { manifestSha256 }),
    evidenceSha256,
  };
}

function topicOf(id: string): string {
  return id.split('/')[0] ?? id;
}

function describe({ title, reason, remedy, findings = [] }: ReportRow): string {
  return [
    `${title}: ${reason ?? ''}`,
    ...findings.map(({ subject, expected, actual }) => `${subject}: expected ${expected}, got ${actual}`),
    `Remedy: ${remedy ?? ''}`,
  ].join('\n');
}
