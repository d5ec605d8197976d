import { BlockList, isIP } from 'node:net';

/** A TCP address. `host` is a name or an IP address without brackets, `port` is 0 to 65,535. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** An address as it is written: an IPv6 host in brackets. */
export function formatAddress({ host, port }: Address): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8);
LOOPBACK.addAddress('::1', 'ipv6');

/** Whether a host is this machine's own loopback interface: 127.0.0.0/8, ::1 or `localhost`. */
export function isLoopback(host: string): boolean {
  const family = isIP(host);
  if (family === 0) return host.toLowerCase() === 'localhost';
  return LOOPBACK.check(host, family === 6 ? 'ipv6' : 'ipv4');
}
