import type { Access } from '../access/access.ts';
import type { AccessEvent } from '../access/events.ts';
import { OPEN_GRANT, type Action, type Grant } from '../access/grant.ts';
import { redactTokens } from '../protocol/redact-tokens.ts';
import { readableText } from '../protocol/readable-text.ts';

/** What a connection's guard needs. */
export interface GuardParts {
  readonly access: Access;
  /** Whether the client has to show a token before it may do anything. */
  readonly isTokenDemanded: boolean;
  /** What the client may do from the beginning, by a token that it has shown elsewhere; `undefined`: it has shown none. */
  readonly shown: Grant | undefined;
  readonly connection: number;
  /** Where the client is, for the log. */
  readonly address: string;
  /** What counts as its address where wrong tokens are counted. */
  readonly addressKey: string;
  /** The time, in milliseconds since 1970. */
  readonly nowMs: () => number;
  readonly log: { write(event: AccessEvent): void };
  /** Where goes what anybody can cause at any rate. */
  readonly refusals: { write(event: AccessEvent): void };
}

/** What the client of one connection may do: at first what everybody may, then what its token says. */
export class Guard {
  readonly #parts: GuardParts;
  /** `undefined` where a token is demanded and none was accepted. */
  #grant: Grant | undefined;

  constructor(parts: GuardParts) {
    this.#parts = parts;
    this.#grant = parts.shown ?? this.#first;
  }

  /**
   * Takes another token for the commands to come. A wrong one takes away what the one before it granted.
   *
   * @returns the name of the token; `undefined` where it is not accepted
   */
  authenticate(urlToken: string): string | undefined {
    const { access, connection, address, addressKey, nowMs, log, refusals } = this.#parts;
    const result = access.authenticate({ urlToken, address: addressKey, nowMs: nowMs() });
    if (!result.isGranted) {
      const { code, token } = result;
      this.#grant = this.#first;
      refusals.write({ event: 'token-refused', connection, code, token, address });
      return undefined;
    }
    this.#grant = result.grant;
    const { token } = result.grant;
    log.write({ event: 'token-accepted', connection, token, address });
    return token;
  }

  /** Whether the client may do something with the location of the client whose ID the bytes are. */
  may(action: Action, bytes: Buffer, start: number, end: number): boolean {
    const grant = this.#grant;
    if (grant === OPEN_GRANT) return true;
    const { access, connection, address, nowMs, refusals } = this.#parts;
    const client = bytes.toString('latin1', start, end);
    const decision = grant === undefined ? 'missing' : access.may(grant, action, client, nowMs());
    if (decision === 'allowed') return true;
    refusals.write({
      event: 'access-denied',
      connection,
      reason: decision,
      action,
      client: redactTokens(readableText(client)),
      token: grant?.token,
      address,
    });
    return false;
  }

  /** What the client may do without a token. */
  get #first(): Grant | undefined {
    return this.#parts.isTokenDemanded ? undefined : OPEN_GRANT;
  }
}
