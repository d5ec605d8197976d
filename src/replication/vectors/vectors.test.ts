import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import type { RecordView } from '../../store/record.ts';
import { scanRecord } from '../../store/scan-record.test.ts';
import { LocationStore } from '../../store/store.ts';
import type { Checkpoint } from './adoption.ts';
import { SequenceNumbers } from './sequence-numbers.ts';
import { Vectors } from './vectors.ts';

const SELF = 'A';

function recordOf(origin: string, sequence: number, client = `client-${sequence}`): RecordView {
  const record = scanRecord(`AT ${origin} +1.000000000 ${client} +1+1 ${sequence}`);
  [record.epoch, record.sequence] = [1, sequence];
  return record;
}

/** The vectors of server A, whose epoch the test may change. */
class Server {
  epoch = 1;
  readonly store = new LocationStore();
  readonly vectors = new Vectors(this.store, SELF, () => this.epoch);

  /** A record comes over a link. */
  receive(record: RecordView): void {
    this.vectors.take(record, this.store.apply(record));
  }

  /** What is claimed of an origin. */
  claimed(origin: string, epoch = 1): number {
    return this.vectors.vector.of(this.vectors.origins.named(origin, epoch));
  }

  /** A checkpoint of a neighbour that has all of R up to a number. */
  checkpoint(sequence: number): Checkpoint {
    const vector = new SequenceNumbers();
    vector.raise(this.vectors.origins.named('R', 1), sequence);
    return { vector, highest: vector.copy(), pruned: new Set() };
  }
}

describe('of an origin', () => {
  test('the records that follow on are claimed as they come; a gap is not passed over', () => {
    const a = new Server();
    for (const sequence of [1, 2, 4]) a.receive(recordOf('R', sequence));
    assert.equal(a.claimed('R'), 2);
    assert.equal(a.vectors.received.of(a.vectors.origins.named('R', 1)), 4);
    a.receive(recordOf('R', 3));
    assert.equal(a.claimed('R'), 3, 'the fourth waits for a checkpoint');
  });

  test('a record counts as well where a newer one of the client is here', () => {
    const a = new Server();
    a.receive(recordOf('S', 9, 'kiwi'));
    a.receive(recordOf('R', 1, 'kiwi'));
    assert.equal(a.claimed('R'), 1);
  });

  test("what a neighbour's checkpoint covers is claimed", () => {
    const a = new Server();
    a.receive(recordOf('R', 4));
    a.vectors.adopt([[a.checkpoint(4)]]);
    assert.equal(a.claimed('R'), 4);
  });

  test('nothing more is claimed once a record was not taken in for want of memory', () => {
    const a = new Server();
    a.receive(recordOf('R', 1));
    a.vectors.take(recordOf('R', 2), 'full');
    a.receive(recordOf('R', 3));
    a.vectors.adopt([[a.checkpoint(9)]]);
    assert.equal(a.claimed('R'), 1);
  });
});

describe('of itself', () => {
  test('a server claims all of its present epoch, and all of the one that has just ended', () => {
    const a = new Server();
    a.store.apply(recordOf(SELF, 1));
    a.store.apply(recordOf(SELF, 2));
    a.vectors.refresh();
    assert.equal(a.claimed(SELF), 2);
    a.store.apply(recordOf(SELF, 3));
    a.epoch = 2;
    a.vectors.refresh();
    assert.deepEqual([a.claimed(SELF, 1), a.claimed(SELF, 2)], [3, 0]);
  });

  test('it knows how many records there can be of its present epoch, and of no other', () => {
    const a = new Server();
    a.store.apply(recordOf(SELF, 2));
    const { origins } = a.vectors;
    assert.equal(a.vectors.mostOf(origins.named(SELF, 1)), 2);
    assert.equal(a.vectors.mostOf(origins.named(SELF, 0)), Infinity);
    assert.equal(a.vectors.mostOf(origins.named('R', 1)), Infinity);
  });
});

test('what was claimed before a restart is claimed again', () => {
  const a = new Server();
  a.vectors.claim([{ name: 'R', epoch: 1, sequence: 7 }]);
  assert.equal(a.claimed('R'), 7);
  assert.deepEqual(a.vectors.entries(), [{ name: 'R', epoch: 1, sequence: 7 }]);
});

test('the list of entries is made again only when it has changed', () => {
  const a = new Server();
  a.receive(recordOf('R', 1));
  const entries = a.vectors.entries();
  assert.equal(a.vectors.entries(), entries);
  a.receive(recordOf('R', 2));
  assert.deepEqual(a.vectors.entries(), [{ name: 'R', epoch: 1, sequence: 2 }]);
});

test('of each origin it is known what is claimed and what is the greatest number', () => {
  const a = new Server();
  a.receive(recordOf('R', 1));
  a.receive(recordOf('R', 5));
  a.vectors.refresh();
  assert.deepEqual(a.vectors.held(), [
    { origin: { name: 'R', epoch: 1 }, sequence: 1, highest: 5 },
  ]);
});

test('a neighbour is read on from the last mark whose records it has', () => {
  const a = new Server();
  const vector = new SequenceNumbers();
  for (const sequence of [1, 2, 3]) {
    a.receive(recordOf('R', sequence));
    a.vectors.mark();
  }
  assert.equal(a.vectors.startOf(vector), 0);
  vector.raise(a.vectors.origins.named('R', 1), 2);
  assert.equal(a.vectors.startOf(vector), 2);
  vector.raise(a.vectors.origins.named('R', 1), 9);
  assert.equal(a.vectors.startOf(vector), 3);
});
