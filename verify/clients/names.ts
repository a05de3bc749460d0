import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';

/** Addresses that no router of the internet knows (RFC 1918, RFC 6598, RFC 4193, link-local). */
const PRIVATE = new BlockList();
PRIVATE.addSubnet('10.0.0.0', 8, 'ipv4');
PRIVATE.addSubnet('172.16.0.0', 12, 'ipv4');
PRIVATE.addSubnet('192.168.0.0', 16, 'ipv4');
PRIVATE.addSubnet('100.64.0.0', 10, 'ipv4');
PRIVATE.addSubnet('169.254.0.0', 16, 'ipv4');
PRIVATE.addSubnet('fc00::', 7, 'ipv6');
PRIVATE.addSubnet('fe80::', 10, 'ipv6');

/** Answers the addresses of a name; none where it has none. */
export type ResolveName = (host: string) => Promise<readonly string[]>;

export const resolveName: ResolveName = async (host) => {
  try {
    return (await lookup(host, { all: true })).map(({ address }) => address);
  } catch {
    return [];
  }
};

/** A name with where it leads; private where all its addresses are. */
export interface ResolvedName {
  readonly host: string;
  readonly addresses: readonly string[];
  readonly isPrivate: boolean;
}

export async function resolvedName(host: string, resolve: ResolveName): Promise<ResolvedName> {
  const addresses = await resolve(host);
  return { host, addresses, isPrivate: addresses.length > 0 && addresses.every(isPrivateAddress) };
}

export function isPrivateAddress(address: string): boolean {
  return PRIVATE.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}
