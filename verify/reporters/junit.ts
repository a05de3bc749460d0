import junit from 'junit-report-builder';
import type { Report, ReportRow } from '../model';
import { findingWords, waivedRowWords, waiverNotices } from './waiver-words';

/**
 * JUnit XML: fail is a failure, inconclusive an error, not applicable a skipped test; a warning passes with output. What
 * is waived is skipped with output: as a failure it would stop whoever waived it, and as a pass nobody would see it.
 * Waivers to look at pass with output, in a suite of their own.
 */
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
      if (row.waived !== undefined) testCase.skipped().standardOutput(describe(row));
      else if (row.outcome === 'fail') testCase.failure(describe(row), row.title);
      else if (row.outcome === 'inconclusive') testCase.error(row.title, 'inconclusive', describe(row));
      else if (row.outcome === 'not-applicable') testCase.skipped().standardOutput(row.reason ?? '');
      else if (row.outcome === 'warn') testCase.standardOutput(describe(row));
    }
  }
  const notices = waiverNotices(report);
  if (notices.length > 0) {
    const suite = builder
      .testSuite()
      .name('dicom-lake verify: waivers')
      .timestamp(new Date(report.startedAt));
    for (const notice of notices)
      suite.testCase().className('dicom-lake.waivers').name(notice).standardOutput(notice);
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

function describe(row: ReportRow): string {
  const { outcome, title, reason, remedy, docs, findings = [] } = row;
  const waived = waivedRowWords(row);
  return [
    ...(waived === undefined ? [] : [waived]),
    `${title}: ${reason ?? ''}`,
    ...findings.map(findingWords),
    `Remedy: ${remedy ?? ''}`,
    ...(outcome === 'inconclusive' ? [] : [`Runbook: ${docs}`]),
  ].join('\n');
}
