import { isLoopback, type Address } from '../../transport/address.ts';

/**
 * The fewest bytes of a secret. Whoever records a handshake can try secrets against it at leisure:
 * 16 random bytes are beyond trying, a word is not.
 */
export const MIN_SECRET_BYTES = 16;

export type PeerSecretErrorCode =
  | 'PEER_SECRET_SHORT' // a secret has fewer than `MIN_SECRET_BYTES` bytes
  | 'PEER_SECRET_MISSING'; // a link leaves loopback, and there is no secret to protect it

/** Links cannot be made with these secrets. No secret is in the message. */
export class PeerSecretError extends Error {
  override readonly name = 'PeerSecretError';
  readonly code: PeerSecretErrorCode;

  constructor(code: PeerSecretErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** @throws {PeerSecretError} `PEER_SECRET_SHORT` where the secret, in UTF-8, is too short */
export function requireLongSecret(secret: string): void {
  const bytes = Buffer.byteLength(secret);
  if (bytes >= MIN_SECRET_BYTES) return;
  throw new PeerSecretError(
    'PEER_SECRET_SHORT',
    `a herd's secret has ${bytes} bytes, expected at least ${MIN_SECRET_BYTES}, best random ones`,
  );
}

/**
 * Without a secret anyone who reaches a peer port is a neighbour, and anyone on the way reads along:
 * that is for loopback alone.
 *
 * @param server whose peer port it is
 * @param peers where it listens for its neighbours
 * @throws {PeerSecretError} `PEER_SECRET_MISSING` where it is beyond loopback and there is no secret
 */
export function requireSecretBeyondLoopback(
  server: string,
  peers: Address,
  secrets: readonly string[],
): void {
  if (secrets.length > 0 || isLoopback(peers.host)) return;
  throw new PeerSecretError(
    'PEER_SECRET_MISSING',
    `${server} has its peer port on ${peers.host}, which is not loopback: the herd needs a secret`,
  );
}
