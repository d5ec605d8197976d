import type { FastifyRequest } from 'fastify';

import type { Access, RefusalCode } from '../../access/access.ts';
import type { AccessEvent } from '../../access/events.ts';
import { redactTokens } from '../../protocol/redact-tokens.ts';
import { type Action, type Grant, OPEN_GRANT, ownClient } from '../../access/grant.ts';
import { readableText } from '../../protocol/readable-text.ts';
import { addressKey } from '../../transport/address-key.ts';
import { readTicket } from '../../access/ticket.ts';
import type { Caller, Route } from '../api/route.ts';
import { requireOwnHost } from './origin.ts';
import { Problem } from './problems.ts';

/** What asks for a token (RFC 6750). */
const CHALLENGE = { 'www-authenticate': 'Bearer realm="proxy-herd"' };

const REFUSALS: Readonly<Record<Exclude<RefusalCode, 'rate-limited'>, string>> = {
  missing: 'expected a token: Authorization: Bearer TOKEN, or Basic with the token as password',
  malformed: 'expected Authorization to be Bearer TOKEN, or Basic with the token as password',
  unknown: 'there is no such token',
  expired: 'the time of this token is over',
  revoked: 'this token was revoked',
};

/** What letting callers in takes. */
export interface GuardParts {
  /** Who may do what; `undefined`: everybody everything. */
  readonly access: Access | undefined;
  /** The origins whose pages may call it; `*` for all. */
  readonly origins: readonly string[];
  /** Whether it listens on loopback. */
  readonly isLoopback: boolean;
  /** In milliseconds since 1970. */
  readonly nowMs: () => number;
  readonly log: { write(event: AccessEvent): void };
}

/** Lets callers in, and says what they may do. */
export class Guard {
  readonly #parts: GuardParts;

  constructor(parts: GuardParts) {
    this.#parts = parts;
  }

  /**
   * Who a request is from.
   *
   * @param pathToken a token in the path, where there is one
   * @throws {Problem} where its token is not good, or is not for this scope at all
   */
  admit(
    request: FastifyRequest,
    { scope, isStream = false }: Pick<Route, 'scope' | 'isStream'>,
    pathToken?: string,
  ): Caller {
    const { access, isLoopback } = this.#parts;
    if (scope === 'public') return OPEN_CALLER;
    if (access === undefined) return this.#admitAnybody(request);
    const urlToken = pathToken ?? (isStream ? ticketOf(request) : undefined);
    const hasToken = request.headers.authorization !== undefined || urlToken !== undefined;
    if (!hasToken && !access.isTokenDemanded('gateway', isLoopback)) {
      return this.#admitAnybody(request);
    }
    const grant = this.#authenticate(access, request, urlToken);
    const may = (action: Action, client: string): boolean =>
      access.may(grant, action, client, this.#parts.nowMs()) === 'allowed';
    const require = (action: Action, client: string): void =>
      this.#require(access, grant, action, client, request.ip);
    if (scope === 'operate') require('operate', '');
    const makeTicket = (): string | undefined => access.ticket(grant, this.#parts.nowMs());
    return {
      may,
      require,
      readsAll: false,
      reads: grant.read,
      readsAny: grant.read.length > 0,
      readsGeofences: grant.read.length > 0 && !grant.isShare,
      ownClient: ownClient(grant),
      encryptionKey: grant.encryptionKey,
      putsWaypoints: grant.putsWaypoints,
      grant,
      tokenId: grant.id,
      ticket: makeTicket,
    };
  }

  /** @throws {Problem} where it is a page of another site that asks, by a name that it has made its own */
  #admitAnybody({ headers }: FastifyRequest): Caller {
    requireOwnHost(headers, this.#parts.origins);
    return OPEN_CALLER;
  }

  #authenticate(access: Access, request: FastifyRequest, urlToken: string | undefined): Grant {
    const { authorization } = request.headers;
    const address = addressKey(request.ip);
    const nowMs = this.#parts.nowMs();
    const found = access.authenticate({ authorization, urlToken, address, nowMs });
    if (found.isGranted) return found.grant;
    const { code, token, retryAfterMs } = found;
    // Without a token nothing was tried, and beyond the limit nothing was looked at.
    if (code !== 'rate-limited' && code !== 'missing') {
      const connection = undefined;
      this.#parts.log.write({
        event: 'token-refused',
        connection,
        code,
        token,
        address: request.ip,
      });
    }
    if (code !== 'rate-limited') throw new Problem('unauthorized', REFUSALS[code], {}, CHALLENGE);
    const seconds = Math.ceil(retryAfterMs / 1000);
    throw new Problem(
      'too-many-requests',
      `another token is looked at in ${seconds} s`,
      {},
      { 'retry-after': String(seconds) },
    );
  }

  #require(access: Access, grant: Grant, action: Action, client: string, address: string): void {
    const reason = access.may(grant, action, client, this.#parts.nowMs());
    if (reason === 'allowed') return;
    const { token } = grant;
    const shown = redactTokens(readableText(client));
    const told = {
      connection: undefined,
      reason,
      action,
      client: shown,
      token,
      address,
    };
    this.#parts.log.write({ event: 'access-denied', ...told });
    const about = action === 'operate' ? '' : ` ${JSON.stringify(shown)}`;
    throw new Problem('forbidden', `the token does not allow to ${action}${about}`, { reason });
  }
}

/** Everybody, where no token is asked for. */
const OPEN_CALLER: Caller = {
  readsAll: true,
  reads: OPEN_GRANT.read,
  readsAny: true,
  readsGeofences: true,
  may: () => true,
  require() {},
  ownClient: undefined,
  encryptionKey: undefined,
  putsWaypoints: true,
  grant: OPEN_GRANT,
  tokenId: undefined,
  ticket: () => undefined,
};

/** The ticket in a query. Tokens themselves are not taken from there: who sees the URL would have them for good. */
function ticketOf({ query }: FastifyRequest): string | undefined {
  const isObject = typeof query === 'object' && query !== null;
  const ticket: unknown = isObject && 'ticket' in query ? query.ticket : undefined;
  if (typeof ticket !== 'string') return undefined;
  return readTicket(ticket) === undefined ? '' : ticket;
}
