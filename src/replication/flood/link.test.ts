import type { Channel, ChannelListener } from '../../transport/channel.ts';
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { crc32 } from 'node:zlib';

import { LocationStore } from '../../store/store.ts';
import { RecordView } from '../../store/record.ts';
import { Links } from './links.ts';
import type { ChannelCause } from '../../transport/channel.ts';

/** A connection of the bench's server, for whose other end the test speaks. */
class End implements Channel {
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
    this.#listener.opened();
  }

  hear(...lines: string[]): void {
    this.#listener.received(Buffer.from(lines.join(''), 'latin1'));
  }

  drain(): void {
    this.full = false;
    this.#listener.drained();
  }

  /** Ends the connection, by no doing of the server's. */
  break(code: ChannelCause['code'] = 'closed'): void {
    this.closed = true;
    this.#listener.closed({ code, detail: code });
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
class Bench {
  readonly store = new LocationStore('A-1');
  readonly links: Links;
  /** What the links told of: `up B`, `down B closed`, `failed B refused`. */
  readonly events: string[] = [];
  /** The connections that the server dialled. */
  readonly dials: End[] = [];
  readonly #timers = new Set<{ readonly dueMs: number; readonly action: () => void }>();
  #nowMs = 0;
  #woken = false;

  /** @param read how far its neighbours were read before it started */
  constructor({ read = {} } = {}) {
    const membership = {
      herd: 'herd',
      server: 'A',
      neighbours: ['B', 'C'],
      read,
      confirming: false,
    };
    const world = {
      clock: { after: (delayMs: number, action: () => void) => this.#after(delayMs, action) },
      random: () => 0.5,
      dial: (_: string, listener: ChannelListener) => this.#end(listener, this.dials),
      wake: () => (this.#woken = true),
    };
    this.links = new Links(membership, this.store, world, {
      linkUp: (neighbour) => this.events.push(`up ${neighbour}`),
      linkDown: (neighbour, { code }) => this.events.push(`down ${neighbour} ${code}`),
      linkFailed: (neighbour, { code }) => this.events.push(`failed ${neighbour ?? '?'} ${code}`),
    });
    this.links.start();
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

function location(client: string, time: number, origin = 'A'): RecordView {
  const line = new RecordView();
  const bytes = Buffer.from(`AT ${origin} +0.500000000 ${client} +1+1 ${time}`);
  assert.ok(line.scan(bytes, 0, bytes.length));
  // What tells records apart is their identity.
  line.sequence = 1 + crc32(bytes);
  return line;
}

/** The location that a store holds of a client, as its line. */
function held(store: LocationStore, client: string): string | undefined {
  return store.get(Buffer.from(client))?.at;
}

/** How a location is sent as the change `number`. */
function change(number: number, line: RecordView): string {
  return `CHANGES ${number} 0 ${line.sequence}\n${line.toString()}\n`;
}

/** A neighbour's greeting, which has read A's change feed up to `read`. */
function greeting(read = '- 0', { server = 'B', life = 1 } = {}): string {
  return `HELLO proxy-herd/1.0 herd ${server} ${server}-${life} ${read}\n`;
}

/** A bench with a link to B. */
function linked(): { bench: Bench; b: End } {
  const bench = new Bench();
  const b = bench.hear(greeting());
  b.said();
  return { bench, b };
}

describe('a greeting', () => {
  test('of a neighbour is returned, and the link is up', () => {
    const bench = new Bench();
    const b = bench.connect();
    assert.equal(b.said(), '', 'who was dialled greets second');
    b.hear(greeting());
    assert.equal(b.said(), 'HELLO proxy-herd/1.0 herd A A-1 - 0\n');
    assert.deepEqual(bench.events, ['up B']);
    assert.deepEqual(bench.links.up, ['B']);
  });

  test('opens what this server dialled', () => {
    const bench = new Bench();
    const [b] = bench.dials;
    assert.ok(b);
    b.opened();
    assert.equal(b.said(), 'HELLO proxy-herd/1.0 herd A A-1 - 0\n');
    b.hear(greeting());
    assert.equal(b.said(), '');
    assert.deepEqual(bench.events, ['up B']);
  });

  test('of a later minor version is welcome, whatever more it says', () => {
    const bench = new Bench();
    bench.hear('HELLO proxy-herd/1.7 herd B B-1 - 0 more fields\n');
    assert.deepEqual(bench.events, ['up B']);
  });

  const refused: [why: string, greeting: string, detail: string][] = [
    ['of another herd', greeting().replace('herd B', 'cows B'), 'herd cows, but this is herd herd'],
    ['of an unknown server', greeting('- 0', { server: 'X' }), 'X is no neighbour of A'],
    ['of its own name', greeting('- 0', { server: 'A' }), 'A is no neighbour of A'],
    [
      'of another major version',
      'HELLO proxy-herd/2.0 and what it may say\n',
      'version proxy-herd/2.0 is not understood here',
    ],
  ];
  for (const [why, greeting, detail] of refused) {
    test(`${why} is refused, and nothing after it is read`, () => {
      const bench = new Bench();
      const stranger = bench.hear(greeting, change(1, location('kiwi', 10)));
      assert.equal(stranger.said(), `REFUSE ${detail}\n`);
      assert.ok(stranger.closed);
      assert.deepEqual(bench.events, ['failed ? refused']);
      assert.equal(bench.store.size, 0);
    });
  }

  const faults: [why: string, line: string][] = [
    ['a location before it', change(1, location('kiwi', 10))],
    ['a beat before it', 'BEAT 1\n'],
    ['a client that took the wrong port', 'IAMAT kiwi +1+1 1\n'],
    ['a line without end before it', 'x'.repeat(20_000)],
  ];
  for (const [why, line] of faults) {
    test(`${why} ends the connection`, () => {
      const bench = new Bench();
      const stranger = bench.hear(line);
      assert.equal(stranger.said(), '');
      assert.ok(stranger.closed);
      assert.deepEqual(bench.events, ['failed ? protocol']);
      assert.equal(bench.store.size, 0);
    });
  }

  test('comes once: a second one ends the link', () => {
    const { bench, b } = linked();
    b.hear(greeting());
    assert.ok(b.closed);
    assert.deepEqual(bench.events, ['up B', 'down B protocol']);
  });

  test('that does not come within 3 s ends the connection', () => {
    const bench = new Bench();
    const stranger = bench.connect();
    bench.pass(2999);
    assert.equal(stranger.closed, false);
    bench.pass(1);
    assert.ok(stranger.closed);
    assert.ok(bench.events.includes('failed ? silent'));
  });

  test('of another server than was dialled is refused', () => {
    const bench = new Bench();
    const [b] = bench.dials;
    assert.ok(b);
    b.hear(greeting('- 0', { server: 'C' }));
    assert.equal(b.said(), 'REFUSE C answers where B was dialled\n');
    assert.deepEqual(bench.events, ['failed B refused']);
  });

  test('that is refused is a failure', () => {
    const bench = new Bench();
    bench.dials[0]?.opened();
    bench.dials[0]?.hear('REFUSE A is no neighbour of B\n');
    assert.deepEqual(bench.events, ['failed B refused']);
  });
});

describe('of two connections with one neighbour', () => {
  test('the one that the lesser name dialled is kept, where both have got through', () => {
    const bench = new Bench();
    const [ours] = bench.dials;
    assert.ok(ours);
    ours.opened();
    const theirs = bench.hear(greeting());
    assert.ok(theirs.closed);
    ours.hear(greeting());
    assert.deepEqual(bench.events, ['up B']);
    assert.equal(ours.closed, false);
  });

  test('the first one up is kept, where the other has not got through yet', () => {
    const bench = new Bench();
    const theirs = bench.hear(greeting());
    assert.deepEqual(bench.events, ['up B']);
    assert.ok(bench.dials[0]?.closed);
    assert.equal(theirs.closed, false);
  });

  test('a second one of the same dialler takes the place of the first, which it has lost', () => {
    const { bench, b } = linked();
    const again = bench.hear(greeting());
    assert.ok(b.closed);
    assert.equal(again.closed, false);
    assert.deepEqual(bench.events, ['up B', 'down B replaced', 'up B']);
  });
});

describe('catching up: a neighbour', () => {
  test('that was here before is sent only what it missed', () => {
    const bench = new Bench();
    for (const client of ['one', 'two', 'three']) bench.store.apply(location(client, 10));
    const b = bench.hear(greeting('A-1 2'));
    assert.equal(
      b.said(),
      `HELLO proxy-herd/1.0 herd A A-1 - 0\n${change(3, location('three', 10))}`,
    );
  });

  test('that knows another life of this server is sent everything', () => {
    const bench = new Bench();
    for (const client of ['one', 'two']) bench.store.apply(location(client, 10));
    const [, ...changes] = bench.hear(greeting('A-0 2')).said().split('\n');
    const everything = change(1, location('one', 10)) + change(2, location('two', 10));
    assert.equal(changes.join('\n'), everything);
  });

  test('that started again is sent again what it had sent', () => {
    const { bench, b } = linked();
    const kiwi = change(1, location('kiwi', 10, 'B'));
    b.hear(kiwi);
    assert.equal(b.said(), '');
    const reborn = bench.hear(greeting('- 0', { life: 2 }));
    assert.equal(reborn.said(), `HELLO proxy-herd/1.0 herd A A-1 B-1 1\n${kiwi}`);
    bench.store.apply(location('kiwi', 11));
    reborn.hear(change(1, location('kiwi', 12, 'B')));
    assert.equal(reborn.said(), '', 'what its new life sends it holds');
  });

  test('is told how far it was read before this server started', () => {
    const bench = new Bench({ read: { B: { epoch: 'B-1', number: 8 } } });
    const b = bench.hear(greeting());
    assert.equal(b.said(), 'HELLO proxy-herd/1.0 herd A A-1 B-1 8\n');
  });

  test('is told how far it has been read, by its changes and by its beats', () => {
    const { bench, b } = linked();
    b.hear(change(4, location('kiwi', 10, 'B')));
    b.break();
    const second = bench.hear(greeting('A-1 1'));
    assert.equal(second.said(), 'HELLO proxy-herd/1.0 herd A A-1 B-1 4\n');
    second.hear('BEAT 9\n');
    second.break();
    const third = bench.hear(greeting('A-1 1'));
    assert.equal(third.said(), 'HELLO proxy-herd/1.0 herd A A-1 B-1 9\n');
  });

  test('whose former life still brings something has not been read in its new one', () => {
    const bench = new Bench();
    const [old] = bench.dials;
    assert.ok(old);
    old.opened();
    old.hear(greeting());
    const refused = bench.hear(greeting('- 0', { life: 2 }));
    assert.ok(refused.closed, 'A has the lesser name and keeps the one that it dialled');
    old.hear('BEAT 7\n');
    old.break();
    const reborn = bench.hear(greeting('- 0', { life: 2 }));
    assert.equal(reborn.said(), 'HELLO proxy-herd/1.0 herd A A-1 B-1 7\n');
  });
});

describe('a location', () => {
  test('goes to the other neighbours, and not back where it came from', () => {
    const { bench, b } = linked();
    const c = bench.hear(greeting('- 0', { server: 'C' }));
    c.said();
    b.hear(change(1, location('kiwi', 10, 'B')));
    assert.equal(c.said(), change(1, location('kiwi', 10, 'B')));
    assert.equal(b.said(), '');
  });

  test('does not go to a neighbour that sent the same', () => {
    const { bench, b } = linked();
    const c = bench.hear(greeting('- 0', { server: 'C' }));
    c.said();
    b.hear(change(1, location('kiwi', 10, 'D')));
    c.hear(change(1, location('kiwi', 10, 'D')));
    assert.equal(b.said() + c.said(), '');
    assert.equal(held(bench.store, 'kiwi'), location('kiwi', 10, 'D').toString());
  });

  test('goes no further where something newer is known', () => {
    const { bench, b } = linked();
    bench.store.apply(location('kiwi', 11));
    assert.equal(b.said(), change(1, location('kiwi', 11)));
    b.hear(change(1, location('kiwi', 10, 'B')));
    assert.equal(b.said(), '');
    assert.equal(held(bench.store, 'kiwi'), location('kiwi', 11).toString());
  });
});
