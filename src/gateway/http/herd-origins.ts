import type { KnownServer } from '../../service/known-server.ts';
import { isLoopback } from '../../transport/address.ts';

/**
 * The origins of the herd's gateways, as each server tells the others its own: their pages are the dashboard's, which goes on
 * to another gateway where its own is gone. What is no plain origin of the web is left out.
 */
export function herdOrigins(servers: readonly KnownServer[]): string[] {
  return servers.flatMap(({ status }) => {
    const gateway = status?.gateway;
    return gateway !== undefined && isWebOrigin(gateway) ? [gateway] : [];
  });
}

/**
 * Whether a page is of one of these origins. Loopback has several names, as `localhost` and `127.0.0.1`: by whichever a page
 * was opened, it is of the gateway at that port.
 */
export function isAmong(origin: string, origins: readonly string[]): boolean {
  if (origins.includes(origin)) return true;
  if (!isWebOrigin(origin)) return false;
  const page = new URL(origin);
  if (!isOnLoopback(page)) return false;
  return origins.some((each) => {
    const url = new URL(each);
    return isOnLoopback(url) && url.port === page.port && url.protocol === page.protocol;
  });
}

function isOnLoopback({ hostname }: URL): boolean {
  return isLoopback(hostname.replace(/^\[|\]$/g, ''));
}

function isWebOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { origin, protocol } = new URL(text);
  return origin === text && (protocol === 'http:' || protocol === 'https:');
}
