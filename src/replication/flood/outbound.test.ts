import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { ByteWriter } from '../../protocol/byte-writer.ts';
import { ChangeWriter } from '../../store/change-stream.ts';
import { setOf } from '../../store/neighbour-set.ts';
import { scanRecord } from '../../store/scan-record.test.ts';
import { LocationStore } from '../../store/store.ts';
import { Outbound } from './outbound.ts';
import { SequenceNumbers } from '../vectors/sequence-numbers.ts';
import { Vectors } from '../vectors/vectors.ts';

const SELF = 'A';
const EPOCH = 1;
/** Which neighbour the outbound one is. */
const B = 0;
const MAX_ORIGINS = 65_535;
const ALL = { maxBytes: 10_000, maxChanges: 10_000 };
/** The origin of most records. */
const R = { name: 'R', epoch: EPOCH };

/** A server A and what it sends its neighbour B. */
class Sender {
  readonly store = new LocationStore();
  readonly vectors = new Vectors(this.store, SELF, () => EPOCH);
  readonly theirs = new SequenceNumbers();
  mayPrune = true;

  /** A record that came from a client, or from another server. */
  apply(origin: string, sequence: number, client: string, from = 0): void {
    const record = scanRecord(`AT ${origin} +1.000000000 ${client} +1+1 ${sequence}`);
    [record.epoch, record.sequence] = [EPOCH, sequence];
    this.store.apply(record, from);
  }

  /** Notes that B has an origin up to a number. */
  has(origin: string, sequence: number): void {
    this.theirs.raise(this.vectors.origins.named(origin, EPOCH), sequence);
  }

  link(listsAll = false): Outbound {
    const said = { vector: new SequenceNumbers(), highest: new SequenceNumbers() };
    const mayPrune = (): boolean => this.mayPrune;
    return new Outbound(this.store, this.vectors, B, this.theirs, said, mayPrune, listsAll);
  }
}

/** What is written, as `origin:client`. */
function written(write: (writer: ChangeWriter) => void): string[] {
  const out = new ByteWriter(1000);
  write(new ChangeWriter(out));
  const lines = out.view().toString().split('\n');
  return lines.flatMap((line) => {
    const [word, origin, , client] = line.split(' ');
    return word === 'AT' ? [`${origin}:${client}`] : [];
  });
}

function sent(outbound: Outbound): string[] {
  return written((writer) => assert.ok(outbound.write(writer, ALL)));
}

function repaired(outbound: Outbound): string[] {
  return written((writer) => assert.equal(outbound.writeRepair(writer, ALL), false));
}

describe('a neighbour is sent', () => {
  test('what its version vector does not cover, once', () => {
    const a = new Sender();
    for (const [sequence, client] of ['x', 'y', 'z'].entries()) a.apply('R', sequence + 1, client);
    a.apply('S', 1, 'w');
    a.has('R', 2);
    const outbound = a.link();
    assert.deepEqual(sent(outbound), ['R:z', 'S:w']);
    assert.deepEqual(sent(outbound), []);
    assert.equal(outbound.seq, a.store.head);
  });

  test('nothing that came from it over this link', () => {
    const a = new Sender();
    a.apply('R', 1, 'x', setOf(B));
    const outbound = a.link();
    a.apply('R', 2, 'y', setOf(B));
    a.apply('R', 3, 'z', setOf(B + 1));
    assert.deepEqual(sent(outbound), ['R:x', 'R:z'], 'of before it counts what it says');
  });

  test('all there is where it asks for that, whatever it has, until the end of that was said', () => {
    const a = new Sender();
    a.apply('R', 1, 'x');
    a.has('R', 1);
    const outbound = a.link(true);
    a.apply('R', 2, 'y', setOf(B));
    assert.deepEqual(sent(outbound), ['R:x', 'R:y']);
    outbound.endListing();
    a.apply('R', 3, 'z', setOf(B));
    assert.deepEqual(sent(outbound), []);
  });
});

describe('an origin that is pruned', () => {
  test('is left out, and sent again from there on when it is grafted', () => {
    const a = new Sender();
    const outbound = a.link();
    a.apply('R', 1, 'x');
    assert.deepEqual(sent(outbound), ['R:x']);
    outbound.prune(R);
    a.apply('R', 2, 'y');
    a.apply('S', 1, 'w');
    assert.deepEqual(sent(outbound), ['S:w']);
    outbound.graft(R);
    assert.ok(outbound.isRepairing);
    a.apply('R', 3, 'z');
    assert.deepEqual(sent(outbound), ['R:z']);
    assert.equal(outbound.takeAnswers(), '');
    assert.deepEqual(repaired(outbound), ['R:y']);
    assert.ok(!outbound.isRepairing);
    assert.equal(outbound.takeAnswers(), 'GRAFTED R 1\n');
    assert.equal(outbound.takeAnswers(), '');
  });

  test('is sent again without what came from the neighbour meanwhile, or what it has by now', () => {
    const a = new Sender();
    const outbound = a.link();
    outbound.prune(R);
    a.apply('R', 1, 'x', setOf(B));
    a.apply('R', 2, 'y');
    a.apply('R', 3, 'z');
    a.has('R', 2);
    outbound.graft(R);
    assert.deepEqual(repaired(outbound), ['R:z']);
  });

  test('may be grafted while another one is being sent again', () => {
    const a = new Sender();
    const outbound = a.link();
    outbound.prune(R);
    a.apply('R', 1, 'x');
    assert.deepEqual(sent(outbound), []);
    outbound.prune({ name: 'S', epoch: EPOCH });
    a.apply('S', 1, 'w');
    outbound.graft({ name: 'S', epoch: EPOCH });
    outbound.graft(R);
    assert.deepEqual(repaired(outbound).toSorted(), ['R:x', 'S:w']);
    assert.equal(outbound.takeAnswers(), 'GRAFTED S 1\nGRAFTED R 1\n');
  });

  test('is not this server itself, nor any where nothing may be pruned, nor one without a number', () => {
    const a = new Sender();
    const outbound = a.link();
    outbound.prune({ name: SELF, epoch: EPOCH });
    outbound.prune({ name: SELF, epoch: EPOCH - 1 });
    assert.equal(outbound.takeAnswers(), 'GRAFTED A 1\nGRAFTED A 0\n');
    a.mayPrune = false;
    outbound.prune(R);
    assert.equal(outbound.takeAnswers(), 'GRAFTED R 1\n');
    a.mayPrune = true;
    for (let epoch = 0; epoch < MAX_ORIGINS; epoch++) a.vectors.origins.named('S', epoch);
    outbound.prune({ name: 'T', epoch: 1 });
    assert.equal(outbound.takeAnswers(), 'GRAFTED T 1\n');
    outbound.graft({ name: 'T', epoch: 1 });
    assert.equal(outbound.isRepairing, false);
  });

  test('is sent again with all others where all are grafted', () => {
    const a = new Sender();
    const outbound = a.link();
    outbound.prune(R);
    outbound.prune({ name: 'S', epoch: EPOCH });
    a.apply('R', 1, 'x');
    a.apply('S', 1, 'w');
    assert.deepEqual(sent(outbound), []);
    outbound.graftAll();
    assert.deepEqual(repaired(outbound), ['R:x', 'S:w']);
  });
});

test('of the version vector is said what has changed since it was said last', () => {
  const a = new Sender();
  const outbound = a.link();
  a.apply('R', 2, 'x');
  a.vectors.refresh();
  assert.equal(outbound.takeNews(), 'HAS R 1 0 2\n');
  assert.equal(outbound.takeNews(), '');
  a.vectors.claim([{ ...R, sequence: 2 }]);
  assert.equal(outbound.takeNews(), 'HAS R 1 2 2\n');
});
