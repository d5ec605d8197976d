/** For the tests of links: there is none in this file. */
import type { Channel, ChannelListener } from '../../transport/channel.ts';
import assert from 'node:assert/strict';

import { LocationStore } from '../../store/store.ts';
import { RecordView } from '../../store/record.ts';
import type { VersionVector } from '../../store/version-vector.ts';
import { Links } from './links.ts';
import type { ChannelCause } from '../../transport/channel.ts';

/** A connection of the bench's server, for whose other end the test speaks. */
export class End implements Channel {
  readonly #bench: Bench;
  readonly #listener: ChannelListener;
  closed = false;
  /** Whether writes are answered with "enough is waiting". */
  full = false;
  /** What has been written and not been asked for: one text a write. */
  readonly writes: string[] = [];

  constructor(bench: Bench, listener: ChannelListener) {
    this.#bench = bench;
    this.#listener = listener;
  }

  write(bytes: Buffer): boolean {
    this.writes.push(bytes.toString('latin1'));
    return !this.full;
  }

  close(): void {
    this.closed = true;
  }

  opened(): void {
    this.#listener.onOpened();
  }

  hear(...lines: string[]): void {
    this.#listener.onReceived(Buffer.from(lines.join(''), 'latin1'));
  }

  drain(): void {
    this.full = false;
    this.#listener.onDrained();
  }

  /** Ends the connection, by no doing of the server's. */
  break(code: ChannelCause['code'] = 'closed'): void {
    this.closed = true;
    this.#listener.onClosed({ code, detail: code });
  }

  /** Ends the turn, and tells what the server has said since it was asked last. */
  said(): string {
    this.#bench.turn();
    return this.writes.splice(0).join('');
  }
}

/**
 * Server A of the herd `herd`, which has dialled its neighbours B and C and not got through yet, under
 * a clock that the test drives.
 */
export class Bench {
  readonly store = new LocationStore();
  readonly links: Links;
  /** What the links told of: `up B`, `down B closed`, `failed B refused`. */
  readonly events: string[] = [];
  /** The connections that the server dialled. */
  readonly dials: End[] = [];
  /** The epoch of what A accepts now. */
  epoch = 1;
  readonly #timers = new Set<{ readonly dueMs: number; readonly action: () => void }>();
  #nowMs = 0;
  #woken = false;

  /** @param vector what it had of other servers when it stopped */
  constructor(vector: VersionVector = []) {
    const membership = {
      herd: 'herd',
      server: 'A',
      epoch: () => this.epoch,
      neighbours: ['B', 'C'],
      confirming: false,
      tombstoneGraceMs: Infinity,
      withdraw: () => assert.fail('nothing is removed'),
    };
    const world = {
      clock: { after: (delayMs: number, action: () => void) => this.#after(delayMs, action) },
      nowMs: () => this.#nowMs,
      now: () => ({ seconds: 0, nanoseconds: 0 }),
      random: () => 0.5,
      dial: (_: string, listener: ChannelListener) => this.#end(listener, this.dials),
      wake: () => (this.#woken = true),
    };
    this.links = new Links(membership, this.store, world, {
      onLinkUp: (neighbour) => this.events.push(`up ${neighbour}`),
      onLinkDown: (neighbour, { code }) => this.events.push(`down ${neighbour} ${code}`),
      onLinkFailed: (neighbour, { code }) => this.events.push(`failed ${neighbour ?? '?'} ${code}`),
      onLag: ({ kind, of, name }) => this.events.push(`${of} ${name} ${kind}`),
    });
    this.links.start(vector, []);
  }

  /** A connection that another server has dialled. */
  connect(): End {
    const ends: End[] = [];
    this.links.accept((listener) => this.#end(listener, ends));
    assert.ok(ends[0]);
    return ends[0];
  }

  /** A connection that another server has dialled and said something on. */
  hear(...lines: string[]): End {
    const end = this.connect();
    end.hear(...lines);
    return end;
  }

  /** Sends what is to be sent, as at the end of each turn. */
  turn(): void {
    do {
      this.#woken = false;
      this.links.flush();
    } while (this.#woken);
  }

  /** Lets time pass, in milliseconds. */
  pass(ms: number): void {
    const endMs = this.#nowMs + ms;
    for (;;) {
      const [next] = [...this.#timers].toSorted((a, b) => a.dueMs - b.dueMs);
      if (next === undefined || next.dueMs > endMs) break;
      this.#timers.delete(next);
      this.#nowMs = next.dueMs;
      next.action();
    }
    this.#nowMs = endMs;
  }

  #end(listener: ChannelListener, kept: End[]): End {
    const end = new End(this, listener);
    kept.push(end);
    return end;
  }

  #after(delayMs: number, action: () => void): () => void {
    const timer = { dueMs: this.#nowMs + delayMs, action };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
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
  const line = new RecordView();
  const bytes = Buffer.from(`AT ${origin} +0.500000000 ${client} +1+1 ${time}`);
  assert.ok(line.scan(bytes, 0, bytes.length));
  line.sequence = sequenceOf(bytes.toString());
  return line;
}

/** The location that a store holds of a client, as its line. */
export function held(store: LocationStore, client: string): string | undefined {
  return store.get(Buffer.from(client))?.at;
}

/** How a location is sent as the change `number`. */
export function change(number: number, line: RecordView): string {
  return `CHANGES ${number} 0 ${line.sequence}\n${line.toString()}\n`;
}

/** A neighbour's greeting, which has this of other servers. */
export function greeting(server = 'B', has = ''): string {
  return `HELLO proxy-herd/2.0 herd ${server} -\n${has}READY\n`;
}

/** What A says first. */
export const HELLO = 'HELLO proxy-herd/2.0 herd A -\n';

/** A bench with a link to B. */
export function linked(): { bench: Bench; b: End } {
  const bench = new Bench();
  const b = bench.hear(greeting());
  b.said();
  return { bench, b };
}
