import type { AuditReport } from '../model';

/** The report itself, as JSON: docs/audit.schema.json */
export function auditJsonReport(report: AuditReport): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}
