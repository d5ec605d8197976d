import type { LookupAddress, LookupOptions } from 'node:dns';
import ipaddr from 'ipaddr.js';

/** Which addresses a hook may connect to. */
export interface AddressRule {
  /** Whether they may be private ones. */
  readonly allowPrivate: boolean;
  /** Whether the connection is encrypted: where it is not, it may go to private addresses alone. */
  readonly isEncrypted: boolean;
}

/** An address that may not be connected to. */
export class AddressRefusedError extends Error {
  override readonly name = 'AddressRefusedError';
  readonly code = 'ADDRESS_REFUSED';
}

/** Addresses that end in the IPv4 address which a translator makes of them (RFC 6052, section 2.1). */
const NAT64 = ipaddr.IPv6.parseCIDR('64:ff9b::/96');
/** The only part of IPv6 from which addresses of the Internet are given out. */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * Whether an address is one of the Internet: no private, loopback, link-local, shared, multicast or reserved one,
 * and none that stands for one, as an IPv4 address in an IPv6 one may.
 */
function isPublicAddress(text: string): boolean {
  if (!ipaddr.isValid(text)) return false;
  const address = ipaddr.process(text); // an IPv4-mapped one as IPv4
  if (!(address instanceof ipaddr.IPv6)) return address.range() === 'unicast';
  if (address.match(NAT64)) return isPublicAddress(address.toByteArray().slice(-4).join('.'));
  return address.range() === 'unicast' && address.match(GLOBAL_UNICAST);
}

/** Why an address is not connected to; `undefined`: it may be. */
export function refusalOf(address: string, rule: AddressRule): string | undefined {
  const isPublic = isPublicAddress(address);
  if (!isPublic && !rule.allowPrivate) {
    return `${address} is no address of the Internet, and allowPrivate is not true`;
  }
  if (isPublic && !rule.isEncrypted)
    return `${address} is on the Internet, and the URL is no https`;
  return undefined;
}

type LookupCallback = (
  error: NodeJS.ErrnoException | null,
  address: string | LookupAddress[],
  family?: number,
) => void;

/** Finds all addresses of a name, as `dns.lookup` with `all` does. */
export type LookupAll = (
  hostname: string,
  options: LookupOptions & { readonly all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/**
 * A lookup for connections that finds only addresses which may be connected to. The connection goes to what was
 * found here, so a name that is given another address later gains nothing by it.
 */
export function guardedLookup(lookup: LookupAll, rule: AddressRule) {
  return (hostname: string, options: LookupOptions, callback: LookupCallback): void => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, []);
      const allowed = addresses.filter(({ address }) => refusalOf(address, rule) === undefined);
      const [first] = allowed;
      if (first === undefined) return callback(refusedError(hostname, addresses, rule), []);
      if (options.all === true) return callback(null, allowed);
      return callback(null, first.address, first.family);
    });
  };
}

function refusedError(
  hostname: string,
  addresses: readonly LookupAddress[],
  rule: AddressRule,
): AddressRefusedError {
  const reasons = addresses.map(({ address }) => refusalOf(address, rule));
  return new AddressRefusedError(`${hostname}: ${reasons.join('; ') || 'it has no address'}`);
}
