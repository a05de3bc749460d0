import { BlockList } from 'node:net';

/** @see https://www.rfc-editor.org/rfc/rfc1918 */
const PRIVATE_RANGES = new BlockList();
PRIVATE_RANGES.addSubnet('10.0.0.0', 8);
PRIVATE_RANGES.addSubnet('172.16.0.0', 12);
PRIVATE_RANGES.addSubnet('192.168.0.0', 16);

/** Whether an IPv4 address is one of those that never appear on the internet. */
export function isPrivateAddress(address: string): boolean {
  return PRIVATE_RANGES.check(address);
}
