import { constants } from 'node:crypto';
import type { Socket } from 'node:net';
import {
  connect,
  createServer,
  type ConnectionOptions,
  type TlsOptions,
  type TLSSocket,
} from 'node:tls';

import type { Address } from './address.ts';
import type { ChannelCause } from './channel.ts';

/*
 * The TLS of links, whatever servers prove themselves with.
 */

/** TLS 1.3 alone, and no session is resumed, which might be of a key or a certificate since removed. */
const LINK_TLS = {
  minVersion: 'TLSv1.3',
  maxVersion: 'TLSv1.3',
  secureOptions: constants.SSL_OP_NO_TICKET,
} as const;

/**
 * Connects with TLS. No certificate that is shown is accepted without its authority, whatever the environment
 * allows.
 */
export function dialTls({ host, port }: Address, options: ConnectionOptions): TLSSocket {
  const socket = connect({ ...options, ...LINK_TLS, host, port, rejectUnauthorized: true });
  return socket.setNoDelay(true);
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
  const server = createServer({ ...options, ...LINK_TLS });
  server.once('secureConnection', (secure) => listener.onSecured(secure));
  server.once('tlsClientError', (error) => listener.onFailed(error));
  server.emit('connection', socket);
}

/** Why a handshake failed, in the words of one kind of proof. */
export interface HandshakeWords {
  /** The other end speaks something else than TLS. */
  readonly noTls: string;
  /** The other end has refused. */
  readonly refused: string;
  /** Any other error. */
  describe(error: Error): string;
}

/** The errors of TLS that say that the other end speaks something else. */
const NOT_TLS = new Set(['ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_HTTP_REQUEST']);

/** The errors of TLS that say that the other end has refused. */
const ALERT = /^ERR_SSL_.*ALERT/;

/** The errors of the system, `ECONNRESET` and the like: there was no verdict. */
const LOST = /^E(?!RR_)/;

/** Why a handshake failed. */
export function handshakeCause(error: Error, words: HandshakeWords): ChannelCause {
  const code = 'code' in error ? String(error.code) : '';
  if (LOST.test(code)) return LOST_BEFORE_PROOF;
  if (NOT_TLS.has(code)) return unproven(words.noTls);
  return unproven(ALERT.test(code) ? words.refused : words.describe(error));
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
