import type { Socket } from 'node:net';
import { createServer, type TlsOptions, type TLSSocket } from 'node:tls';

import type { Address } from './address.ts';
import type { ChannelCause } from './channel.ts';

/** How the two ends of a link prove to each other which server they are, by TLS. */
export interface PeerProof {
  /**
   * Connects to a neighbour's peer port. The socket is `secureConnect`ed when the neighbour has proven
   * itself, and fails where it does not.
   */
  dial(neighbour: string, address: Address): TLSSocket;
  /**
   * Has the other end of an accepted connection prove itself. It is the caller who limits the time
   * for that, by destroying the socket.
   */
  accept(socket: Socket, listener: ProofListener): void;
  /**
   * Why a dialled connection ended before anything was received on it.
   *
   * @param error `undefined` where the other end has closed it
   * @param isSecure whether the neighbour had proven itself
   * @returns `undefined` where the proof has nothing to do with it
   */
  failure(error: Error | undefined, isSecure: boolean): ChannelCause | undefined;
}

/** What becomes of a connection that another server has made. */
export interface ProofListener {
  /** It is `server`, and `socket` is what to talk to it on. */
  onProven(server: string, socket: TLSSocket): void;
  /** It has not proven that it is a neighbour. The socket is closed. */
  onFailed(cause: ChannelCause): void;
}

/** What becomes of a TLS handshake. */
interface HandshakeListener {
  onSecured(socket: TLSSocket): void;
  onFailed(error: Error): void;
}

/**
 * Begins TLS on an accepted connection. Each has a TLS server of its own, which costs a fraction of a
 * handshake: so it is known which connection a call of `options` is about.
 */
export function acceptTls(socket: Socket, options: TlsOptions, listener: HandshakeListener): void {
  const server = createServer(options);
  server.once('secureConnection', (secure) => listener.onSecured(secure));
  server.once('tlsClientError', (error) => listener.onFailed(error));
  server.emit('connection', socket);
}

/** Why a handshake failed, as far as its error says so for any kind of proof. */
export type HandshakeFailure = 'lost' | 'no TLS' | 'refused' | 'other';

/** The errors of TLS that say that the other end speaks something else. */
const NOT_TLS = new Set(['ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_HTTP_REQUEST']);

/** The errors of TLS that say that the other end has refused. */
const ALERT = /^ERR_SSL_.*ALERT/;

/** The errors of the system, `ECONNRESET` and the like: there was no verdict. */
const LOST = /^E(?!RR_)/;

/** What the error of a TLS handshake says. */
export function handshakeFailure(error: Error): HandshakeFailure {
  const code = 'code' in error ? String(error.code) : '';
  if (LOST.test(code)) return 'lost';
  if (NOT_TLS.has(code)) return 'no TLS';
  return ALERT.test(code) ? 'refused' : 'other';
}

/** The cause where a connection broke before there was a verdict. */
export const LOST_BEFORE_PROOF: ChannelCause = {
  code: 'closed',
  detail: 'the connection ended before the proof',
};

/** An error of a proven socket in words, without what only OpenSSL's developers understand. */
export function describeTlsError(error: Error): string {
  return 'reason' in error ? `TLS: ${String(error.reason)}` : error.message;
}

export function unproven(detail: string): ChannelCause {
  return { code: 'unproven', detail };
}
