import type { Address } from '../transport/address.ts';
import type { Certificate } from '../transport/certificate.ts';
import type { ClientLimits } from './options.ts';
import { createServer, type Server, type Socket } from 'node:net';

import { CertificateError } from '../transport/certificate.ts';
import { addressKey, remoteAddress } from './client-address.ts';
import { ConnectionCounts } from './connection-counts.ts';
import { listen, stopListening } from '../transport/listen.ts';
import type { TextEvent, TextLog } from './events.ts';
import { LimitedLog } from './limited-log.ts';
import { TlsAcceptor } from '../transport/tls-acceptor.ts';

/** What listening for clients takes. */
export interface ListenerParts {
  readonly limits: ClientLimits;
  /** With one, clients speak TLS. */
  readonly certificate: Certificate | undefined;
  readonly log: TextLog;
  /** Given each connection that is ready for commands. */
  readonly onConnection: (socket: Socket) => void;
}

/** Lets clients in: as many as the limits allow, and where there is a certificate through TLS. */
export class Listener {
  readonly #onConnection: (socket: Socket) => void;
  readonly #server: Server;
  readonly #tls: TlsAcceptor | undefined;
  readonly #counts: ConnectionCounts;
  readonly #log: LimitedLog<TextEvent>;
  /** The TCP connections that have been let in, those in their handshake included. */
  readonly #sockets = new Set<Socket>();
  #closing = false;

  /** @throws {CertificateError} */
  constructor({ limits, certificate, log, onConnection }: ListenerParts) {
    this.#onConnection = onConnection;
    this.#counts = new ConnectionCounts(limits);
    this.#log = new LimitedLog(log);
    const options = { allowHalfOpen: true, noDelay: true };
    this.#server = createServer(options, (socket) => this.#accept(socket));
    if (certificate === undefined) return;
    this.#tls = new TlsAcceptor(
      certificate,
      (socket) => this.#open(socket),
      (socket, detail) => {
        this.#log.write({ event: 'handshake-failed', address: remoteAddress(socket), detail });
      },
    );
  }

  /** @throws the system's error where it is not possible to listen */
  async listen(address: Address): Promise<Address> {
    const bound = await listen(this.#server, address);
    // Where the system has no more files, say: the connections that there are go on.
    this.#server.on('error', ({ message: detail }) => {
      this.#log.write({ event: 'accept-failed', detail });
    });
    return bound;
  }

  /**
   * Takes another certificate for the connections to come.
   *
   * @throws {CertificateError} and keeps the one it has
   */
  renew(certificate: Certificate): void {
    if (this.#tls === undefined) throw new CertificateError('TLS_NOT_SPOKEN');
    this.#tls.renew(certificate);
  }

  /** Listens no more; done when all connections have closed. */
  async close(): Promise<void> {
    this.#closing = true;
    await stopListening(this.#server);
    this.#log.endInterval();
  }

  /** Closes all connections at once. */
  destroyConnections(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #accept(socket: Socket): void {
    const address = addressKey(socket.remoteAddress ?? '');
    const reason = this.#counts.add(address);
    if (reason !== undefined) {
      this.#log.write({ event: 'connection-refused', address: remoteAddress(socket), reason });
      socket.destroy();
      return;
    }
    this.#sockets.add(socket);
    socket.once('close', () => {
      this.#sockets.delete(socket);
      this.#counts.remove(address);
    });
    if (this.#tls === undefined) this.#open(socket);
    else this.#tls.accept(socket);
  }

  #open(socket: Socket): void {
    if (this.#closing) socket.destroy();
    else this.#onConnection(socket);
  }
}
