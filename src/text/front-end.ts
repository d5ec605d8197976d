import type { Address } from '../transport/address.ts';
import type { Certificate } from '../transport/certificate.ts';
import type { ClientLimits, Framing } from './options.ts';
import type { ByteStream } from '../transport/byte-stream.ts';
import type { Transport } from '../transport/transport.ts';

import { ByteWriter } from '../protocol/byte-writer.ts';
import { formatAddress } from '../transport/address.ts';
import { addressKey } from '../transport/address-key.ts';
import { Connection } from './connection.ts';
import { Listener } from './listener.ts';
import type { TextLog } from './events.ts';
import { RateLimiter } from './rate-limiter.ts';
import type { Answer } from './session.ts';
import { Throttle } from './throttle.ts';

/** How much room there is for a turn's replies at first, in bytes. It grows with what is needed. */
const REPLIES_BYTES = 256 * 1024;
/**
 * Replies so long, of all clients, are enough for one turn, in bytes: the other clients have theirs
 * in the next one. It bounds the memory and the time that a turn takes.
 */
const MAX_REPLIES_A_TURN = 4 * 1024 * 1024;

/** What the client port is told. */
export interface ClientPortParts {
  readonly transport: Transport;
  readonly framing: Framing;
  readonly limits: ClientLimits;
  /** With one, clients speak TLS. */
  readonly certificate: Certificate | undefined;
  readonly answer: Answer;
  readonly log: TextLog;
  /** Asks that `work` and then `flush` be called soon. */
  readonly wake: () => void;
}

/** The port that clients connect to, and their connections. */
export class TextFrontEnd {
  readonly #parts: ClientPortParts;
  readonly #listener: Listener;
  readonly #limiter: RateLimiter | undefined;
  readonly #connections = new Set<Connection>();
  /** Those that have something to do in the next turn, and those that are having this one. */
  #active = new Set<Connection>();
  readonly #worked = new Set<Connection>();
  /** The replies of a turn. */
  #replies = new ByteWriter(REPLIES_BYTES);
  #count = 0;

  /** @throws {CertificateError} */
  constructor(parts: ClientPortParts) {
    const { transport, limits, certificate, log } = parts;
    this.#parts = parts;
    this.#limiter = limits.rate && new RateLimiter(limits.rate);
    const onConnection = (stream: ByteStream): Connection => this.#open(stream);
    this.#listener = new Listener({ transport, limits, certificate, log, onConnection });
  }

  /** @throws the system's error where it is not possible to listen */
  listen(address: Address): Promise<Address> {
    return this.#listener.listen(address);
  }

  /**
   * Takes another certificate for the connections to come; those there are go on.
   *
   * @throws {CertificateError} and keeps the one it has
   */
  renewCertificate(certificate: Certificate): void {
    this.#listener.renew(certificate);
  }

  /** Works through what clients have sent. */
  work(): void {
    // One that has more to do than a turn's share becomes active again while it works.
    const active = this.#active;
    this.#active = new Set();
    for (const connection of active) {
      if (this.#replies.length < MAX_REPLIES_A_TURN) {
        connection.work(this.#replies);
        this.#worked.add(connection);
      } else this.#activate(connection);
    }
  }

  /** Sends the replies that are ready, in one write a connection. */
  flush(): void {
    let isFree = true;
    const replies = this.#replies.bytes;
    for (const connection of this.#worked) {
      if (!connection.flush(replies)) isFree = false;
    }
    this.#worked.clear();
    if (!isFree) this.#replies = new ByteWriter(REPLIES_BYTES);
    this.#replies.length = 0;
  }

  /**
   * Stops: listens no more, reads no more commands, and waits until those that were read are
   * answered, but for `graceMs` at most.
   */
  async close(graceMs: number): Promise<void> {
    const closed = this.#listener.close();
    const finished = Array.from(this.#connections, (connection) => connection.finish());
    const timer = setTimeout(() => this.#listener.destroyConnections(), graceMs);
    await Promise.all([closed, ...finished]);
    clearTimeout(timer);
  }

  #open(stream: ByteStream): Connection {
    const { framing, limits, answer, log } = this.#parts;
    this.#count += 1;
    const id = this.#count;
    log.write({
      event: 'connection-opened',
      connection: id,
      address: formatAddress(stream.remote),
    });
    const activate = (): void => this.#activate(connection);
    const throttle = this.#throttle(stream.remote, activate);
    const connection: Connection = new Connection(stream, {
      framing,
      limits,
      answer,
      heard: (commands) => log.writeText('commands', id, commands, commands.length),
      said: (replies, bytes) => log.writeText('replies', id, replies, bytes),
      admit: () => throttle?.admit() ?? true,
      activate,
      onClose: (detail) => {
        throttle?.end();
        this.#connections.delete(connection);
        log.write({ event: 'connection-closed', connection: id, detail });
      },
    });
    this.#connections.add(connection);
    return connection;
  }

  #throttle({ host }: Address, wake: () => void): Throttle | undefined {
    return this.#limiter && new Throttle(this.#limiter, addressKey(host), wake);
  }

  #activate(connection: Connection): void {
    this.#active.add(connection);
    this.#parts.wake();
  }
}
