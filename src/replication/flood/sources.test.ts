import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { scanRecord } from '../../store/scan-record.test.ts';
import { LocationStore, type Applied } from '../../store/store.ts';
import { Inbound } from './inbound.ts';
import { Sources, type Source } from './sources.ts';
import { Vectors } from '../vectors/vectors.ts';

const SELF = 'A';
/** So many records second in a row, and an origin is to be pruned. */
const PRUNE_AFTER = 5;
/** So many checks without what a neighbour has of a pruned origin, and it is grafted. */
const CHECKS_BEHIND = 1 + 3;

/** Server A, to which the records of R come from its neighbours B and C. */
class Server {
  readonly vectors = new Vectors(new LocationStore(), SELF, () => 1);
  readonly linked: Source[] = [];
  readonly sources = new Sources(this.vectors, () => this.linked, { note() {} });
  #sequence = 0;

  link(name: string): Source {
    const source = { name, inbound: new Inbound(this.vectors.origins) };
    this.linked.push(source);
    return source;
  }

  /** A record that comes from a neighbour; whether something is to be said of it. */
  receive(source: Source, applied: Applied, origin = 'R', wasClaimed = false): boolean {
    const record = scanRecord(`AT ${origin} +1.000000000 kiwi +1+1 1`);
    if (applied === 'newer') this.#sequence += 1;
    [record.epoch, record.sequence] = [1, this.#sequence];
    return this.sources.take(source, record, applied, wasClaimed);
  }

  /** Records that come from one neighbour first, then from another one. */
  receiveFrom(first: Source, second: Source, records: number, origin = 'R'): void {
    for (let count = 0; count < records; count++) {
      this.receive(first, 'newer', origin);
      this.receive(second, 'same', origin);
    }
  }

  streams(source: Source, origin = 'R'): boolean {
    return source.inbound.streams(this.vectors.origins.named(origin, 1));
  }
}

function start() {
  const a = new Server();
  return { a, b: a.link('B'), c: a.link('C') };
}

describe('a neighbour that brings an origin second', () => {
  test('is asked to prune it after some records, and the first goes on', () => {
    const { a, b, c } = start();
    a.receiveFrom(b, c, PRUNE_AFTER - 1);
    assert.ok(a.streams(c));
    a.receive(b, 'newer');
    assert.equal(a.receive(c, 'same'), true);
    assert.deepEqual([a.streams(b), a.streams(c)], [true, false]);
    assert.equal(c.inbound.takeRequests(), 'PRUNE R 1\n');
  });

  test('is not asked where it was first in between', () => {
    const { a, b, c } = start();
    for (let times = 0; times < 5; times++) {
      a.receiveFrom(b, c, PRUNE_AFTER - 1);
      a.receiveFrom(c, b, 1);
    }
    assert.deepEqual([a.streams(b), a.streams(c)], [true, true]);
  });

  test('is not asked where it is the origin itself: the first one is', () => {
    const a = new Server();
    const [b, r] = [a.link('B'), a.link('R')];
    a.receiveFrom(b, r, PRUNE_AFTER);
    assert.deepEqual([a.streams(b), a.streams(r)], [false, true]);
  });

  test('is asked as well where it brings what this server itself accepted', () => {
    const { a, b } = start();
    for (let records = 0; records < PRUNE_AFTER; records++) a.receive(b, 'older', SELF);
    assert.equal(a.streams(b, SELF), false);
  });

  test('does not count by what is older and was not claimed: it may be the first with it', () => {
    const { a, b, c } = start();
    a.receive(b, 'newer');
    for (let records = 0; records < 10; records++) a.receive(c, 'older');
    assert.ok(a.streams(c));
    for (let records = 0; records < PRUNE_AFTER; records++) a.receive(c, 'older', 'R', true);
    assert.ok(!a.streams(c));
  });
});

describe('a pruned origin', () => {
  function pruned() {
    const { a, b, c } = start();
    a.receiveFrom(b, c, PRUNE_AFTER);
    c.inbound.takeRequests();
    return { a, b, c };
  }

  test('is grafted where the link of the first one ends', () => {
    const { a, b, c } = pruned();
    a.linked.splice(a.linked.indexOf(b), 1);
    a.sources.noteEnded('B');
    assert.equal(c.inbound.takeRequests(), 'GRAFT R 1\n');
  });

  test('is not grafted where the link of one ends that had pruned it', () => {
    const { a, b, c } = pruned();
    a.linked.splice(a.linked.indexOf(c), 1);
    a.sources.noteEnded('C');
    assert.equal(b.inbound.takeRequests(), '');
  });

  test('is grafted where the neighbour is ahead with it for some checks', () => {
    const { a, c } = pruned();
    const origin = a.vectors.origins.named('R', 1);
    c.inbound.vector.raise(origin, 100);
    for (let checks = 1; checks < CHECKS_BEHIND; checks++) a.sources.graftMissing(c);
    assert.equal(c.inbound.takeRequests(), '');
    a.sources.graftMissing(c);
    assert.equal(c.inbound.takeRequests(), 'GRAFT R 1\n');
  });

  test('is what the other one prunes from then on, where it is first now', () => {
    const { a, b, c } = pruned();
    const origin = a.vectors.origins.named('R', 1);
    c.inbound.graft(origin);
    c.inbound.noteGrafted(origin);
    a.receiveFrom(c, b, PRUNE_AFTER);
    assert.deepEqual([a.streams(b), a.streams(c)], [false, true]);
  });
});

test('what a neighbour has said at a heartbeat is claimed', () => {
  const { a, b } = start();
  const origin = a.vectors.origins.named('R', 1);
  b.inbound.vector.raise(origin, 9);
  assert.equal(a.vectors.vector.of(origin), 0);
  a.sources.noteCheckpoint(b);
  assert.equal(a.vectors.vector.of(origin), 9);
});
