import { isIPv6 } from 'node:net';

/** How many of an IPv6 address's eight groups name the network: 64 bits. */
const NETWORK_GROUPS = 4;
const GROUPS = 8;

/** An IPv4 address as a socket of both families has it (RFC 4291, 2.5.5.2). */
const MAPPED_IPV4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/**
 * What is counted as one address: an IPv4 address, in whichever family it comes, or an IPv6 network
 * of 64 bits, since any one subscriber has all the addresses of one (RFC 6177).
 *
 * @param host as the system gives it
 */
export function addressKey(host: string): string {
  const [, mapped] = MAPPED_IPV4.exec(host) ?? [];
  if (mapped !== undefined) return mapped;
  return isIPv6(host) ? `${ipv6Network(host)}::/64` : host;
}

/** The first groups of an IPv6 address, with those that `::` leaves out. */
function ipv6Network(host: string): string {
  const [head = '', tail = ''] = host.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === '' ? [] : tail.split(':');
  // An IPv4 address at the end makes up two groups. It is never one of the first four.
  const afterCount = after.length + (tail.includes('.') ? 1 : 0);
  const omitted = host.includes('::') ? GROUPS - before.length - afterCount : 0;
  const groups = [...before, ...Array<string>(omitted).fill('0'), ...after];
  return groups
    .slice(0, NETWORK_GROUPS)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}
