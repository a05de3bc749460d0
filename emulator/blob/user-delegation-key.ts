import { XMLParser } from 'fast-xml-parser';
import { ServiceFault } from '../fault';
import type { HttpResponse } from '../http/exchange';
import { readText } from './request-body';
import { headerOf } from './request-headers';
import type { StorageCall } from './storage-operation';
import { document, element, elements, parseXml } from './xml';

const MAXIMUM_LIFETIME_MS = 7 * 86_400_000;

const PARSER = new XMLParser({ parseTagValue: false, ignoreAttributes: true });

/**
 * A key with which the caller can sign for others what the caller may do.
 *
 * @throws ServiceFault `InvalidXmlDocument`, `InvalidXmlNodeValue`
 * @see https://learn.microsoft.com/rest/api/storageservices/get-user-delegation-key
 */
export async function getUserDelegationKey(call: StorageCall): Promise<HttpResponse> {
  const { request, account, context, keys, tenantId } = call;
  const { start, expiry } = readKeyInfo(await readText(request), context.now);
  const delegation = {
    accountId: account.id,
    objectId: context.principalId,
    tenantId,
    start,
    expiry,
    service: 'b',
    version: headerOf(request.headers, 'x-ms-version') ?? '',
  };
  const key = elements({
    SignedOid: delegation.objectId,
    SignedTid: tenantId,
    SignedStart: start,
    SignedExpiry: expiry,
    SignedService: delegation.service,
    SignedVersion: delegation.version,
    Value: keys.ofUser(delegation),
  });
  return {
    status: 200,
    headers: { 'Content-Type': 'application/xml' },
    body: document(element('UserDelegationKey', key)),
  };
}

function readKeyInfo(xml: string, now: number): { readonly start: string; readonly expiry: string } {
  const { KeyInfo } = parseXml(PARSER, xml) as { readonly KeyInfo?: Readonly<Record<string, unknown>> };
  const start = Date.parse(String(KeyInfo?.['Start']));
  const expiry = Date.parse(String(KeyInfo?.['Expiry']));
  const problem = keyTimesProblem(start, expiry, now);
  if (problem !== undefined) {
    throw new ServiceFault(
      400,
      'InvalidXmlNodeValue',
      `The value for one of the XML nodes is not in the correct format: ${problem}.`,
    );
  }
  return { start: toSeconds(start), expiry: toSeconds(expiry) };
}

function keyTimesProblem(start: number, expiry: number, now: number): string | undefined {
  if (Number.isNaN(start) || Number.isNaN(expiry)) return 'KeyInfo must have Start and Expiry in ISO 8601';
  if (expiry <= start || expiry <= now) return 'Expiry must come after Start and lie in the future';
  if (expiry - now > MAXIMUM_LIFETIME_MS) return 'Expiry must be within 7 days from now';
  return undefined;
}

/** Without fractions, as the signatures repeat it. */
function toSeconds(at: number): string {
  return new Date(at).toISOString().replace(/\.[0-9]{3}Z$/, 'Z');
}
