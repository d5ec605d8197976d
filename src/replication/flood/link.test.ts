import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import type { RecordView } from '../../store/record.ts';
import { Bench, greeting, HELLO, linked } from './link-bench.test.ts';
import { change, lineIn, location } from './played-end.test.ts';

describe('a greeting', () => {
  test('of a neighbour is returned, and the link is up', () => {
    const bench = new Bench();
    const b = bench.connect();
    assert.equal(b.said(), '', 'who was dialled greets second');
    b.receive(greeting());
    assert.equal(b.said(), `${HELLO}READY\n`);
    assert.deepEqual(bench.events, ['up B']);
    assert.deepEqual(bench.links.up, ['B']);
  });

  test('opens what this server dialled', () => {
    const bench = new Bench();
    const [b] = bench.dials;
    assert.ok(b);
    b.opened();
    assert.equal(b.said(), HELLO);
    b.receive(greeting());
    assert.equal(b.said(), 'READY\n');
    assert.deepEqual(bench.events, ['up B']);
  });

  test('of a later minor version is welcome, whatever more it says', () => {
    const bench = new Bench();
    bench.receive('HELLO proxy-herd/2.7 herd B - more fields\nREADY\n');
    assert.deepEqual(bench.events, ['up B']);
  });

  const refused: [why: string, greeting: string, detail: string][] = [
    ['of another herd', greeting().replace('herd B', 'cows B'), 'herd cows, but this is herd herd'],
    ['of an unknown server', greeting('X'), 'X is no neighbour of A'],
    ['of its own name', greeting('A'), 'A is no neighbour of A'],
    [
      'of another major version',
      'HELLO proxy-herd/1.0 herd B B-1 - 0\n',
      'version proxy-herd/1.0 is not understood here',
    ],
  ];
  for (const [why, greeting, detail] of refused) {
    test(`${why} is refused, and nothing after it is read`, () => {
      const bench = new Bench();
      const stranger = bench.receive(greeting, change(1, location('kiwi', 10)));
      assert.equal(stranger.said(), `REFUSE ${detail}\n`);
      assert.ok(stranger.closed);
      assert.deepEqual(bench.events, ['failed ? refused']);
      assert.equal(bench.store.size, 0);
    });
  }

  const faults: [why: string, line: string][] = [
    ['a location before it', change(1, location('kiwi', 10))],
    ['a heartbeat before it', 'HEARTBEAT 1\n'],
    ['what it has before it', 'HAS B 1 1 1\n'],
    ['a client that took the wrong port', 'IAMAT kiwi +1+1 1\n'],
    ['a line without end before it', 'x'.repeat(20_000)],
  ];
  for (const [why, line] of faults) {
    test(`${why} ends the connection`, () => {
      const bench = new Bench();
      const stranger = bench.receive(line);
      assert.equal(stranger.said(), '');
      assert.ok(stranger.closed);
      assert.deepEqual(bench.events, ['failed ? protocol']);
      assert.equal(bench.store.size, 0);
    });
  }

  test('comes once: a second one ends the link', () => {
    const { bench, b } = linked();
    b.receive(greeting());
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
    b.receive(greeting('C'));
    assert.equal(b.said(), 'REFUSE C answers where B was dialled\n');
    assert.deepEqual(bench.events, ['failed B refused']);
  });

  test('that is refused is a failure', () => {
    const bench = new Bench();
    bench.dials[0]?.opened();
    bench.dials[0]?.receive('REFUSE A is no neighbour of B\n');
    assert.deepEqual(bench.events, ['failed B refused']);
  });
});

describe('of two connections with one neighbour', () => {
  test('the one that the lesser name dialled is kept, where both have got through', () => {
    const bench = new Bench();
    const [ours] = bench.dials;
    assert.ok(ours);
    ours.opened();
    const theirs = bench.receive(greeting());
    assert.ok(theirs.closed);
    ours.receive(greeting());
    assert.deepEqual(bench.events, ['up B']);
    assert.equal(ours.closed, false);
  });

  test('the first one up is kept, where the other has not got through yet', () => {
    const bench = new Bench();
    const theirs = bench.receive(greeting());
    assert.deepEqual(bench.events, ['up B']);
    assert.ok(bench.dials[0]?.closed);
    assert.equal(theirs.closed, false);
  });

  test('a second one of the same dialler takes the place of the first, which it has lost', () => {
    const { bench, b } = linked();
    const again = bench.receive(greeting());
    assert.ok(b.closed);
    assert.equal(again.closed, false);
    assert.deepEqual(bench.events, ['up B', 'down B replaced', 'up B']);
  });
});

describe('catching up: a neighbour', () => {
  const ONE = location('one', 10);
  const TWO = location('two', 10);

  /** That a server has an origin up to this record. */
  const has = (record: RecordView, origin = 'A'): string =>
    `HAS ${origin} 0 ${record.sequence} ${record.sequence}\n`;

  function bearing(...records: RecordView[]): Bench {
    const bench = new Bench();
    for (const record of records) bench.store.apply(record);
    return bench;
  }

  /** What a neighbour is sent that greets, but for greetings. */
  function sent(bench: Bench, greeting: string): string {
    return bench
      .receive(greeting)
      .said()
      .replace(/^(HELLO|HAS|READY).*\n/gm, '');
  }

  test('that has nothing is sent everything', () => {
    const everything = change(1, ONE) + change(2, TWO);
    assert.equal(sent(bearing(ONE, TWO), greeting()), everything);
  });

  test('is sent what is above its version vector', () => {
    const [lesser, greater] = [ONE, TWO].toSorted((a, b) => a.sequence - b.sequence);
    assert.ok(lesser && greater);
    assert.equal(sent(bearing(lesser, greater), greeting('B', has(lesser))), change(2, greater));
    assert.equal(sent(bearing(lesser, greater), greeting('B', has(greater))), '');
  });

  test('that knows another life of this server is sent everything', () => {
    assert.equal(sent(bearing(ONE), greeting('B', 'HAS A 7 999 999\n')), change(1, ONE));
  });

  test('gets what this server has, of each origin', () => {
    const kiwi = location('kiwi', 10, 'B');
    const said = bearing(kiwi).receive(greeting()).said();
    assert.equal(said, `${HELLO}HAS B 0 0 ${kiwi.sequence}\nREADY\n${change(1, kiwi)}`);
  });

  test('that started again, and has nothing any more, is sent again what it had sent', () => {
    const { bench, b } = linked();
    const kiwi = location('kiwi', 10, 'B');
    b.receive(change(1, kiwi));
    assert.equal(b.said(), '');
    assert.equal(sent(bench, greeting()), change(1, kiwi));
  });
});

describe('a location', () => {
  test('goes to the other neighbours, and not back where it came from', () => {
    const { bench, b } = linked();
    const c = bench.receive(greeting('C'));
    c.said();
    b.receive(change(1, location('kiwi', 10, 'B')));
    assert.equal(c.said(), change(1, location('kiwi', 10, 'B')));
    assert.equal(b.said(), '');
  });

  test('does not go to a neighbour that sent the same', () => {
    const { bench, b } = linked();
    const c = bench.receive(greeting('C'));
    c.said();
    b.receive(change(1, location('kiwi', 10, 'D')));
    c.receive(change(1, location('kiwi', 10, 'D')));
    assert.equal(b.said() + c.said(), '');
    assert.equal(lineIn(bench.store, 'kiwi'), location('kiwi', 10, 'D').toString());
  });

  test('goes no further where something newer is known', () => {
    const { bench, b } = linked();
    bench.store.apply(location('kiwi', 11));
    assert.equal(b.said(), change(1, location('kiwi', 11)));
    b.receive(change(1, location('kiwi', 10, 'B')));
    assert.equal(b.said(), '');
    assert.equal(lineIn(bench.store, 'kiwi'), location('kiwi', 11).toString());
  });
});
