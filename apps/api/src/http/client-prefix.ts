import { isIPv4 } from 'node:net';
import { networkOf } from '../rate-limit/client-network.js';

/**
 * What of a client's address may be kept: enough to see where a flood comes from, too little to tell a household. The
 * /24 of an IPv4 address, the /48 of an IPv6 address.
 */
export function prefixOf(address: string | undefined): string | undefined {
  const network = networkOf(address ?? '');
  if (isIPv4(network)) {
    return `${network.slice(0, network.lastIndexOf('.'))}.0/24`;
  }
  const [, first] = /^((?:[\da-f]+:){3})[\da-f]+::\/64$/i.exec(network) ?? [];
  return first === undefined ? undefined : `${first}:/48`;
}
