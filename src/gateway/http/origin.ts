import type { IncomingHttpHeaders } from 'node:http';

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
