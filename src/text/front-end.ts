import { isDeepStrictEqual } from 'node:util';

import { ByteWriter } from '../protocol/byte-writer.ts';
import type { LocationService } from '../service/location-service.ts';
import { addressKey } from '../transport/address-key.ts';
import { formatAddress, isLoopback, type Address } from '../transport/address.ts';
import type { ByteStream } from '../transport/byte-stream.ts';
import type { Certificate } from '../transport/certificate.ts';
import type { Transport } from '../transport/transport.ts';
import type { Grant } from '../access/grant.ts';
import { CommandHandler } from './command-handler.ts';
import { Connection } from './connection.ts';
import type { TextEvent, TextLog } from './events.ts';
import { ExchangeStream, type Exchanged } from './exchange-stream.ts';
import { Guard } from './guard.ts';
import { GuardedHandler } from './guarded-handler.ts';
import { LimitedLog } from '../service/limited-log.ts';
import { Listener } from './listener.ts';
import type { ClientLimits, Framing } from './options.ts';
import type { Access } from '../access/access.ts';
import { RateLimiter } from '../access/rate-limiter.ts';
import { redactTraffic } from './redact-traffic.ts';
import { MAX_CONNECTION_COMMANDS } from './session.ts';
import type { SessionHandler } from './session-handler.ts';
import type { TextCounts } from './text-counts.ts';
import { TickLog } from './tick-log.ts';
import { Throttle } from './throttle.ts';

/** How much room there is for a tick's replies at first, in bytes. It grows with what is needed. */
const REPLIES_BYTES = 256 * 1024;
/**
 * The most commands of all clients that are answered in one tick, and the most bytes of replies, and one
 * connection's share beyond: some milliseconds of work. Connections that were not reached go first in the next tick.
 */
const MAX_TICK_COMMANDS = 2048;
const MAX_TICK_REPLY_BYTES = 1024 * 1024;

/**
 * A client that does not read keeps the replies of a whole tick in memory, of which some are its own: from
 * so many such clients on each stream gets a copy of its own, which costs more where clients are fast.
 */
const MAX_SLOW_CONNECTIONS = 64;

/** What the text front end needs. */
export interface TextFrontEndParts {
  readonly service: LocationService;
  readonly transport: Transport;
  readonly framing: Framing;
  readonly limits: ClientLimits;
  /** Who may do what; `undefined`: everybody everything, and there is no `AUTH`. */
  readonly access: Access | undefined;
  /** The time by which tokens expire, in milliseconds since 1970. */
  readonly nowMs: () => number;
  /** With one, clients speak TLS. */
  readonly certificate: Certificate | undefined;
  readonly log: TextLog;
  /** Asks that `work` and then `flush` be called soon. */
  readonly wake: () => void;
}

/** Commands that came another way than over the client port. */
export interface SentCommands {
  readonly bytes: Buffer;
  /** Where they come from. */
  readonly remote: Address;
  /** What a token allows that was shown with them; `undefined`: none was. */
  readonly grant: Grant | undefined;
  /** Aborted when nobody waits for the replies any more. */
  readonly signal: AbortSignal;
}

/** The front end of the text protocol: the port that clients connect to, and their connections. */
export class TextFrontEnd {
  readonly #parts: TextFrontEndParts;
  readonly #handler: CommandHandler;
  readonly #listener: Listener;
  /** Those of commands that came another way than over the client port. */
  readonly #exchanges = new Set<ExchangeStream>();
  #limits: ClientLimits;
  #limiter: RateLimiter | undefined;
  readonly #connections = new Set<Connection>();
  readonly #refusals: LimitedLog<TextEvent>;
  /**
   * Connections that have something to do, first come first served: one whose work was cut short goes behind
   * those that wait, and those that a tick did not reach go first in the next one.
   */
  #queue: Connection[] = [];
  /** Those that have been worked on in this tick. */
  #worked: Connection[] = [];
  /** Those whose streams may still read from the replies of an earlier tick. */
  readonly #slow = new Set<Connection>();
  /** What the connection that is worked on has logged of its tick. */
  readonly #tickLog = new TickLog(MAX_CONNECTION_COMMANDS);
  /** The replies of a tick. */
  #replies = new ByteWriter(REPLIES_BYTES);
  #count = 0;
  /** Whether it listens on loopback. */
  #isLoopback = false;

  /** @throws {CertificateError} */
  constructor(parts: TextFrontEndParts) {
    const { service, transport, limits, certificate, log } = parts;
    this.#parts = parts;
    this.#limits = limits;
    this.#refusals = new LimitedLog<TextEvent>(log);
    this.#handler = new CommandHandler({ service, log: this.#refusals });
    this.#limiter = limits.rate && new RateLimiter(limits.rate);
    const onConnection = (stream: ByteStream): Connection => this.#open(stream, undefined);
    this.#listener = new Listener({ transport, limits, certificate, log, onConnection });
  }

  /** What it has counted up to now. */
  get counts(): TextCounts {
    const { open, refused } = this.#listener.connections;
    return { ...this.#handler.counts, open, opened: this.#count, refused };
  }

  /** @throws the system's error where it is not possible to listen */
  listen(address: Address): Promise<Address> {
    this.#isLoopback = isLoopback(address.host);
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

  /** Takes other limits for the connections to come; those there are go on under theirs. */
  setLimits(limits: ClientLimits): void {
    if (!isDeepStrictEqual(limits.rate, this.#limits.rate)) {
      this.#limiter = limits.rate && new RateLimiter(limits.rate);
    }
    this.#limits = limits;
    this.#listener.setLimits(limits);
  }

  /** Answers what clients have sent, one connection after the other. */
  work(): void {
    const round = this.#queue;
    this.#queue = [];
    const replies = this.#replies;
    let commands = 0;
    let served = 0;
    for (const connection of round) {
      if (commands >= MAX_TICK_COMMANDS || replies.length >= MAX_TICK_REPLY_BYTES) break;
      served += 1;
      connection.isQueued = false;
      commands += connection.work(replies);
      this.#worked.push(connection);
    }
    if (served === round.length) return;
    this.#queue = [...round.slice(served), ...this.#queue];
    this.#parts.wake();
  }

  /** Sends the replies that are ready, in one write a connection. */
  flush(): void {
    let isFree = true;
    const replies = this.#replies.bytes;
    const copies = this.#hasManySlow();
    for (const connection of this.#worked) {
      if (connection.flush(replies, copies)) continue;
      isFree = false;
      this.#slow.add(connection);
    }
    this.#worked.length = 0;
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
    const timer = setTimeout(() => {
      this.#listener.destroyConnections();
      for (const stream of this.#exchanges) stream.destroy('the server stops');
    }, graceMs);
    await Promise.all([closed, ...finished]);
    clearTimeout(timer);
    this.#refusals.endInterval();
  }

  /** Answers commands that came another way, as those of a client that connects, sends them and ends its side. */
  async answer({ bytes, remote, grant, signal }: SentCommands): Promise<Exchanged> {
    const stream = new ExchangeStream(remote);
    const onAbort = (): void => stream.destroy('nobody waits for the replies any more');
    this.#exchanges.add(stream);
    signal.addEventListener('abort', onAbort);
    try {
      stream.send(bytes, this.#open(stream, grant));
      if (signal.aborted) onAbort();
      return await stream.exchanged;
    } finally {
      signal.removeEventListener('abort', onAbort);
      this.#exchanges.delete(stream);
    }
  }

  /** Whether so many clients are slow that the others' streams get copies of their replies. */
  #hasManySlow(): boolean {
    if (this.#slow.size < MAX_SLOW_CONNECTIONS) return false;
    for (const connection of this.#slow) {
      if (!connection.isPending) this.#slow.delete(connection);
    }
    return this.#slow.size >= MAX_SLOW_CONNECTIONS;
  }

  /** @param grant what a token allows that the client has shown before it connected */
  #open(stream: ByteStream, grant: Grant | undefined): Connection {
    const { framing, service, log } = this.#parts;
    const limits = this.#limits;
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
      handler: this.#handlerOf(id, stream.remote, grant),
      waitForCommit: (reports, settle) => {
        service.gate?.wait(service.head, (isCommitted) => {
          this.#handler.counts.reports[isCommitted ? 'accepted' : 'not acknowledged'] += reports;
          if (!isCommitted) {
            this.#refusals.write({ event: 'not-acknowledged', connection: id, reports });
          }
          settle(isCommitted);
        });
      },
      tickLog: this.#tickLog,
      logPlain: (direction, lines) => log.writePlain(direction, id, lines),
      logCommands: (commands) => {
        log.writeText('commands', id, redactTraffic(commands), commands.length);
      },
      logReplies: (replies, bytes) => log.writeText('replies', id, redactTraffic(replies), bytes),
      admit: throttle && (() => throttle.admit()),
      activate,
      onClose: (detail) => {
        throttle?.end();
        this.#connections.delete(connection);
        this.#slow.delete(connection);
        log.write({ event: 'connection-closed', connection: id, detail });
      },
    });
    this.#connections.add(connection);
    return connection;
  }

  /** What answers the commands of a connection. */
  #handlerOf(connection: number, remote: Address, grant: Grant | undefined): SessionHandler {
    const { access, nowMs, log } = this.#parts;
    if (access === undefined) return this.#handler;
    const guard = new Guard({
      access,
      isTokenDemanded: access.isTokenDemanded('clients', this.#isLoopback),
      shown: grant,
      connection,
      address: formatAddress(remote),
      addressKey: addressKey(remote.host),
      nowMs,
      log,
      refusals: this.#refusals,
    });
    return new GuardedHandler(this.#handler, guard);
  }

  #throttle({ host }: Address, wake: () => void): Throttle | undefined {
    return this.#limiter && new Throttle(this.#limiter, addressKey(host), wake);
  }

  #activate(connection: Connection): void {
    if (connection.isQueued) return;
    connection.isQueued = true;
    this.#queue.push(connection);
    this.#parts.wake();
  }
}
