import type { Address } from '../transport/address.ts';
import type { ByteStream, StreamListener } from '../transport/byte-stream.ts';
import type { Certificate } from '../transport/certificate.ts';
import type { StreamServer, Transport } from '../transport/transport.ts';
import type { ClientLimits } from './options.ts';

import { formatAddress } from '../transport/address.ts';
import { addressKey } from '../transport/address-key.ts';
import { ConnectionCounts } from './connection-counts.ts';
import type { TextEvent, TextLog } from './events.ts';
import { LimitedLog } from '../service/limited-log.ts';

/** What listening for clients takes. */
export interface ListenerParts {
  readonly transport: Transport;
  readonly limits: ClientLimits;
  /** With one, clients speak TLS. */
  readonly certificate: Certificate | undefined;
  readonly log: TextLog;
  /** Given each connection that is ready for commands. */
  readonly onConnection: (stream: ByteStream) => StreamListener;
}

/** Lets clients in: as many as the limits allow. */
export class Listener {
  #limits: ClientLimits;
  readonly #server: StreamServer;
  readonly #counts: ConnectionCounts;
  readonly #log: LimitedLog<TextEvent>;

  /** @throws {CertificateError} */
  constructor({ transport, limits, certificate, log, onConnection }: ListenerParts) {
    this.#limits = limits;
    this.#counts = new ConnectionCounts(limits);
    this.#log = new LimitedLog(log);
    this.#server = transport.createServer({
      certificate,
      stallMs: () => this.#limits.unreadMs,
      admit: (remote) => this.#admit(remote),
      onStream: onConnection,
      onHandshakeFailed: (remote, detail) => {
        this.#log.write({ event: 'handshake-failed', address: formatAddress(remote), detail });
      },
      onAcceptFailed: (detail) => this.#log.write({ event: 'accept-failed', detail }),
    });
  }

  /** @throws the system's error where it is not possible to listen */
  listen(address: Address): Promise<Address> {
    return this.#server.listen(address);
  }

  /**
   * Takes another certificate for the connections to come.
   *
   * @throws {CertificateError} and keeps the one it has
   */
  renew(certificate: Certificate): void {
    this.#server.renewCertificate(certificate);
  }

  /** How many connections there are, and how many were refused. */
  get connections(): Pick<ConnectionCounts, 'open' | 'refused'> {
    return this.#counts;
  }

  /** Takes other limits for the connections to come. */
  setLimits(limits: ClientLimits): void {
    this.#limits = limits;
    this.#counts.setLimits(limits);
  }

  /** Listens no more; done when all connections have closed. */
  async close(): Promise<void> {
    await this.#server.close();
    this.#log.endInterval();
  }

  /** Closes all connections at once. */
  destroyConnections(): void {
    this.#server.destroyStreams();
  }

  #admit(remote: Address): (() => void) | undefined {
    const address = addressKey(remote.host);
    const reason = this.#counts.add(address);
    if (reason === undefined) return () => this.#counts.remove(address);
    this.#log.write({ event: 'connection-refused', address: formatAddress(remote), reason });
    return undefined;
  }
}
