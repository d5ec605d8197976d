import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import type { RecordView } from '../../store/record.ts';
import { Bench, greeting, linked, type End } from './link-bench.test.ts';
import { change, location } from './played-end.test.ts';

describe('a version vector', () => {
  /** Records of D, one after the other. */
  function record(client: string, sequence: number): RecordView {
    const made = location(client, sequence, 'D');
    made.sequence = sequence;
    return made;
  }

  const has = (bench: Bench): string[] =>
    bench.links.vector.map(({ name, epoch, sequence }) => `${name} ${epoch} ${sequence}`);

  test('has what came without a gap', () => {
    const { bench, b } = linked();
    b.receive(change(1, record('kiwi', 1)), change(2, record('emu', 2)));
    assert.deepEqual(has(bench), ['D 0 2']);
  });

  test('has what is beyond a gap when the neighbour says that it has sent all', () => {
    const { bench, b } = linked();
    b.receive(change(3, record('emu', 3)));
    assert.deepEqual(has(bench), []);
    b.receive('HAS D 0 3 3\n');
    assert.deepEqual(has(bench), [], 'there may be more to come');
    b.receive('HEARTBEAT\n');
    assert.deepEqual(has(bench), [], 'that is a sign of life alone');
    b.receive('HEARTBEAT 3\n');
    assert.deepEqual(has(bench), ['D 0 3']);
  });

  test('of a neighbour that claims too much keeps out nothing that comes', () => {
    const { bench, b } = linked();
    b.receive('HAS D 0 9 9\n', 'HEARTBEAT 1\n');
    assert.deepEqual(has(bench), ['D 0 9']);
    const c = bench.receive(greeting('C'));
    c.receive(change(1, record('kiwi', 1)));
    assert.equal(bench.store.size, 1);
  });

  test('is said again where it has changed, four times a second', () => {
    const { bench, b } = linked();
    const c = bench.receive(greeting('C'));
    b.receive(change(1, record('kiwi', 1)));
    c.said();
    bench.pass(250);
    assert.equal(c.said(), 'HAS D 0 1 1\nHEARTBEAT 1\n');
    bench.pass(250);
    assert.equal(c.said(), '', 'nothing has changed');
    bench.pass(500);
    assert.equal(c.said(), 'HEARTBEAT 1\n');
  });

  test('has all of an epoch of this server that has ended, and of the one that it is in', () => {
    const { bench } = linked();
    const accept = (client: string, epoch: number, sequence: number): void => {
      const own = location(client, 10);
      [own.epoch, own.sequence] = [epoch, sequence];
      bench.epoch = epoch;
      bench.store.apply(own);
    };
    accept('kiwi', 1, 3);
    assert.deepEqual(has(bench), ['A 1 3']);
    // Records between them were superseded: no neighbour has those, or could claim the 5th.
    accept('emu', 1, 5);
    accept('owl', 2, 1);
    assert.deepEqual(has(bench), ['A 1 5', 'A 2 1']);
  });

  test('goes on from what was kept with the records', () => {
    const bench = new Bench([{ name: 'D', epoch: 0, sequence: 5 }]);
    assert.deepEqual(has(bench), ['D 0 5']);
  });
});

describe('an origin that a neighbour brings second', () => {
  /** Records of D, of one client. */
  const records = Array.from({ length: 12 }, (_, index) => {
    const made = location('kiwi', index + 1, 'D');
    made.sequence = index + 1;
    return made;
  });
  const lines = records.map((record) => change(record.sequence, record));

  /** A, to which B brought so many of them first, and C second. */
  function second(count: number): { bench: Bench; b: End; c: End } {
    const { bench, b } = linked();
    const c = bench.receive(greeting('C'));
    c.said();
    for (const line of lines.slice(0, count)) {
      b.receive(line);
      c.receive(line);
    }
    return { bench, b, c };
  }

  test('five times in a row is pruned there', () => {
    const { b, c } = second(4);
    assert.equal(c.said(), '');
    const again = second(5);
    assert.equal(again.c.said(), 'PRUNE D 0\n');
    assert.equal(b.said() + again.b.said(), '');
  });

  test('is not pruned where it is an earlier epoch of the server itself, which has yet to learn what it has', () => {
    const { bench, b } = linked();
    for (let sequence = 1; sequence <= 12; sequence++) {
      const own = location('kiwi', sequence);
      own.sequence = sequence;
      bench.store.apply(own);
      b.receive(change(sequence, own));
    }
    assert.doesNotMatch(b.said(), /PRUNE/);
    b.receive('HAS A 0 12 12\nHEARTBEAT 12\n');
    assert.deepEqual(bench.links.vector, [{ name: 'A', epoch: 0, sequence: 12 }]);
  });

  test('is not pruned at the origin itself: the other one is asked', () => {
    const { bench, b } = linked();
    const c = bench.receive(greeting('C'));
    c.said();
    for (let sequence = 1; sequence <= 5; sequence++) {
      const record = location('kiwi', sequence, 'C');
      record.sequence = sequence;
      b.receive(change(sequence, record));
      c.receive(change(sequence, record));
    }
    assert.equal(b.said() + c.said(), 'PRUNE C 0\n');
  });

  test('is grafted when the link of the first ends', () => {
    const { b, c } = second(5);
    c.said();
    b.break();
    assert.equal(c.said(), 'GRAFT D 0\n');
  });

  test('is grafted within a second when the neighbour is ahead, also where it says so once and pauses', () => {
    const { bench, c } = second(5);
    c.receive('HAS D 0 9 9\nHEARTBEAT 9\n');
    bench.pass(750);
    assert.doesNotMatch(c.said(), /GRAFT/);
    bench.pass(250);
    assert.match(c.said(), /^GRAFT D 0$/m);
    c.receive('GRAFTED D 0\n');
    bench.pass(1000);
    assert.doesNotMatch(c.said(), /GRAFT/);
  });

  test('is not grafted when it comes in time from elsewhere', () => {
    const { bench, b, c } = second(5);
    c.receive('HAS D 0 6 6\nHEARTBEAT 9\n');
    bench.pass(750);
    b.receive(lines[5] ?? assert.fail());
    bench.pass(1000);
    assert.doesNotMatch(c.said(), /GRAFT/);
  });

  test('holds up what else the neighbour has, until it is known from elsewhere', () => {
    const { bench, c } = second(5);
    c.said();
    // C passed over E 2, which D 6 superseded there.
    c.receive('HAS E 0 2 2\nHAS D 0 6 6\nHEARTBEAT 9\n');
    assert.deepEqual(bench.links.vector, [{ name: 'D', epoch: 0, sequence: 5 }]);
    bench.store.apply(records[5] ?? assert.fail());
  });
});

describe('a neighbour that asks to be spared an origin', () => {
  const record = location('kiwi', 10, 'C');

  function pruned(): { bench: Bench; b: End; c: End } {
    const { bench, b } = linked();
    const c = bench.receive(greeting('C'));
    b.receive('PRUNE C 0\n');
    b.said();
    c.said();
    return { bench, b, c };
  }

  test('is not sent it any more, and all else', () => {
    const { bench, b, c } = pruned();
    c.receive(change(1, record));
    assert.equal(b.said(), '');
    bench.store.apply(location('emu', 10));
    assert.equal(b.said(), change(2, location('emu', 10)));
  });

  test('is sent what was left out when it asks for it again', () => {
    const { b, c } = pruned();
    c.receive(change(1, record));
    b.said();
    b.receive('GRAFT C 0\n');
    assert.equal(b.said(), `${change(1, record)}GRAFTED C 0\n`);
  });

  test('is sent what this server’s own clients report all the same', () => {
    const { bench, b } = linked();
    b.receive('PRUNE A 0\n');
    assert.equal(b.said(), 'GRAFTED A 0\n');
    bench.store.apply(location('emu', 10));
    assert.equal(b.said(), change(1, location('emu', 10)));
  });
});
