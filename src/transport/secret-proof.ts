import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';

import type { Address } from './address.ts';
import type { ChannelCause } from './channel.ts';
import type { Claim, LinkKeys } from './link-keys.ts';
import {
  acceptTls,
  describeTlsError,
  dialTls,
  handshakeCause,
  unproven,
  type HandshakeWords,
} from './link-tls.ts';
import type { PeerProof, ProofListener } from './peer-proof.ts';

/**
 * A pre-shared key with an ephemeral key exchange: both ends prove that they know the key, and who learns it
 * later cannot read what was recorded. The cipher's hash is SHA-256, since that is what such keys are
 * bound to (RFC 8446, 4.2.11).
 */
const CIPHERS = 'TLS_AES_128_GCM_SHA256';

const SHOWS_CERTIFICATE = 'it shows a certificate instead of the secret';

/** Servers prove themselves by a secret of the herd, from which their keys are made. */
export class SecretProof implements PeerProof {
  #keys: LinkKeys;

  constructor(keys: LinkKeys) {
    this.#keys = keys;
  }

  /** Takes other keys for the links to come; those there are go on. */
  renew(keys: LinkKeys): void {
    this.#keys = keys;
  }

  dial(_neighbour: string, address: Address): TLSSocket {
    const { identity, key } = this.#keys.own;
    return dialTls(address, {
      ciphers: CIPHERS,
      pskCallback: () => ({ identity, psk: key }),
      // No certificate is a proof here, whatever its signature. Where the key is proven there is none.
      checkServerIdentity: () => new Error(SHOWS_CERTIFICATE),
    });
  }

  accept(socket: Socket, listener: ProofListener): void {
    let claim: Claim | string | undefined;
    const options = {
      ciphers: CIPHERS,
      pskCallback: (_socket: TLSSocket, identity: string): Buffer | null => {
        claim = this.#keys.claimOf(identity);
        return typeof claim === 'string' ? null : claim.key;
      },
    };
    acceptTls(socket, options, {
      onSecured(secure) {
        if (typeof claim === 'object') listener.onProven(claim.server, secure);
        else secure.destroy();
      },
      onFailed(error) {
        listener.onFailed(
          typeof claim === 'string' ? unproven(claim) : handshakeCause(error, WORDS),
        );
      },
    });
  }

  failure(error: Error | undefined, isSecure: boolean): ChannelCause | undefined {
    if (error === undefined || isSecure) return undefined;
    return handshakeCause(error, DIALLED_WORDS);
  }
}

const WORDS: HandshakeWords = {
  noTls: 'it does not speak TLS: it may be configured without a secret',
  refused: 'it refuses the proof: it has another secret or herd, or does not know this server',
  describe: describeTlsError,
};

/** The same where this server dialled: an error without a reason of TLS is one of a certificate. */
const DIALLED_WORDS: HandshakeWords = {
  ...WORDS,
  describe: (error) => ('reason' in error ? describeTlsError(error) : SHOWS_CERTIFICATE),
};
