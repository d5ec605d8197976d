import { X509Certificate } from 'node:crypto';
import type { Socket } from 'node:net';
import type { SecureContextOptions, TLSSocket } from 'node:tls';

import type { Address } from './address.ts';
import { CertificateError, tlsOptions, type Certificate } from './certificate.ts';
import type { ChannelCause } from './channel.ts';
import {
  acceptTls,
  describeTlsError,
  dialTls,
  handshakeCause,
  LOST_BEFORE_PROOF,
  unproven,
  type HandshakeWords,
} from './link-tls.ts';
import type { PeerProof, ProofListener } from './peer-proof.ts';

/** What a server proves itself with, and which authorities it accepts: all in PEM. */
export interface PeerCertificate extends Certificate {
  /** The certificates of the authorities that sign those of the herd's servers. */
  readonly authorities: string;
}

/** The name is compared exactly: wildcards do not match a server. */
const EXACT = { subject: 'default', wildcards: false } as const;

/** Servers prove themselves by certificates: a server's name is in its own, and in no other one's. */
export class CertificateProof implements PeerProof {
  readonly #server: string;
  readonly #neighbours: readonly string[];
  #options: SecureContextOptions;

  /** @throws {CertificateError} */
  constructor(server: string, neighbours: readonly string[], certificate: PeerCertificate) {
    this.#server = server;
    this.#neighbours = neighbours;
    this.#options = peerTlsOptions(server, neighbours, certificate);
  }

  /**
   * Takes another certificate for the links to come; those there are go on.
   *
   * @throws {CertificateError} and keeps the one it has
   */
  renew(certificate: PeerCertificate): void {
    this.#options = peerTlsOptions(this.#server, this.#neighbours, certificate);
  }

  dial(neighbour: string, address: Address): TLSSocket {
    return dialTls(address, {
      ...this.#options,
      // The name is the neighbour's in the herd, wherever it is reached.
      checkServerIdentity: (_host, { raw }) => {
        const certificate = new X509Certificate(raw);
        if (isOf(neighbour, certificate)) return undefined;
        return new Error(
          `it is ${neighbour} that was dialled, and ${ownerOf(certificate)} that answers`,
        );
      },
    });
  }

  accept(socket: Socket, listener: ProofListener): void {
    // The verdict is `#judge`'s: TLS alone would close the connection and not say why.
    const options = { ...this.#options, requestCert: true, rejectUnauthorized: false };
    acceptTls(socket, options, {
      onSecured: (secure) => {
        const { server, refusal } = this.#judge(secure);
        if (server !== undefined) {
          listener.onProven(server, secure);
          return;
        }
        listener.onFailed(unproven(refusal));
        secure.on('error', () => {}).destroy();
      },
      onFailed: (error) => listener.onFailed(handshakeCause(error, WORDS)),
    });
  }

  failure(error: Error | undefined, isSecure: boolean): ChannelCause {
    if (isSecure) {
      return unproven(
        `it ended the connection before it said anything: it may not accept the certificate of ${this.#server}`,
      );
    }
    return error === undefined ? LOST_BEFORE_PROOF : handshakeCause(error, WORDS);
  }

  /** Which neighbour is at the other end, or in words why none is. */
  #judge(secure: TLSSocket): Verdict {
    const certificate = secure.getPeerX509Certificate();
    if (certificate === undefined) {
      return refused('it shows no certificate: it may be configured with a secret instead');
    }
    if (!secure.authorized) return refused(distrust(String(secure.authorizationError)));
    const [server, another] = this.#neighbours.filter((name) => isOf(name, certificate));
    if (server === undefined) {
      return refused(
        `its certificate is of ${ownerOf(certificate)}, no neighbour of ${this.#server}`,
      );
    }
    if (another === undefined) return { server, refusal: '' };
    return refused(`its certificate is of both ${server} and ${another}, expected one of them`);
  }
}

type Verdict =
  | { readonly server: string; readonly refusal: '' }
  | { readonly server: undefined; readonly refusal: string };

function refused(refusal: string): Verdict {
  return { server: undefined, refusal };
}

/** What this server shows, and which authorities it accepts. */
function peerTlsOptions(
  server: string,
  neighbours: readonly string[],
  certificate: PeerCertificate,
): SecureContextOptions {
  const options = tlsOptions(certificate);
  const own = new X509Certificate(certificate.cert);
  if (!isOf(server, own)) {
    throw new CertificateError('CERTIFICATE_OF_ANOTHER_SERVER', `it is of ${ownerOf(own)}`);
  }
  const other = neighbours.find((name) => isOf(name, own));
  if (other !== undefined) {
    throw new CertificateError('CERTIFICATE_OF_ANOTHER_SERVER', `it is of ${other} as well`);
  }
  return { ...options, ca: requireAuthorities(certificate.authorities) };
}

const PEM_CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/** TLS would take a text without certificates, and then trust no server. */
function requireAuthorities(pem: string): string[] {
  const authorities = pem.match(PEM_CERTIFICATE) ?? [];
  if (authorities.length > 0 && authorities.every(isCertificate)) return authorities;
  throw new CertificateError('AUTHORITIES_UNREADABLE');
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}

function isOf(server: string, certificate: X509Certificate): boolean {
  return certificate.checkHost(server, EXACT) === server;
}

/** Whom a certificate names, for a message: its alternative names or else its subject, in one line. */
function ownerOf({ subjectAltName, subject }: X509Certificate): string {
  return (subjectAltName ?? subject ?? 'nobody').replaceAll('\n', ', ');
}

const WORDS: HandshakeWords = {
  noTls: 'it does not speak TLS: it may be configured without a certificate',
  refused: 'it refuses the proof: it may be configured with a secret instead of certificates',
  describe: (error) => ('code' in error ? distrust(String(error.code), error) : error.message),
};

/** Why a certificate is not believed, by the code of OpenSSL's verification. */
function distrust(code: string, error?: Error): string {
  switch (code) {
    case 'CERT_HAS_EXPIRED':
      return 'its certificate has expired';
    case 'CERT_NOT_YET_VALID':
      return 'its certificate is not valid yet';
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'CERT_SIGNATURE_FAILURE':
      return 'its certificate is of none of the authorities that this server believes';
    default:
      return error === undefined
        ? `its certificate is not accepted: ${code}`
        : describeTlsError(error);
  }
}
