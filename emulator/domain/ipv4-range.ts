/** Whether a text is an IPv4 address such as `203.0.113.10`. */
export function isIpv4Address(text: string): boolean {
  return numberOf(text) !== undefined;
}

/**
 * Whether an address lies in a range: an address, or a block such as `203.0.113.0/24`. What is no range holds
 * nothing.
 */
export function isInIpv4Range(address: string, range: unknown): boolean {
  if (typeof range !== 'string') return false;
  const [, start = '', length = '32'] = /^([^/]+)(?:\/(\d{1,2}))?$/.exec(range) ?? [];
  const [inner, outer] = [numberOf(address), numberOf(start)];
  if (inner === undefined || outer === undefined || Number(length) > 32) return false;
  const blockSize = 2 ** (32 - Number(length));
  return Math.floor(inner / blockSize) === Math.floor(outer / blockSize);
}

function numberOf(address: string): number | undefined {
  if (!/^\d{1,3}(\.\d{1,3}){3}$/.test(address)) return undefined;
  const octets = address.split('.').map(Number);
  return octets.some((octet) => octet > 255)
    ? undefined
    : octets.reduce((number, octet) => number * 256 + octet, 0);
}
