import { isIpv4Address } from './domain/ipv4-range';
import { ServiceFault } from './fault';
import type { HttpRequest } from './http/exchange';

/** Lets one request come from another address than the emulator's clients have by default. */
const CLIENT_ADDRESS_HEADER = 'x-dicom-lake-client-ip';

/** An address on the internet, of a block that is kept for documentation (RFC 5737). */
export const DEFAULT_CLIENT_ADDRESS = '203.0.113.10';

/**
 * The address that a client plays. All clients are on loopback, where no firewall could tell them apart.
 *
 * @throws ServiceFault where the header holds no IPv4 address
 */
export function clientAddressOf({ headers }: HttpRequest, byDefault: string): string {
  const address = headers[CLIENT_ADDRESS_HEADER] ?? byDefault;
  if (typeof address === 'string' && isIpv4Address(address)) return address;
  throw new ServiceFault(
    400,
    'InvalidHeaderValue',
    `${CLIENT_ADDRESS_HEADER} must be an IPv4 address such as ${DEFAULT_CLIENT_ADDRESS}, got ${JSON.stringify(address)}.`,
  );
}
