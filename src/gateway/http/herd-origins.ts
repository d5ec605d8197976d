import type { KnownServer } from '../../service/known-server.ts';

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

function isWebOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { origin, protocol } = new URL(text);
  return origin === text && (protocol === 'http:' || protocol === 'https:');
}
