import { createServer, type Server, type Socket } from 'node:net';
import type { Address } from './address.ts';
import { CertificateError, type Certificate } from './certificate.ts';
import { listen, stopListening } from './listen.ts';
import { remoteOf, SocketStream } from './socket-stream.ts';
import { TlsAcceptor } from './tls-acceptor.ts';
import type { StreamServer, StreamServerParts, Transport } from './transport.ts';

/** Streams over TCP, as Node has it. */
export const TCP: Transport = {
  createServer: (parts) => new TcpStreamServer(parts),
};

class TcpStreamServer implements StreamServer {
  readonly #parts: StreamServerParts;
  readonly #server: Server;
  readonly #tls: TlsAcceptor | undefined;
  /** The connections that have been admitted, those in their handshake included. */
  readonly #sockets = new Set<Socket>();
  #closing = false;
  /** Whether connections end by this server's own doing. */
  #destroying = false;

  constructor(parts: StreamServerParts) {
    this.#parts = parts;
    const options = { allowHalfOpen: true, noDelay: true };
    this.#server = createServer(options, (socket) => this.#accept(socket));
    this.#tls =
      parts.certificate &&
      new TlsAcceptor(
        parts.certificate,
        (socket) => this.#open(socket, true),
        (socket, detail) => {
          if (!this.#destroying) parts.onHandshakeFailed(remoteOf(socket), detail);
        },
      );
  }

  async listen(address: Address): Promise<Address> {
    const bound = await listen(this.#server, address);
    // Where the system has no more files, say.
    this.#server.on('error', ({ message }) => this.#parts.onAcceptFailed(message));
    return bound;
  }

  renewCertificate(certificate: Certificate): void {
    if (this.#tls === undefined) throw new CertificateError('TLS_NOT_SPOKEN');
    this.#tls.renew(certificate);
  }

  close(): Promise<void> {
    this.#closing = true;
    return stopListening(this.#server);
  }

  destroyStreams(): void {
    this.#destroying = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  #accept(socket: Socket): void {
    const release = this.#parts.admit(remoteOf(socket));
    if (release === undefined) {
      socket.destroy();
      return;
    }
    this.#sockets.add(socket);
    socket.once('close', () => {
      this.#sockets.delete(socket);
      release();
    });
    if (this.#tls === undefined) this.#open(socket, false);
    else this.#tls.accept(socket);
  }

  #open(socket: Socket, isSecure: boolean): void {
    if (this.#closing) {
      socket.destroy();
      return;
    }
    const stream = new SocketStream(socket, isSecure, this.#parts.stallMs());
    stream.start(this.#parts.onStream(stream));
  }
}
