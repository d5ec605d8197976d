/** What the types of all problems begin with (RFC 9457). */
const PROBLEM_TYPE = 'urn:proxy-herd:problem:';

/** A problem that a gateway may answer with, by the last part of its type: see docs/HTTP.md. */
export type ProblemCode =
  | 'invalid-request'
  | 'malformed-json'
  | 'malformed-body'
  | 'malformed-http'
  | 'unauthorized'
  | 'forbidden'
  | 'no-such-resource'
  | 'unknown-client'
  | 'unknown-geofence'
  | 'unknown-card'
  | 'method-not-allowed'
  | 'not-acceptable'
  | 'access-off'
  | 'demo-unavailable'
  | 'herd-in-use'
  | 'request-timeout'
  | 'body-too-large'
  | 'unsupported-media-type'
  | 'unsupported-encoding'
  | 'no-such-range'
  | 'wrong-host'
  | 'upgrade-required'
  | 'too-many-streams'
  | 'too-many-requests'
  | 'headers-too-large'
  | 'internal-error'
  | 'places-failed'
  | 'overloaded'
  | 'demo-failed'
  | 'starting'
  | 'not-joined'
  | 'clients-unreachable'
  | 'not-caught-up'
  | 'not-acknowledged'
  | 'commands-timeout'
  | 'full';

/** How an attempt at one server ended without a definite answer. */
export interface FailedAttempt {
  /** The server's URL or address, as it was given. */
  readonly server: string;
  /** Why, in a few words. */
  readonly reason: string;
}

/**
 * Whatever goes wrong here is one of these. `code` is stable: programs may compare it.
 *
 * A call that its own `AbortSignal` breaks off throws the signal's reason instead, as `fetch` does.
 *
 * @example
 * ```ts
 * try {
 *   await herd.report({ client: 'kiwi', latitude: 34.06893, longitude: -118.445127 });
 * } catch (error) {
 *   if (error instanceof HerdError && error.code === 'unreachable') console.log('no server answers');
 *   else throw error;
 * }
 * ```
 */
export class HerdError extends Error {
  override readonly name: string = 'HerdError';
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/**
 * What was given cannot be right; nothing was sent.
 *
 * @example
 * ```ts
 * herd.enqueue({ client: 'kiwi', latitude: 95, longitude: 0 }); // throws: latitude: expected -90 to 90
 * ```
 */
export class InvalidArgumentError extends HerdError {
  override readonly name = 'InvalidArgumentError';
  declare readonly code: 'invalid-argument';

  constructor(message: string) {
    super('invalid-argument', message);
  }
}

/**
 * A server answered that it cannot do what was asked (RFC 9457). `code` is the problem's name.
 *
 * @example
 * ```ts
 * if (error instanceof ProblemError && error.code === 'forbidden') console.log(error.server, error.message);
 * ```
 */
export class ProblemError extends HerdError {
  override readonly name = 'ProblemError';
  /** One of those that this version knows, or one that a newer server has. */
  declare readonly code: ProblemCode | (string & Record<never, never>);
  /** The server that answered. */
  readonly server: string;
  /** The HTTP status. */
  readonly status: number;
  /** All members of the problem, such as `errors`, `missing` or `reason`. */
  readonly problem: Readonly<Record<string, unknown>>;
  /** After how many milliseconds another try is worth it, where the server says so. */
  readonly retryAfterMs: number | undefined;

  constructor(
    code: string,
    server: string,
    status: number,
    problem: Readonly<Record<string, unknown>>,
    retryAfterMs?: number,
  ) {
    const { detail, title } = problem;
    super(code, [detail, title].find((text) => typeof text === 'string') ?? code);
    this.server = server;
    this.status = status;
    this.problem = problem;
    this.retryAfterMs = retryAfterMs;
  }

  /**
   * The error of a problem as a gateway writes it; `undefined` where it is none of a gateway's.
   *
   * @internal
   */
  static of(
    server: string,
    problem: Readonly<Record<string, unknown>>,
    retryAfterMs?: number,
  ): ProblemError | undefined {
    const { type, status } = problem;
    if (typeof type !== 'string' || typeof status !== 'number') return undefined;
    if (!type.startsWith(PROBLEM_TYPE)) return undefined;
    return new ProblemError(type.slice(PROBLEM_TYPE.length), server, status, problem, retryAfterMs);
  }
}

/**
 * No server gave a definite answer before the deadline. A report may have been taken all the same: to report it
 * again does no harm.
 *
 * @example
 * ```ts
 * if (error instanceof UnreachableError) for (const { server, reason } of error.attempts) console.log(server, reason);
 * ```
 */
export class UnreachableError extends HerdError {
  override readonly name = 'UnreachableError';
  declare readonly code: 'unreachable';
  /** The last attempt at each server that was tried. */
  readonly attempts: readonly FailedAttempt[];

  constructor(withinMs: number, attempts: readonly FailedAttempt[], options?: ErrorOptions) {
    const reasons = attempts.map(({ server, reason }) => `${server}: ${reason}`).join('; ');
    const why = reasons === '' ? '' : `: ${reasons}`;
    super('unreachable', `no server answered within ${withinMs} ms${why}`, options);
    this.attempts = attempts;
  }
}

/**
 * The connection was lost after a change that must not be made twice had been sent: it may have been made, or not.
 * Ask how things are, then decide.
 *
 * @example
 * ```ts
 * if (error instanceof OutcomeUnknownError) console.log(await herd.locate('kiwi'));
 * ```
 */
export class OutcomeUnknownError extends HerdError {
  override readonly name = 'OutcomeUnknownError';
  declare readonly code: 'outcome-unknown';
  /** The server that it was sent to. */
  readonly server: string;

  constructor({ server, reason }: FailedAttempt, options?: ErrorOptions) {
    super('outcome-unknown', `${server} may have done it, or not: ${reason}`, options);
    this.server = server;
  }
}

/**
 * What answered is no server of a herd, or speaks a version of the protocol that is not understood here.
 *
 * @example
 * ```ts
 * if (error instanceof UnexpectedAnswerError) console.log('is this the address of a gateway?', error.server);
 * ```
 */
export class UnexpectedAnswerError extends HerdError {
  override readonly name = 'UnexpectedAnswerError';
  declare readonly code: 'unexpected-answer';
  readonly server: string;

  constructor(server: string, message: string, options?: ErrorOptions) {
    super('unexpected-answer', `${server}: ${message}`, options);
    this.server = server;
  }
}

/**
 * It was closed before, or meanwhile.
 *
 * @example
 * ```ts
 * await herd.close();
 * await herd.locate('kiwi'); // throws
 * ```
 */
export class ClosedError extends HerdError {
  override readonly name = 'ClosedError';
  declare readonly code: 'closed';

  constructor() {
    super('closed', 'it is closed');
  }
}
