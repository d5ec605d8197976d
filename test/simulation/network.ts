import type { Channel, ChannelListener } from '#src/transport/channel.js';
import type { ChannelCause } from '#src/transport/channel.js';
import type { Random } from './random.ts';
import type { Schedule } from './schedule.ts';

/** How two servers are joined, for one direction of one connection. */
interface Line {
  /** Milliseconds from one end to the other. */
  readonly latencyMs: number;
  /** Bytes a millisecond. */
  readonly rate: number;
}

/** One end of a simulated connection. */
class End implements Channel {
  readonly #network: Network;
  #line: Line;
  readonly connection: Connection;
  readonly server: string;
  listener: ChannelListener | undefined;
  peer: End | undefined;
  /** Written and not yet delivered. */
  waiting = 0;
  /** When the last byte written so far arrives at the other end. */
  #arrival = 0;
  /** Until then nothing is delivered. */
  #frozenUntil = 0;
  /** Set once this end was closed, or knows that it was. */
  closed = false;
  /** Whether the writer has been told to wait. */
  blocked = false;

  constructor(network: Network, connection: Connection, server: string, line: Line) {
    this.#network = network;
    this.connection = connection;
    this.server = server;
    this.#line = line;
  }

  write(bytes: Buffer): boolean {
    if (this.closed) return true;
    const text = bytes.toString('latin1');
    this.#network.host.wrote(this.server, this.peer?.server ?? '', text, this.blocked);
    this.waiting += text.length;
    const { schedule } = this.#network;
    const start = Math.max(schedule.now + this.#line.latencyMs, this.#arrival);
    this.#arrival = start + text.length / this.#line.rate;
    schedule.after(this.#arrival - schedule.now, () => this.#deliver(text));
    this.blocked = this.waiting > this.#network.highWaterBytes;
    return !this.blocked;
  }

  /** When all that was written here by now arrives at the other end, in milliseconds. */
  get arrivalMs(): number {
    return this.#arrival;
  }

  /** What is written here is on another line from now on; returns a function that ends that. */
  slowDown(line: Line): () => void {
    const before = this.#line;
    this.#line = line;
    return () => (this.#line = before);
  }

  /** Nothing that is written here is delivered before that time, and then all of it. */
  freeze(untilMs: number): void {
    this.#frozenUntil = untilMs;
    this.#arrival = Math.max(this.#arrival, untilMs);
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.#endPeer({ code: 'closed', detail: 'the other end closed' });
  }

  /** Ends this end from outside. */
  break(detail: string): void {
    if (this.closed) return;
    this.closed = true;
    this.listener?.onClosed({ code: 'closed', detail });
  }

  /** Tells the other end, once it has what was written, that there is no more. */
  #endPeer(cause: ChannelCause): void {
    const { schedule } = this.#network;
    const { peer } = this;
    const delay = Math.max(this.#arrival - schedule.now, this.#line.latencyMs);
    schedule.after(delay, () => {
      if (this.connection.cut || peer === undefined || peer.closed) return;
      peer.closed = true;
      peer.listener?.onClosed(cause);
    });
  }

  #deliver(text: string): void {
    // A cut connection loses what is on its way, and neither end is told.
    if (this.connection.cut) return;
    const { schedule } = this.#network;
    if (schedule.now < this.#frozenUntil) {
      schedule.after(this.#frozenUntil - schedule.now, () => this.#deliver(text));
      return;
    }
    this.waiting -= text.length;
    const { peer } = this;
    if (peer !== undefined && !peer.closed) this.#network.hand(peer, text);
    if (this.blocked && this.waiting <= this.#network.highWaterBytes / 2 && !this.closed) {
      this.blocked = false;
      this.listener?.onDrained();
    }
  }
}

/** A connection of two servers. */
export class Connection {
  readonly ends: readonly [End, End];
  /** A cut connection delivers nothing any more and says so to nobody. */
  cut = false;

  constructor(network: Network, dialler: string, dialled: string, line: () => Line) {
    const [a, b] = [
      new End(network, this, dialler, line()),
      new End(network, this, dialled, line()),
    ];
    a.peer = b;
    b.peer = a;
    this.ends = [a, b];
  }

  joins(a: string, b: string): boolean {
    const [near, far] = this.ends;
    return near.server === a ? far.server === b : near.server === b && far.server === a;
  }

  /** Breaks it so that both ends learn of it. */
  reset(): void {
    for (const end of this.ends) end.break('reset');
  }
}

/** What the network calls for at its servers. */
export interface NetworkHost {
  /** Takes a connection; false where the server is down. */
  accept(server: string, open: (listener: ChannelListener) => Channel): boolean;
  /** Told of each write, and whether the writer had been told to wait. */
  wrote(by: string, to: string, text: string, blocked: boolean): void;
  /** Told after each delivery. */
  delivered(to: string, text: string): void;
}

/** How a network's lines are. */
export interface NetworkShape {
  /** How many bytes may wait in one direction before a writer is told to stop, as a socket would. */
  readonly highWaterBytes: number;
  /** How likely a line is slow. */
  readonly slowChance: number;
}

/** A network of ordered streams with latency, limited rates, cuts and half-open connections. */
export class Network {
  readonly schedule: Schedule;
  readonly #random: Random;
  readonly host: NetworkHost;
  /** How many bytes may wait in one direction before a writer is told to stop. */
  readonly highWaterBytes: number;
  readonly #slowChance: number;
  readonly #cutPairs = new Set<string>();
  #connections: Connection[] = [];

  constructor(
    schedule: Schedule,
    random: Random,
    host: NetworkHost,
    { highWaterBytes, slowChance }: NetworkShape,
  ) {
    this.schedule = schedule;
    this.#random = random;
    this.host = host;
    this.highWaterBytes = highWaterBytes;
    this.#slowChance = slowChance;
  }

  /** The connections that have not ended at both ends. */
  get connections(): readonly Connection[] {
    this.#connections = this.#connections.filter(({ ends }) => ends.some((end) => !end.closed));
    return this.#connections;
  }

  /** When all that was written by now, and is not lost, has arrived, in milliseconds. */
  get arrivalMs(): number {
    const ends = this.connections
      .filter(({ cut }) => !cut)
      .flatMap((connection) => connection.ends);
    return Math.max(0, ...ends.map((end) => end.arrivalMs));
  }

  dial(from: string, to: string, listener: ChannelListener): Channel {
    const connection = new Connection(this, from, to, () => this.#line());
    this.#connections.push(connection);
    const [near, far] = connection.ends;
    near.listener = listener;
    this.schedule.after(this.#random.integer(1, 40), () => {
      if (near.closed || connection.cut || this.#isCut(from, to)) return;
      const accepted = this.host.accept(to, (accepting) => {
        far.listener = accepting;
        return far;
      });
      if (accepted) listener.onOpened();
      else {
        near.closed = true;
        listener.onClosed({ code: 'unreachable', detail: 'connection refused' });
      }
    });
    return near;
  }

  /** Cuts two servers off each other: what is on its way is lost, and neither is told. */
  cut(a: string, b: string): void {
    this.#cutPairs.add(pairOf(a, b));
    for (const connection of this.connections) if (connection.joins(a, b)) connection.cut = true;
  }

  /** Lets two servers reach each other again. */
  join(a: string, b: string): void {
    this.#cutPairs.delete(pairOf(a, b));
  }

  /**
   * A server is gone: killed, its system still writes out what was written and closes; without
   * power nobody is told.
   */
  lose(server: string, how: 'kill' | 'power'): void {
    for (const connection of this.connections) {
      for (const end of connection.ends) {
        if (end.server !== server) continue;
        if (how === 'kill') end.close();
        else connection.cut = true;
        end.closed = true;
      }
    }
  }

  /** Whether a server that writes to another one has been told to wait. */
  isBlocked(by: string, to: string): boolean {
    return this.connections.some(({ ends }) =>
      ends.some((end) => end.server === by && end.peer?.server === to && end.blocked),
    );
  }

  /** Joins all servers again. Connections that were cut stay dead. */
  heal(): void {
    this.#cutPairs.clear();
  }

  /** Gives an end what has arrived, in pieces as they may come from a socket. */
  hand(end: End, text: string): void {
    let rest = text;
    while (rest !== '') {
      const length = this.#random.chance(0.7) ? rest.length : this.#random.integer(1, rest.length);
      end.listener?.onReceived(Buffer.from(rest.slice(0, length), 'latin1'));
      rest = rest.slice(length);
    }
    if (!end.closed) this.host.delivered(end.server, text);
  }

  #line(): Line {
    const slow = this.#random.chance(this.#slowChance);
    return {
      latencyMs: this.#random.integer(1, slow ? 400 : 40),
      rate: slow ? this.#random.integer(1, 20) : 1000,
    };
  }

  #isCut(a: string, b: string): boolean {
    return this.#cutPairs.has(pairOf(a, b));
  }
}

function pairOf(a: string, b: string): string {
  return a < b ? `${a} ${b}` : `${b} ${a}`;
}
