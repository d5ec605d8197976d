import { HerdError } from '../errors.ts';
import type { TcpLocation } from './reply.ts';

/**
 * A server answered with `? `: it does not do what was asked, and the protocol does not say why. A report is refused
 * where the token may not report as the client, where the server has as many clients as it may have, or where it cannot
 * write its journal; a question where no server knows the client, or the token may not read it. The server's log has the reason.
 *
 * @example
 * ```ts
 * if (error instanceof RefusedError) console.log(error.server, error.message);
 * ```
 */
export class RefusedError extends HerdError {
  override readonly name = 'RefusedError';
  declare readonly code: 'refused';
  /** The server that answered. */
  readonly server: string;

  constructor(server: string, what: string) {
    super('refused', `${server} refused ${what}`);
    this.server = server;
  }
}

/**
 * No server accepts the token: it is unknown, expired or revoked, or access is off there.
 *
 * @example
 * ```ts
 * if (error instanceof TokenRefusedError) console.log(error.message);
 * ```
 */
export class TokenRefusedError extends HerdError {
  override readonly name = 'TokenRefusedError';
  declare readonly code: 'unauthorized';

  /** @param reasons by server */
  constructor(reasons: ReadonlyMap<string, string>) {
    const all = Array.from(reasons, ([server, reason]) => `${server}: ${reason}`);
    super('unauthorized', `no server accepts the token: ${all.join('; ')}`);
  }
}

/**
 * The server's source of places did not answer. Where the client is, it says all the same.
 *
 * @example
 * ```ts
 * if (error instanceof PlacesFailedError) console.log(error.location, error.status);
 * ```
 */
export class PlacesFailedError extends HerdError {
  override readonly name = 'PlacesFailedError';
  declare readonly code: 'places-failed';
  /** Such as `OVER_QUERY_LIMIT`: see docs/PLACES.md. */
  readonly status: string;
  readonly location: TcpLocation;

  constructor(status: string, message: string | undefined, location: TcpLocation) {
    super('places-failed', message === undefined ? status : `${status}: ${message}`);
    this.status = status;
    this.location = location;
  }
}
