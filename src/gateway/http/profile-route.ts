import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { formatClientId } from '../../protocol/client-id.ts';
import { PROFILE_PATH, profileOf } from '../ingest/gpslogger/set-up.ts';
import { baseUrlOf } from './base-url.ts';
import type { Guard } from './guard.ts';

/** Its lines are those of Java's properties. */
const PROFILE_TYPE = 'text/plain; charset=utf-8';

/** The dependencies of the route of GPSLogger's profile. */
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
  const send = (
    request: FastifyRequest,
    reply: FastifyReply,
    token: string | undefined,
  ): string => {
    const { ownClient = '' } = guard.admit(request, { scope: 'report' }, token);
    const baseUrl = baseUrlOf(request, gatewayUrl);
    const client = token === undefined ? memberOf(request.query, 'id') : formatClientId(ownClient);
    reply.type(PROFILE_TYPE).header('cache-control', 'no-store');
    return profileOf({ baseUrl, token, passphrase: undefined, client });
  };
  app.get(`/in/gpslogger/:token${PROFILE_PATH}`, async (request, reply) =>
    send(request, reply, memberOf(request.params, 'token')),
  );
  app.get(`/in/gpslogger${PROFILE_PATH}`, async (request, reply) =>
    send(request, reply, undefined),
  );
}

/** A member of a request's parameters or query; empty where there is none. */
function memberOf(values: unknown, name: 'token' | 'id'): string {
  const members: Readonly<Record<string, unknown>> =
    typeof values === 'object' && values !== null ? { ...values } : {};
  const value = members[name];
  return typeof value === 'string' ? value : '';
}
