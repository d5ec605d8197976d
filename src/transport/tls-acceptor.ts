import type { Certificate } from './certificate.ts';
import type { Socket } from 'node:net';
import { createServer, type Server } from 'node:tls';

import { tlsOptions } from './certificate.ts';

/** The longest handshake, in milliseconds: many round trips of a slow network. */
const HANDSHAKE_MS = 10_000;

/** Makes TLS connections of accepted ones. */
export class TlsAcceptor {
  readonly #server: Server;

  /**
   * @param onSecure given each connection whose handshake is done; it may be half-closed
   * @param onFailed called with the reason where a handshake failed; its connection is closed
   * @throws {CertificateError}
   */
  constructor(
    certificate: Certificate,
    onSecure: (socket: Socket) => void,
    onFailed: (socket: Socket, detail: string) => void,
  ) {
    const options = { ...tlsOptions(certificate), handshakeTimeout: HANDSHAKE_MS };
    this.#server = createServer(options, (socket) => {
      socket.allowHalfOpen = true;
      onSecure(socket);
    });
    this.#server.on('tlsClientError', (error: NodeJS.ErrnoException, socket) => {
      onFailed(socket, error.code ?? error.message);
      socket.destroy();
    });
  }

  /** Begins the handshake on a connection. Who closes its end before it is done has failed. */
  accept(socket: Socket): void {
    socket.allowHalfOpen = false;
    this.#server.emit('connection', socket);
  }

  /**
   * Takes another certificate for the connections to come; those there are go on.
   *
   * @throws {CertificateError} and keeps the one it has
   */
  renew(certificate: Certificate): void {
    this.#server.setSecureContext(tlsOptions(certificate));
  }
}
