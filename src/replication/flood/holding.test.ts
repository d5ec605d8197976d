import type { ChannelListener } from '../../transport/channel.ts';
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { crc32 } from 'node:zlib';

import { LocationStore } from '../../store/store.ts';
import { RecordView } from '../../store/record.ts';
import { Links } from './links.ts';
import { formatHello } from './messages.ts';

/** After how many locations in a row that came second a neighbour is asked to hold them back. */
const HOLD_AFTER = 5;
const BEATS_A_TELLING = 4;
const MAX_UNKNOWN_BEATS = 3;

function location(client: string, time = 1, origin = 'O'): RecordView {
  const line = new RecordView();
  const bytes = Buffer.from(`AT ${origin} +1.000000000 ${client} +1+1 ${time}`);
  assert.ok(line.scan(bytes, 0, bytes.length));
  // What tells records apart is their identity.
  line.sequence = 1 + crc32(bytes);
  return line;
}

function change(number: number, line: RecordView): string {
  return `CHANGES ${number} 0 ${line.sequence}\n${line.toString()}\n`;
}

/** A neighbour of the bench's server, for which the test speaks. */
interface Peer {
  hear(text: string): void;
  /** What was said to it since it was asked last. */
  said(): string;
  break(): void;
}

/** Server A with its neighbours B, C and O, an origin. */
class Bench {
  readonly store = new LocationStore('A-1');
  readonly links: Links;
  #timers: (() => void)[] = [];
  #number = 0;

  constructor(confirming = false) {
    const neighbours = ['B', 'C', 'O'];
    const membership = { herd: 'herd', server: 'A', neighbours, read: {}, confirming };
    const after = (_: number, action: () => void): (() => void) => {
      this.#timers.push(action);
      return () => (this.#timers = this.#timers.filter((timer) => timer !== action));
    };
    const dial = () => ({ write: () => true, close() {} });
    const world = { clock: { after }, random: () => 0.5, dial, wake() {} };
    const events = { linkUp() {}, linkDown() {}, linkFailed() {} };
    this.links = new Links(membership, this.store, world, events);
  }

  link(server: string): Peer {
    const writes: string[] = [];
    let listener: ChannelListener | undefined;
    this.links.accept((link) => {
      listener = link;
      return { write: (bytes) => writes.push(bytes.toString()) > 0, close() {} };
    });
    const hear = (text: string): void => listener?.received(Buffer.from(text, 'latin1'));
    hear(formatHello({ herd: 'herd', server, epoch: `${server}-1`, read: undefined }));
    this.links.flush();
    writes.splice(0);
    return {
      hear,
      said: () => {
        this.links.flush();
        return writes.splice(0).join('');
      },
      break: () => listener?.closed({ code: 'closed', detail: 'closed' }),
    };
  }

  /** Has locations brought by one neighbour first and by another one second. */
  tell(first: Peer, second: Peer, count: number, origin = 'O'): void {
    for (let n = 0; n < count; n++) {
      this.#number += 1;
      const line = change(this.#number, location(`client-${this.#number}`, 1, origin));
      first.hear(line);
      second.hear(line);
    }
  }

  /** All timers that run are due. */
  beat(): void {
    for (const action of this.#timers.splice(0)) action();
  }
}

/** The lines of a text that are about holding back. */
function requests(text: string): string[] {
  return text.split('\n').filter((line) => /^(HOLD|HOLDING|SEND|SENDING) /.test(line));
}

describe('a neighbour is asked to hold an origin back', () => {
  test('when it has brought its locations second often enough in a row', () => {
    const bench = new Bench();
    const [b, c] = [bench.link('B'), bench.link('C')];
    bench.tell(b, c, HOLD_AFTER - 1);
    assert.deepEqual(requests(c.said()), []);
    bench.tell(b, c, 1);
    assert.deepEqual([requests(b.said()), requests(c.said())], [[], ['HOLD O']]);
    bench.tell(b, c, 2 * HOLD_AFTER);
    assert.deepEqual(requests(c.said()), [], 'it was asked already');
  });

  test('not when it was first in between', () => {
    const bench = new Bench();
    const [b, c] = [bench.link('B'), bench.link('C')];
    for (let round = 0; round < 5; round++) {
      bench.tell(b, c, HOLD_AFTER - 1);
      bench.tell(c, b, 1);
    }
    assert.deepEqual(requests(b.said() + c.said()), []);
  });

  test('not the origin itself, but who is sooner than it', () => {
    const bench = new Bench();
    const [b, o] = [bench.link('B'), bench.link('O')];
    bench.tell(b, o, HOLD_AFTER);
    assert.deepEqual([requests(b.said()), requests(o.said())], [['HOLD O'], []]);
  });

  test("what is this server's own", () => {
    const bench = new Bench();
    const b = bench.link('B');
    for (let n = 0; n < HOLD_AFTER; n++) {
      bench.store.apply(location(`own-${n}`, 1, 'A'));
      b.hear(change(n + 1, location(`own-${n}`, 1, 'A')));
    }
    assert.deepEqual(requests(b.said()), ['HOLD A']);
  });

  test('not where replies wait for all neighbours', () => {
    const bench = new Bench(true);
    const [b, c] = [bench.link('B'), bench.link('C')];
    bench.tell(b, c, 2 * HOLD_AFTER);
    assert.deepEqual(requests(b.said() + c.said()), []);
  });

  test('and to send it again when the link it came over ends', () => {
    const bench = new Bench();
    const [b, c] = [bench.link('B'), bench.link('C')];
    bench.tell(b, c, HOLD_AFTER);
    c.said();
    b.break();
    assert.deepEqual(requests(c.said()), [`SEND O ${HOLD_AFTER}`]);
  });
});

describe('how far a neighbour counts as read', () => {
  /** A bench whose C was asked to hold O back after `HOLD_AFTER` changes, and has changed since. */
  function held(): { bench: Bench; b: Peer; c: Peer; read: () => number | undefined } {
    const bench = new Bench();
    const [b, c] = [bench.link('B'), bench.link('C')];
    bench.tell(b, c, HOLD_AFTER);
    c.said();
    c.hear(change(20, location('other', 1, 'X')));
    return { bench, b, c, read: () => bench.links.read['C']?.number };
  }

  test('does not pass what may be held back', () => {
    const { c, read } = held();
    assert.equal(read(), HOLD_AFTER);
    c.hear('BEAT 21\n');
    assert.equal(read(), HOLD_AFTER);
    c.break();
    assert.equal(read(), HOLD_AFTER, 'when the link has ended, too');
  });

  test('moves on when the neighbour had what this server has, or had since', () => {
    const { bench, b, c, read } = held();
    const peer = new LocationStore('C-1');
    const digests = peer.digestOrigins();
    const tell = (number: number): void => {
      const { low, high } = digests.of(peer.findOrigin(Buffer.from('O')));
      const hex = [high, low].map((bits) => (bits >>> 0).toString(16).padStart(8, '0'));
      c.hear(`HOLDING O ${number} ${hex.join('')}\n`);
    };
    for (let n = 1; n <= HOLD_AFTER; n++) peer.apply(location(`client-${n}`));
    peer.apply(location('late'));
    tell(15);
    assert.equal(read(), HOLD_AFTER, 'the neighbour has more');
    b.hear(change(6, location('late')));
    assert.equal(read(), HOLD_AFTER);
    c.hear('BEAT 21\n');
    assert.equal(read(), 15);
    b.hear(change(7, location('later')));
    tell(18);
    assert.equal(read(), 18, 'this server has more');
    assert.deepEqual(requests(c.said()), []);
    assert.equal(bench.links.read['B']?.number, 7);
  });

  test('goes on when the neighbour sends again, from there', () => {
    const { b, c, read } = held();
    b.break();
    assert.deepEqual(requests(c.said()), [`SEND O ${HOLD_AFTER}`]);
    c.hear('BEAT 21\n');
    assert.equal(read(), HOLD_AFTER, 'it has not said yet that it does');
    c.hear(`SENDING O ${HOLD_AFTER}\n`);
    c.hear(change(12, location('missed')));
    assert.equal(read(), 12);
    c.hear('BEAT 22\n');
    assert.equal(read(), 22);
  });

  test('goes on when the neighbour does not hold back, and it is not asked again', () => {
    const { bench, b, c, read } = held();
    c.hear('SENDING O 21\n');
    assert.equal(read(), 21);
    bench.tell(b, c, 2 * HOLD_AFTER);
    assert.deepEqual(requests(c.said()), []);
  });

  test('does not stay behind: what is not known from elsewhere is asked for', () => {
    const { c } = held();
    c.hear('HOLDING O 21 0123456789abcdef\n');
    for (let beats = 1; beats < MAX_UNKNOWN_BEATS; beats++) c.hear('BEAT 21\n');
    assert.deepEqual(requests(c.said()), []);
    c.hear('BEAT 21\n');
    assert.deepEqual(requests(c.said()), [`SEND O ${HOLD_AFTER}`]);
    for (let beats = 0; beats < 10; beats++) c.hear('BEAT 21\n');
    assert.deepEqual(requests(c.said()), [], 'once');
  });
});

describe('a server that is asked', () => {
  test('to hold an origin back sends no more of it, and tells what it has with a beat', () => {
    const bench = new Bench();
    const b = bench.link('B');
    bench.store.apply(location('kiwi'));
    assert.equal(b.said(), change(1, location('kiwi')));
    b.hear('HOLD O\n');
    bench.store.apply(location('kiwi', 2));
    bench.store.apply(location('emu', 2, 'X'));
    assert.equal(b.said(), change(3, location('emu', 2, 'X')));
    let said = '';
    for (let beats = 0; beats < 2 * BEATS_A_TELLING; beats++) {
      b.hear('BEAT 0\n');
      bench.beat();
      said += b.said();
    }
    const digest = /^HOLDING O 3 [0-9a-f]{16}$/;
    assert.deepEqual(requests(said).length, 1, 'and only once');
    assert.match(requests(said)[0] ?? '', digest);
  });

  test('to send it again goes back to where it is asked to, and says so first', () => {
    const bench = new Bench();
    const b = bench.link('B');
    bench.store.apply(location('kiwi'));
    bench.store.apply(location('emu', 1, 'X'));
    b.said();
    b.hear('HOLD O\nHOLD X\n');
    bench.store.apply(location('lemon'));
    bench.store.apply(location('plum', 1, 'X'));
    bench.store.apply(location('fig', 1, 'Y'));
    assert.equal(b.said(), change(5, location('fig', 1, 'Y')));
    b.hear('SEND O 2\n');
    assert.equal(b.said(), 'SENDING O 2\n' + change(3, location('lemon')));
    bench.store.apply(location('grape'));
    bench.store.apply(location('melon', 1, 'X'));
    assert.equal(b.said(), change(6, location('grape')));
    b.hear('SEND X 2\nSEND O 1\n');
    const again = change(4, location('plum', 1, 'X')) + change(7, location('melon', 1, 'X'));
    assert.equal(b.said(), 'SENDING X 2\n' + again);
  });

  test('to hold back its own locations, or what it does not know, goes on sending', () => {
    const bench = new Bench();
    const b = bench.link('B');
    b.hear('HOLD A\nHOLD nobody\n');
    bench.store.apply(location('kiwi', 1, 'A'));
    assert.equal(b.said(), 'SENDING A 0\nSENDING nobody 0\n' + change(1, location('kiwi', 1, 'A')));
  });

  test('to hold anything back where replies wait for all neighbours goes on sending', () => {
    const bench = new Bench(true);
    const b = bench.link('B');
    bench.store.apply(location('kiwi'));
    b.said();
    b.hear('HOLD O\n');
    assert.equal(b.said(), 'SENDING O 1\n');
  });

  test('holds nothing back on the next link', () => {
    const bench = new Bench();
    const b = bench.link('B');
    bench.store.apply(location('kiwi'));
    b.said();
    b.hear('HOLD O\n');
    b.break();
    const again = bench.link('B');
    bench.store.apply(location('kiwi', 2));
    assert.equal(again.said(), change(2, location('kiwi', 2)));
  });
});
