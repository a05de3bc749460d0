import type { IncomingHttpHeaders } from 'node:http';
import { ServiceFault } from '../fault';

const PREFIX = 'x-ms-azuredicom-audit-';
const MAX_HEADERS = 10;
const MAX_LENGTH = 2048;

/**
 * What a client wants to find in the audit log of the service.
 *
 * @throws ServiceFault 400 where there are too many, or one is too long
 */
export function requireFewAuditHeaders(headers: IncomingHttpHeaders): void {
  const audit = Object.entries(headers).filter(([name]) => name.startsWith(PREFIX));
  if (audit.length > MAX_HEADERS) {
    throw new ServiceFault(
      400,
      'BadRequest',
      `The maximum number of custom audit headers allowed is ${MAX_HEADERS}. The number of custom audit headers supplied is ${audit.length}.`,
    );
  }
  const [tooLong] = audit.filter(([, value = '']) => value.length > MAX_LENGTH);
  if (tooLong === undefined) return;
  const [name, value = ''] = tooLong;
  throw new ServiceFault(
    400,
    'BadRequest',
    `The maximum length of a custom audit header value is ${MAX_LENGTH}. The supplied custom audit header '${name}' has length of ${value.length}.`,
  );
}
