import type { IncomingHttpHeaders } from 'node:http';

import { isLoopback } from '../../transport/address.ts';
import { Problem } from './problems.ts';

/**
 * Refuses a WebSocket to a page that may not call the gateway: browsers let any page open one, and leave it to the
 * server to look at `Origin` (RFC 6455, 10.2). Who is no browser sends none.
 *
 * @param origins whose pages may, beside the gateway's own; `*` for all
 * @throws {Problem}
 */
export function requireOrigin(headers: IncomingHttpHeaders, origins: readonly string[]): void {
  const { origin, host } = headers;
  if (origin === undefined || origins.includes('*') || origins.includes(origin)) return;
  if (URL.canParse(origin) && new URL(origin).host === host?.toLowerCase()) return;
  const detail = 'pages of this Origin may not open a WebSocket: gatewayOrigins has those that may';
  throw new Problem('forbidden', detail, { reason: 'origin-not-allowed' });
}

/**
 * Refuses a `Host` that is not this machine's. Where no token is asked for, a page of any site could else have its
 * own name resolve to loopback, and then read and change everything as a page of the gateway's own origin (DNS
 * rebinding).
 *
 * @param origins whose hosts are meant as well: those of a proxy in front of the gateway
 * @throws {Problem}
 */
export function requireOwnHost({ host }: IncomingHttpHeaders, origins: readonly string[]): void {
  if (host === undefined || origins.includes('*')) return; // only HTTP/1.0 has none, and no browser speaks that
  const url = URL.canParse(`http://${host}`) ? new URL(`http://${host}`) : undefined;
  const name = url?.hostname.replace(/^\[|\]$/g, '') ?? '';
  if (isLoopback(name) || name.endsWith('.localhost')) return;
  if (origins.some((origin) => new URL(origin).hostname === url?.hostname)) return;
  const found = JSON.stringify(host.slice(0, 80));
  const detail = `found the Host ${found}, expected loopback's, or one of an origin of gatewayOrigins`;
  throw new Problem('wrong-host', detail);
}

/**
 * Refuses what a page of another site has sent, where a request alone changes something: browsers send requests of
 * phone apps' kind for any page, without asking.
 *
 * @param origins whose pages may; `*` for all
 * @throws {Problem}
 */
export function requireOwnSite(headers: IncomingHttpHeaders, origins: readonly string[]): void {
  const site = headers['sec-fetch-site'];
  const isForeign = site === 'cross-site' || site === 'same-site';
  if (!isForeign || origins.includes('*') || origins.includes(headers.origin ?? '')) return;
  const detail = 'pages of other sites may not report: gatewayOrigins has those that may';
  throw new Problem('forbidden', detail, { reason: 'origin-not-allowed' });
}
