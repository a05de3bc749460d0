import {
  auditCsvReport,
  auditHtmlReport,
  auditJsonReport,
  type AuditReport,
  auditTextReport,
} from '../verify';
import { type FormatFile, reportTargetReader } from './report-files';

export const AUDIT_FORMATS = {
  text: (report: AuditReport): string => auditTextReport(report, false),
  json: auditJsonReport,
  csv: auditCsvReport,
  html: auditHtmlReport,
};

export type AuditReportTarget = FormatFile<keyof typeof AUDIT_FORMATS>;

/** Reads `format=file` of --report. */
export const readAuditReportTarget = reportTargetReader(AUDIT_FORMATS);
