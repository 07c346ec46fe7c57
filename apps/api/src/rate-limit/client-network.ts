import { isIPv4, isIPv6 } from 'node:net';

/**
 * Whose requests count together: an IPv4 address, or the /64 of an IPv6 address, since one subscriber has at least
 * that many to ask from.
 */
export function networkOf(address: string): string {
  if (isIPv4(address)) {
    return address;
  }
  const [bare = ''] = address.split('%');
  const mapped = /^::ffff:([\d.]+)$/i.exec(bare)?.[1];
  if (mapped !== undefined && isIPv4(mapped)) {
    return mapped;
  }
  return isIPv6(bare) ? `${firstGroups(bare).join(':')}::/64` : bare;
}

/** The first four of the eight groups, however the address is abbreviated. */
function firstGroups(address: string): string[] {
  // The URL parser writes every form of an address the same way.
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [head = '', tail] = canonical.split('::', 2);
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0');
  return [...before, ...zeros, ...after].slice(0, 4);
}
