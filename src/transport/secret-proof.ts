import { constants } from 'node:crypto';
import type { Socket } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';

import type { Address } from './address.ts';
import type { ChannelCause } from './channel.ts';
import type { Claim, LinkKeys } from './link-keys.ts';
import {
  acceptTls,
  describeTlsError,
  handshakeFailure,
  LOST_BEFORE_PROOF,
  unproven,
  type PeerProof,
  type ProofListener,
} from './peer-proof.ts';

/**
 * TLS 1.3 with a pre-shared key and an ephemeral key exchange: both ends prove that they know the
 * key, and who learns it later cannot read what was recorded. Older versions are off. The cipher's
 * hash is SHA-256, since that is what such keys are bound to (RFC 8446, 4.2.11).
 */
const TLS = {
  minVersion: 'TLSv1.3',
  maxVersion: 'TLSv1.3',
  ciphers: 'TLS_AES_128_GCM_SHA256',
  // Nothing but the key opens a link: no session is resumed, which might be of a key since removed.
  secureOptions: constants.SSL_OP_NO_TICKET,
} as const;

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

  dial(_neighbour: string, { host, port }: Address): TLSSocket {
    const { identity, key } = this.#keys.own;
    const socket = connect({
      ...TLS,
      host,
      port,
      pskCallback: () => ({ identity, psk: key }),
      // No certificate is a proof here, whatever its signature and whatever the environment allows.
      // Where the key is proven there is none.
      rejectUnauthorized: true,
      checkServerIdentity: () => new Error(SHOWS_CERTIFICATE),
    });
    return socket.setNoDelay(true);
  }

  accept(socket: Socket, listener: ProofListener): void {
    let claim: Claim | string | undefined;
    const options = {
      ...TLS,
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
        listener.onFailed(typeof claim === 'string' ? unproven(claim) : failureOf(error));
      },
    });
  }

  failure(error: Error | undefined, isSecure: boolean): ChannelCause | undefined {
    if (error === undefined || isSecure) return undefined;
    // The codes of a certificate that is not trusted are of no family: with a key there is none.
    const isVerdict = handshakeFailure(error) !== 'other' || 'reason' in error;
    return isVerdict ? failureOf(error) : unproven(SHOWS_CERTIFICATE);
  }
}

function failureOf(error: Error): ChannelCause {
  switch (handshakeFailure(error)) {
    case 'lost':
      return LOST_BEFORE_PROOF;
    case 'no TLS':
      return unproven('it does not speak TLS: it may be configured without a secret');
    case 'refused':
      return unproven(
        'it refuses the proof: it has another secret or herd, or does not know this server',
      );
    case 'other':
      return unproven(describeTlsError(error));
  }
}
