import { isLoopback, type Address } from '../transport/address.ts';
import { CertificateProof, type PeerCertificate } from '../transport/certificate-proof.ts';
import { LinkKeys } from '../transport/link-keys.ts';
import type { PeerProof } from '../transport/peer-proof.ts';
import { IS_BUN } from '../transport/runtime.ts';
import { SecretProof } from '../transport/secret-proof.ts';
import type { ServerOptions } from './options.ts';

/**
 * The fewest bytes of a secret. Anyone who records a handshake can try secrets against it at leisure:
 * 16 random bytes are beyond trying, a word is not.
 */
export const MIN_SECRET_BYTES = 16;

/** Whether this runtime has TLS with pre-shared keys. Bun has not, and leaves them out without a word. */
export const HAS_TLS_PSK = !IS_BUN;

export type PeerSecurityErrorCode =
  | 'PEER_SECRET_SHORT' // a secret has fewer than `MIN_SECRET_BYTES` bytes
  | 'PEER_SECRET_UNSUPPORTED' // this runtime cannot prove a secret
  | 'PEER_PROOF_MISSING' // a link leaves loopback, and nothing protects it
  | 'PEER_PROOF_TWICE'; // there are a secret and a certificate

/** Links cannot be protected as it was asked for. No secret is in the message. */
export class PeerSecurityError extends Error {
  override readonly name = 'PeerSecurityError';
  readonly code: PeerSecurityErrorCode;

  constructor(code: PeerSecurityErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** What neighbours prove themselves with. */
export interface PeerProofs {
  /** See `ServerOptions`. */
  readonly secrets: readonly string[];
  readonly peerCertificate: PeerCertificate | undefined;
}

/**
 * Checks that there is at most one proof, and that this runtime supports it.
 *
 * @param hasTlsPsk whether this runtime has TLS with pre-shared keys
 * @throws {PeerSecurityError}
 */
export function requireUsableProofs(
  { secrets, peerCertificate }: PeerProofs,
  hasTlsPsk: boolean,
): void {
  for (const secret of secrets) requireLongSecret(secret);
  if (secrets.length === 0) return;
  if (peerCertificate !== undefined) {
    throw new PeerSecurityError(
      'PEER_PROOF_TWICE',
      'the herd has both a secret and certificates (peerTls), expected one of them',
    );
  }
  if (hasTlsPsk) return;
  throw new PeerSecurityError(
    'PEER_SECRET_UNSUPPORTED',
    'this runtime has no TLS with pre-shared keys, so it cannot prove a secret: use certificates (peerTls), or Node',
  );
}

/**
 * Without a proof anyone who reaches a peer port is a neighbour, and anyone on the way reads along:
 * that is for loopback alone.
 *
 * @param server whose peer port it is
 * @param peers where it listens for its neighbours
 * @throws {PeerSecurityError} `PEER_PROOF_MISSING` where it is beyond loopback and there is no proof
 */
export function requireProofBeyondLoopback(
  server: string,
  peers: Address,
  { secrets, peerCertificate }: PeerProofs,
): void {
  if (secrets.length > 0 || peerCertificate !== undefined || isLoopback(peers.host)) return;
  throw new PeerSecurityError(
    'PEER_PROOF_MISSING',
    `${server} has its peer port on ${peers.host}, which is not loopback: the herd needs a secret or certificates`,
  );
}

/**
 * Checks how a server's links are to be protected.
 *
 * @throws {PeerSecurityError}
 */
export function requirePeerSecurity(options: ServerOptions): void {
  requireUsableProofs(options, HAS_TLS_PSK);
  for (const { name, peers } of [options, ...options.neighbours]) {
    requireProofBeyondLoopback(name, peers, options);
  }
}

/** What of a server's options its proof is made of. */
type ProofOptions = Pick<
  ServerOptions,
  'herd' | 'name' | 'secrets' | 'peerCertificate' | 'neighbours'
>;

/**
 * How a server and its neighbours prove themselves; `undefined`: not at all.
 *
 * @throws {CertificateError}
 */
export function createProof(options: ProofOptions): PeerProof | undefined {
  const { name, secrets, peerCertificate } = options;
  const neighbours = options.neighbours.map((neighbour) => neighbour.name);
  if (peerCertificate !== undefined) return new CertificateProof(name, neighbours, peerCertificate);
  if (secrets.length === 0) return undefined;
  return new SecretProof(createLinkKeys(options));
}

/** The keys derived from the secrets, at least one. */
export function createLinkKeys({ herd, name, neighbours, secrets }: ProofOptions): LinkKeys {
  const names = neighbours.map((neighbour) => neighbour.name);
  return new LinkKeys(herd, name, names, secrets);
}

function requireLongSecret(secret: string): void {
  const bytes = Buffer.byteLength(secret);
  if (bytes >= MIN_SECRET_BYTES) return;
  throw new PeerSecurityError(
    'PEER_SECRET_SHORT',
    `a herd's secret has ${bytes} bytes, expected at least ${MIN_SECRET_BYTES}, best random ones`,
  );
}
