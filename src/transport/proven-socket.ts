import type { Address } from './address.ts';
import { constants } from 'node:crypto';
import type { Socket } from 'node:net';
import { connect, createServer, type TLSSocket } from 'node:tls';

import type { Claim, LinkKeys } from './link-keys.ts';
import type { ChannelCause } from './channel.ts';

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

/** The errors of TLS that say that the other end speaks something else. */
const NOT_TLS = new Set(['ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_HTTP_REQUEST']);

/** The errors of TLS that say that the other end has refused. */
const ALERT = /^ERR_SSL_.*ALERT/;

/** The errors of the system, `ECONNRESET` and the like: there was no verdict. */
const LOST = /^E(?!RR_)/;

/** Connects to a peer port. The socket is `secureConnect`ed when both ends have proven themselves. */
export function dialProven({ host, port }: Address, keys: LinkKeys): TLSSocket {
  const { identity, key } = keys.own;
  const socket = connect({
    ...TLS,
    host,
    port,
    pskCallback: () => ({ identity, psk: key }),
    // A certificate proves nothing here, whoever has signed it and whatever the environment allows.
    // Where the key is proven there is none.
    rejectUnauthorized: true,
    checkServerIdentity: () => new Error('the neighbour shows a certificate instead of the secret'),
  });
  return socket.setNoDelay(true);
}

/** What becomes of a connection that another server has made. */
export interface ProofListener {
  /** It is `server`, and `socket` is what to talk to it on. */
  proven(server: string, socket: TLSSocket): void;
  /** It has not proven that it is a neighbour. The socket is closed. */
  failed(cause: ChannelCause): void;
}

/**
 * Has the other end of an accepted connection prove itself. It is the caller who limits the time
 * for that, by destroying the socket.
 *
 * Each connection has a TLS server of its own, which costs a fraction of a handshake: it is told
 * which server this one connection says that it is.
 */
export function acceptProven(socket: Socket, keys: LinkKeys, listener: ProofListener): void {
  let claim: Claim | string | undefined;
  const server = createServer({
    ...TLS,
    pskCallback(_socket, identity) {
      claim = keys.claimOf(identity);
      return typeof claim === 'string' ? null : claim.key;
    },
  });
  server.once('secureConnection', (secure) => {
    if (typeof claim === 'object') listener.proven(claim.server, secure);
    else secure.destroy();
  });
  server.once('tlsClientError', (error) => {
    listener.failed(typeof claim === 'string' ? unproven(claim) : proofFailure(error));
  });
  server.emit('connection', socket);
}

/** Why a proof failed, of which the error of TLS tells. */
export function proofFailure(error: Error): ChannelCause {
  const code = 'code' in error ? String(error.code) : '';
  if (LOST.test(code)) return { code: 'closed', detail: 'the connection ended before the proof' };
  if (NOT_TLS.has(code)) return unproven('it does not speak TLS: it may have been told no secret');
  if (ALERT.test(code)) {
    return unproven(
      'it refuses the proof: it has another secret or herd, or does not know this server',
    );
  }
  return unproven(describeTlsError(error));
}

/** An error of a proven socket in words, without what only OpenSSL's developers understand. */
export function describeTlsError(error: Error): string {
  return 'reason' in error ? `TLS: ${String(error.reason)}` : error.message;
}

function unproven(detail: string): ChannelCause {
  return { code: 'unproven', detail };
}
