import { InvalidArgumentError } from 'commander';
import {
  auditCsvReport,
  auditHtmlReport,
  auditJsonReport,
  type AuditReport,
  auditTextReport,
} from '../verify';

export const AUDIT_FORMATS = {
  text: (report: AuditReport): string => auditTextReport(report, false),
  json: auditJsonReport,
  csv: auditCsvReport,
  html: auditHtmlReport,
};

export interface AuditReportTarget {
  readonly format: keyof typeof AUDIT_FORMATS;
  readonly file: string;
}

/** Reads `format=file` of --report. */
export function readAuditReportTarget(
  text: string,
  others: readonly AuditReportTarget[],
): readonly AuditReportTarget[] {
  const [, format, file] = /^([^=]+)=(.+)$/s.exec(text) ?? [];
  if (format === undefined || file === undefined || !Object.hasOwn(AUDIT_FORMATS, format))
    throw new InvalidArgumentError('give text=FILE, json=FILE, csv=FILE or html=FILE.');
  return [...others, { format: format as AuditReportTarget['format'], file }];
}
