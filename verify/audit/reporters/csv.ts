import { csvLine } from '../csv';
import type { AuditReport, FileSums } from '../model';

/** All sums in one flat table, for spreadsheets. Images and files of the index have no bytes. */
export function auditCsvReport(report: AuditReport): string {
  const { total, byTier, byKind = [], byPartition = [], byAge = [], byLastAccess = [], findings } = report;
  return [
    csvLine(['dimension', 'name', 'count', 'bytes']),
    line('total', '', total),
    ...byTier.map((sums) => line('tier', sums.tier, sums)),
    ...byKind.map((sums) => line('kind', sums.kind, sums)),
    ...byPartition.map((sums) => line('partition', sums.partition, sums)),
    ...byAge.map((sums) => line('age', sums.age, sums)),
    ...byLastAccess.map((sums) => line('last access', sums.lastAccess, sums)),
    ...findings.map((sums) => line('finding', sums.finding, sums)),
    ...indexLines(report),
  ].join('');
}

function indexLines({ index }: AuditReport): readonly string[] {
  if (index === undefined) return [];
  return [
    csvLine(['index', 'lost', index.lost.count, '']),
    csvLine(['index', 'unknown', index.unknown.count, '']),
    csvLine(['index', 'unsettled', index.unsettled, '']),
  ];
}

function line(dimension: string, name: string, { count, bytes }: FileSums): string {
  return csvLine([dimension, name, count, bytes]);
}
