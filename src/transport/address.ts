/** A TCP address. `host` is a name or an IP address without brackets, `port` is 0 to 65,535. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** An address as it is written: an IPv6 host in brackets. */
export function formatAddress({ host, port }: Address): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
