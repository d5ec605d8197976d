/** An attempt at one server ended without an answer. Only for those who try the next one. */
export class AttemptError extends Error {
  override readonly name = 'AttemptError';
}

/** Codes of the system, of Node and of Bun, and what they mean. */
const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'it broke the connection',
  EPIPE: 'it broke the connection',
  ENOTFOUND: 'no such host',
  EAI_AGAIN: 'no such host at the moment',
  EHOSTUNREACH: 'host unreachable',
  ENETUNREACH: 'network unreachable',
  EPROTO: 'it does not speak TLS',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'it does not speak TLS',
};

/** Why a connection failed or broke, in a few words. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return REASONS[code] ?? (error instanceof Error ? error.message : String(error));
}
