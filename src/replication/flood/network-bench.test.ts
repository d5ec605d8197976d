import assert from 'node:assert/strict';

import { LocationStore } from '../../store/store.ts';
import { RecordView } from '../../store/record.ts';
import type { Channel, ChannelCause, ChannelListener } from '../../transport/channel.ts';
import { Links } from './links.ts';
import type { World } from './world.ts';

/*
 * A network in memory for the tests of links; there is no test in it.
 */

/** One end of a connection; the other one is another server's. */
export class End implements Channel {
  readonly #network: Network;
  readonly #listener: ChannelListener;
  other: End | undefined;
  closed = false;
  /** Whether writes are answered with "enough is waiting". */
  full = false;
  /** What has been written: one text a write. */
  readonly writes: string[] = [];

  constructor(network: Network, listener: ChannelListener) {
    this.#network = network;
    this.#listener = listener;
  }

  write(bytes: Buffer): boolean {
    const text = bytes.toString('latin1');
    this.writes.push(text);
    this.#network.send(() => this.other?.hear(text));
    return !this.full;
  }

  close(): void {
    this.closed = true;
    this.#network.send(() => this.other?.break('closed'));
  }

  opened(): void {
    this.#listener.onOpened();
  }

  hear(text: string): void {
    if (!this.closed) this.#listener.onReceived(Buffer.from(text, 'latin1'));
  }

  drain(): void {
    this.full = false;
    this.#listener.onDrained();
  }

  break(code: ChannelCause['code']): void {
    if (this.closed) return;
    this.closed = true;
    this.#listener.onClosed({ code, detail: code });
  }
}

export interface Server {
  readonly store: LocationStore;
  readonly links: Links;
  /** What its links told of: `up B`, `down B closed`, `failed B refused`. */
  readonly events: string[];
}

/** A network in memory whose time passes when the test says so. Each link delays by nothing. */
export class Network {
  readonly #servers = new Map<string, Server>();
  readonly #dials = new Map<string, End[]>();
  /** Whether all that is sent is lost. */
  down = false;
  readonly #arriving: (() => void)[] = [];
  readonly #timers = new Set<{ readonly dueMs: number; readonly action: () => void }>();
  #nowMs = 0;

  server(name: string, neighbours: string[]): Server {
    const events: string[] = [];
    const store = new LocationStore();
    const membership = {
      herd: 'herd',
      server: name,
      epoch: () => 0,
      neighbours,
      confirming: false,
    };
    const links = new Links(membership, store, this.#worldOf(name), {
      onLinkUp: (neighbour, dialled) => events.push(`up ${neighbour}${dialled ? ', dialled' : ''}`),
      onLinkDown: (neighbour, { code }) => events.push(`down ${neighbour} ${code}`),
      onLinkFailed: (neighbour, { code }) => events.push(`failed ${neighbour ?? '?'} ${code}`),
      onLag: ({ kind, of, name }) => events.push(`${of} ${name} ${kind}`),
    });
    const server = { store, links, events };
    this.#servers.set(name, server);
    return server;
  }

  /** The ends that a server got by dialling, in order. */
  dialsOf(name: string): End[] {
    const dials = this.#dials.get(name) ?? [];
    this.#dials.set(name, dials);
    return dials;
  }

  send(arrival: () => void): void {
    if (!this.down) this.#arriving.push(arrival);
  }

  /** Lets everything arrive that is on its way, and all that it sets off. */
  deliver(): void {
    do {
      for (let next = this.#arriving.shift(); next; next = this.#arriving.shift()) next();
      for (const { links } of this.#servers.values()) links.flush();
    } while (this.#arriving.length > 0);
  }

  /** Lets time pass, in milliseconds. */
  pass(ms: number): void {
    const endMs = this.#nowMs + ms;
    this.deliver();
    for (;;) {
      const [next] = [...this.#timers].toSorted((a, b) => a.dueMs - b.dueMs);
      if (next === undefined || next.dueMs > endMs) break;
      this.#timers.delete(next);
      this.#nowMs = next.dueMs;
      next.action();
      this.deliver();
    }
    this.#nowMs = endMs;
  }

  #worldOf(name: string): World {
    return {
      clock: {
        after: (delayMs, action) => {
          const timer = { dueMs: this.#nowMs + delayMs, action };
          this.#timers.add(timer);
          return () => this.#timers.delete(timer);
        },
      },
      nowMs: () => this.#nowMs,
      random: () => 0.5,
      dial: (neighbour, listener) => {
        const end = new End(this, listener);
        this.dialsOf(name).push(end);
        this.send(() => this.#reach(neighbour, end));
        return end;
      },
      wake: () => this.send(() => {}),
    };
  }

  /** Joins a dialled end to the server of that name, if there is one. */
  #reach(name: string, near: End): void {
    const server = this.#servers.get(name);
    if (server === undefined) return near.break('unreachable');
    if (near.closed) return;
    server.links.accept((listener) => {
      near.other = new End(this, listener);
      near.other.other = near;
      return near.other;
    });
    near.opened();
  }
}

/** Records are numbered in the order in which a test names them first, with gaps. */
const sequences = new Map<string, number>();

function sequenceOf(text: string): number {
  const known = sequences.get(text) ?? 2 * (sequences.size + 1);
  sequences.set(text, known);
  return known;
}

export function location(client: string, time: number, origin = 'A'): RecordView {
  return recordIn(`AT ${origin} +0.500000000 ${client} +1+1 ${time}`);
}

export function recordIn(text: string): RecordView {
  const line = new RecordView();
  const bytes = Buffer.from(text);
  assert.ok(line.scan(bytes, 0, bytes.length));
  line.sequence = sequenceOf(bytes.toString());
  return line;
}

/** The location that a store holds of a client, as its line. */
export function held(store: LocationStore, client: string): string | undefined {
  return store.get(Buffer.from(client))?.at;
}

/** Servers A and B, linked: the connection that A dialled was kept. */
export function pair(): { network: Network; a: Server; b: Server; near: End } {
  const network = new Network();
  const a = network.server('A', ['B']);
  const b = network.server('B', ['A']);
  a.links.start([]);
  b.links.start([]);
  network.deliver();
  assert.deepEqual([a.events, b.events], [['up B, dialled'], ['up A']]);
  const [near] = network.dialsOf('A');
  assert.ok(near);
  near.writes.length = 0;
  return { network, a, b, near };
}
