import type { ClientPattern } from './client-pattern.ts';
import { MALFORMED, readToken, type Credentials } from './credentials.ts';
import { decide, grantOf, isExpired, parseAll } from './grant.ts';
import type { Action, Decision, Grant } from './grant.ts';
import { RateLimiter } from './rate-limiter.ts';
import type { AccessOptions } from './rules.ts';
import { createTicket, macOf, readTicket, TICKET_LIFE_MS, type TicketParts } from './ticket.ts';
import { hashToken, isSameHash, tokenId } from './token.ts';

/**
 * How many wrong tokens of one address are answered one by one: as many at once as a person or a wrongly set phone
 * sends in a few minutes, and then one in six seconds.
 */
const WRONG_TOKENS = { perSecond: 1 / 6, burst: 20 };

/** Why somebody is not let in. */
export type RefusalCode =
  | 'missing' // no token was shown
  | 'malformed' // the Authorization header is neither Bearer nor Basic
  | 'unknown' // there is no such token
  | 'expired' // its time is over
  | 'revoked' // it was revoked
  | 'rate-limited'; // there is no such token, and too many such came from this address

/** Somebody is not let in. */
export interface Refusal {
  readonly isGranted: false;
  readonly code: RefusalCode;
  /** The name of the token, where it was known. */
  readonly token: string | undefined;
  /** With `rate-limited`: in how many milliseconds another wrong token is looked at. Otherwise 0. */
  readonly retryAfterMs: number;
}

/** What becomes of credentials. */
export type Authentication = { readonly isGranted: true; readonly grant: Grant } | Refusal;

/** What `authenticate` is given. */
export interface AuthenticationRequest extends Credentials {
  /** What counts as one address. @see addressKey */
  readonly address: string;
  /** In milliseconds since 1970. */
  readonly nowMs: number;
}

interface Known {
  readonly hash: string;
  readonly grant: Grant;
}

/**
 * Who may do what, by tokens, as the access file has it now. One for all front ends of a server. It does no I/O and
 * reads no clock.
 */
export class Access {
  readonly #wrong = new RateLimiter(WRONG_TOKENS);
  #demands: Pick<AccessOptions, 'clients' | 'gateway'>;
  #groups: ReadonlyMap<string, readonly ClientPattern[]> = new Map();
  #byId: ReadonlyMap<string, Known> = new Map();

  constructor(options: AccessOptions) {
    this.#demands = options;
    this.replace(options);
  }

  /** Takes other rules. What was granted before is judged by them from now on. */
  replace({ groups, tokens, ...demands }: AccessOptions): void {
    this.#demands = demands;
    this.#groups = new Map(groups.map(({ name, clients }) => [name, parseAll(clients)]));
    const known = tokens.map((rule) => ({ hash: rule.hash, grant: grantOf(rule, this.#groups) }));
    this.#byId = new Map(known.map((each) => [tokenId(each.hash), each]));
  }

  /**
   * Whether a port asks for a token. It goes by the address that the port listens on, not by where a client
   * connects from: what comes through a proxy on this machine comes from loopback.
   *
   * @param isLoopback whether it listens on loopback
   */
  isTokenDemanded(port: 'clients' | 'gateway', isLoopback: boolean): boolean {
    const demand = this.#demands[port];
    return demand === 'always' || (demand === 'beyond-loopback' && !isLoopback);
  }

  /**
   * Who shows these credentials. A right token is let in however many wrong ones came from its address: a
   * household shares one, and no number of tries finds a token. What the limit bounds is what wrong ones cost,
   * an answer and a line of the log each. Tokens that have expired or were revoked are no tries and do not count.
   */
  authenticate(request: AuthenticationRequest): Authentication {
    const token = readToken(request);
    if (token === undefined) return refusal('missing');
    if (token === MALFORMED) return refusal('malformed');
    const ticket = readTicket(token);
    const grant = ticket === undefined ? this.#find(token) : this.#findByTicket(ticket);
    if (grant === undefined) return this.#refuseUnknown(request);
    if (ticket !== undefined && isOver(ticket, request.nowMs)) {
      return refusal('expired', grant.token);
    }
    if (grant.isRevoked) return refusal('revoked', grant.token);
    if (isExpired(grant, request.nowMs)) return refusal('expired', grant.token);
    return { isGranted: true, grant };
  }

  /**
   * Whether somebody may do something now, by the rules of now: who was let in before is not longer than the token is good.
   *
   * @param client the client in question, one character per byte; ignored for `operate`
   * @param nowMs in milliseconds since 1970
   */
  may(grant: Grant, action: Action, client: string, nowMs: number): Decision {
    const current = this.current(grant);
    return current === undefined ? 'revoked' : decide(current, action, client, nowMs);
  }

  /**
   * A ticket that replaces the token of a grant for `TICKET_LIFE_MS`; `undefined` if there is no such token.
   *
   * @see createTicket
   */
  ticket({ id }: Grant, nowMs: number): string | undefined {
    const known = id === undefined ? undefined : this.#byId.get(id);
    if (id === undefined || known === undefined) return undefined;
    return createTicket(id, known.hash, nowMs + TICKET_LIFE_MS);
  }

  /** What a grant has become by the rules of now; `undefined` where its token is no longer there. */
  current(grant: Grant): Grant | undefined {
    return grant.id === undefined ? grant : this.#byId.get(grant.id)?.grant;
  }

  /** All groups, by name. */
  get groups(): ReadonlyMap<string, readonly ClientPattern[]> {
    return this.#groups;
  }

  /** The clients of a group; `undefined` where there is no such group. */
  group(name: string): readonly ClientPattern[] | undefined {
    return this.#groups.get(name);
  }

  /**
   * Finds by a part of the hash, which says nothing of the token to whoever measures how long that takes, and then
   * compares the whole of it in constant time.
   */
  #find(token: string): Grant | undefined {
    const hash = hashToken(token);
    const known = this.#byId.get(tokenId(hash));
    return known !== undefined && isSameHash(known.hash, hash) ? known.grant : undefined;
  }

  #findByTicket({ id, expiresMs, mac }: TicketParts): Grant | undefined {
    const known = this.#byId.get(id);
    if (known === undefined) return undefined;
    return isSameHash(macOf(id, known.hash, expiresMs), mac) ? known.grant : undefined;
  }

  #refuseUnknown({ address, nowMs }: AuthenticationRequest): Refusal {
    const retryAfterMs = this.#wrong.take(address, nowMs);
    if (retryAfterMs === 0) return refusal('unknown');
    this.#wrong.putBack(address); // one that is not looked at does not make the wait longer
    return { isGranted: false, code: 'rate-limited', token: undefined, retryAfterMs };
  }
}

/** Whether a ticket is over; one that was made for longer than tickets are never was one of ours. */
function isOver({ expiresMs }: TicketParts, nowMs: number): boolean {
  return nowMs >= expiresMs || expiresMs > nowMs + TICKET_LIFE_MS;
}

function refusal(code: RefusalCode, token?: string): Refusal {
  return { isGranted: false, code, token, retryAfterMs: 0 };
}
