import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { Bench, greeting, linked, type End } from './link-bench.test.ts';

/** Of server D: what it said of itself. */
const OF_D = 'D 1 1 2000 0.0.0 0 - - 0 0 0 0 0 3 4 5 C:up:6:7:8 -';

/** Of server B, which is linked with it. */
const OF_B = 'B 1 1 2000 0.0.0 0 - - 0 0 0 0 0 3 4 5 A:up:6:7:8,D:up:6:7:8 -';

/** The servers whose statuses were said, in order. */
function statusesIn(said: string): string[] {
  return [...said.matchAll(/^STATUS \d+ (\S+) /gm)].map(([, server = '']) => server);
}

/** A neighbour that takes statuses links with A. */
function join(bench: Bench, server: string): End {
  return bench.receive(greeting(server).replace(' -\n', ' ids,status\n'));
}

describe('what servers say of themselves', () => {
  test('goes to a neighbour that takes it as soon as it is linked, and on to the others', () => {
    const bench = new Bench();
    const b = join(bench, 'B');
    assert.match(b.said(), /^STATUS 0 A 0 1 2000 .* B:up:0:0:0,C:down:0:0:0 - -\n$/m);
    b.receive(`STATUS 5 ${OF_D}\nSTATUS 0 ${OF_B}\n`);
    const c = join(bench, 'C');
    assert.deepEqual(statusesIn(c.said()), ['A', 'D', 'B']);
    assert.deepEqual(statusesIn(b.said()), [], 'A has said something just now');
    bench.pass(1000);
    assert.deepEqual(statusesIn(b.said()), ['A'], 'and tells of C a little later');
    assert.deepEqual(
      bench.links.herd().map(({ server, isReachable }) => `${server} ${isReachable}`),
      ['A true', 'B true', 'C true', 'D true'],
    );
  });

  test('does not go to a neighbour that would not understand it', () => {
    const { bench, b } = linked();
    bench.pass(2500);
    assert.doesNotMatch(b.said(), /STATUS/);
    b.receive(`STATUS 0 ${OF_D}\n`);
    assert.deepEqual(bench.events, ['up B', 'down B protocol']);
  });

  test('says that a link is lost, at once', () => {
    const bench = new Bench();
    const b = join(bench, 'B');
    const c = join(bench, 'C');
    bench.pass(2000);
    b.said();
    bench.pass(500);
    c.break('closed');
    assert.match(b.said(), /^STATUS 0 A 0 \d+ 2000 .* B:up:0:0:0,C:down:0:0:0 - -\n/m);
  });
});
