import { counted, countText, durationText } from '../../quantity';
import type { AuditReport, SourceFacts } from '../model';

/** Where the numbers come from, in words. */
export function sourceWords(source: SourceFacts): string {
  switch (source.kind) {
    case 'listing':
      return `${source.resumed ? 'listing, resumed from a checkpoint' : 'listing'}: ${counted(source.requests, 'request')} in ${durationText(source.listingMs)}, ${countText(source.concurrency)} at a time, divided ${source.divided}${source.throttled === 0 ? '' : `, ${countText(source.throttled)} refused as the service was busy`}`;
    case 'inventory':
      return `inventory: rule ${source.rule}, ${counted(source.rows, 'row')} in ${counted(source.files, `${source.format} file`)}`;
    case 'metrics':
      return 'metrics of the whole storage account';
  }
}

/** What the numbers are of. */
export function placeWords({ lake, source }: AuditReport): string {
  return source.kind === 'metrics'
    ? `the whole storage account ${lake.storageAccountName}`
    : `${lake.servicePath} in ${lake.containerName} of ${lake.storageAccountName}`;
}
