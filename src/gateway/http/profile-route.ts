import type { FastifyInstance, FastifyRequest } from 'fastify';

import { formatClientId } from '../../protocol/client-id.ts';
import { PROFILE_PATH, profileOf } from '../ingest/gpslogger/set-up.ts';
import { baseUrlOf } from './base-url.ts';
import type { Guard } from './guard.ts';

/** Its lines are those of Java's properties. */
const PROFILE_TYPE = 'text/plain; charset=utf-8';

/** What the route of GPSLogger's profile stands on. */
export interface ProfileEnvironment {
  readonly guard: Guard;
  /** Where phones reach a gateway; `undefined`: where they reach this one. */
  readonly gatewayUrl: string | undefined;
}

/** The profile that GPSLogger fetches to be set up: it says what the caller's own URL says already. */
export function registerProfileRoute(
  app: FastifyInstance,
  { guard, gatewayUrl }: ProfileEnvironment,
): void {
  app.get(`/in/gpslogger/:token${PROFILE_PATH}`, async (request, reply) => {
    const token = tokenIn(request);
    const { ownClient = '' } = guard.admit(request, { scope: 'report' }, token);
    const baseUrl = baseUrlOf(request, gatewayUrl);
    reply.type(PROFILE_TYPE).header('cache-control', 'no-store');
    return profileOf({ baseUrl, token, passphrase: undefined, client: formatClientId(ownClient) });
  });
}

function tokenIn({ params }: FastifyRequest): string {
  const isObject = typeof params === 'object' && params !== null;
  return isObject && 'token' in params ? String(params.token) : '';
}
