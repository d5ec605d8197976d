/** The statuses and titles of problems, by the last part of their types. Types are stable: programs know them. */
const PROBLEMS = {
  'invalid-request': [400, 'The request is not valid'],
  'malformed-json': [400, 'The body is not the JSON that was expected'],
  'malformed-body': [400, 'The body cannot be decompressed'],
  'malformed-http': [400, 'This is no HTTP request'],
  unauthorized: [401, 'A token is needed'],
  forbidden: [403, 'The token is not for this'],
  'no-such-resource': [404, 'There is nothing at this path'],
  'unknown-client': [404, 'No server of the herd knows where this client is'],
  'unknown-geofence': [404, 'There is no geofence of this name'],
  'unknown-card': [404, 'This client has no card'],
  'method-not-allowed': [405, 'This path has no such method'],
  'not-acceptable': [406, 'The answer is not available in a type that was asked for'],
  'access-off': [409, 'This herd asks nobody for a token'],
  'demo-unavailable': [409, 'This herd can have no demo'],
  'herd-in-use': [409, 'There are clients in this herd that are none of a demo'],
  'request-timeout': [408, 'The request did not arrive in time'],
  'body-too-large': [413, 'The body is too large'],
  'unsupported-media-type': [415, 'The body is of a type that is not taken here'],
  'unsupported-encoding': [415, 'The body is compressed in a way that is not taken here'],
  'no-such-range': [416, 'Nothing of the file is in the range'],
  'wrong-host': [421, 'This gateway is not meant by this Host'],
  'upgrade-required': [426, 'This path has a WebSocket alone'],
  'too-many-streams': [429, 'This token has as many streams as it may have'],
  'too-many-requests': [429, 'Too many requests, or wrong tokens, came from this address'],
  'headers-too-large': [431, 'The headers are too large'],
  'internal-error': [500, 'The server failed'],
  'places-failed': [502, 'The provider of places did not answer as it should'],
  overloaded: [503, 'The server has too much to do at the moment'],
  'demo-failed': [503, 'The demo cannot be started or stopped at the moment'],
  starting: [503, 'The server is still reading its journal'],
  'not-joined': [503, 'The server has yet to hear from a neighbour what it lacks'],
  'clients-unreachable': [503, 'The servers that hold these clients cannot be reached'],
  'not-caught-up': [503, 'The server has not yet what the consistency token asks for'],
  'not-acknowledged': [503, 'The report was taken, but its promise cannot be kept at the moment'],
  'commands-timeout': [504, 'The commands were not answered in time'],
  full: [507, 'There is no room for further clients, geofences or cards'],
} as const satisfies Readonly<Record<string, readonly [status: number, title: string]>>;

/** The last part of a problem's type. */
export type ProblemCode = keyof typeof PROBLEMS;

/** The media type of problem details (RFC 9457). */
export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** What the types of all problems begin with. */
const TYPE_PREFIX = 'urn:proxy-herd:problem:';

/** A problem as it is sent (RFC 9457), and what goes with it. */
export interface ProblemDetails {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  /** What was wrong, where, and what was expected. */
  readonly detail: string;
  readonly [extension: string]: unknown;
}

/** A request cannot be answered as it was meant to be. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ProblemCode;
  /** Further members of the problem details. */
  readonly extensions: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: ProblemCode,
    detail: string,
    extensions: Readonly<Record<string, unknown>> = {},
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(detail);
    this.code = code;
    this.extensions = extensions;
    this.headers = headers;
  }

  get status(): number {
    return PROBLEMS[this.code][0];
  }

  get details(): ProblemDetails {
    const [status, title] = PROBLEMS[this.code];
    const type = `${TYPE_PREFIX}${this.code}`;
    return { type, title, status, detail: this.message, ...this.extensions };
  }
}

/** The status of a problem. */
export function statusOf(code: ProblemCode): number {
  return PROBLEMS[code][0];
}

/** What a problem means, in a few words. */
export function titleOf(code: ProblemCode): string {
  return PROBLEMS[code][1];
}

/** A request for a resource that is busy for a moment is worth another try after so many seconds. */
export function retryAfter(seconds: number): Readonly<Record<string, string>> {
  return { 'retry-after': String(seconds) };
}
