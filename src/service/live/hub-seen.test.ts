import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { at, Bench, NORTH } from './hub-bench.test.ts';

describe('who is seen, and does not say where it is', () => {
  test('is told those who ask for it, and nobody else', () => {
    const bench = new Bench();
    bench.take('kiwi', '+1+1', 1);
    bench.see('kiwi', 2);
    bench.see('emu', 3);
    const asking = bench.subscribe({ wantsSeen: true });
    const others = [{}, { clients: [Buffer.from('kiwi')] }, { area: NORTH }].map((filter) =>
      bench.subscribe(filter),
    );
    bench.pass(1);
    const before = [at('kiwi', '+1+1', 1), 'seen kiwi', 'seen emu', 'ready'];
    assert.deepEqual(asking.takeEvents(), before);
    for (const reader of others) {
      assert.deepEqual(reader.takeEvents(), [at('kiwi', '+1+1', 1), 'ready']);
    }
    bench.see('kiwi', 4);
    bench.pass(100);
    assert.deepEqual(asking.takeEvents(), ['seen kiwi']);
    for (const reader of others) assert.deepEqual(reader.takeEvents(), []);
    assert.equal(bench.hub.counts.conflated, 0);
  });

  test('is told those who may see it, by its ID and by where it is', () => {
    const bench = new Bench();
    bench.take('kiwi', '+1+1', 1);
    bench.take('emu', '-1+1', 2);
    const ofSome = bench.subscribe({ wantsSeen: true, clients: [Buffer.from('emu')] });
    const accepted = bench.subscribe({
      wantsSeen: true,
      accepts: (client) => client.toString() === 'moa',
    });
    const north = bench.subscribe({ wantsSeen: true, area: NORTH });
    bench.pass(1);
    for (const reader of [ofSome, accepted, north]) reader.takeEvents();
    for (const [index, client] of ['kiwi', 'emu', 'moa'].entries()) bench.see(client, 3 + index);
    bench.pass(100);
    assert.deepEqual(ofSome.takeEvents(), ['seen emu']);
    assert.deepEqual(accepted.takeEvents(), ['seen moa']);
    assert.deepEqual(north.takeEvents(), ['seen kiwi']);
  });

  test('is not told again one that goes on behind it', () => {
    const bench = new Bench();
    bench.take('kiwi', '+1+1', 1);
    bench.see('kiwi', 2);
    bench.see('emu', 3);
    const vector = [{ name: 'A', epoch: 7, sequence: 2 }];
    const reader = bench.subscribe({ wantsSeen: true }, { timeMs: bench.nowMs, vector });
    bench.pass(1);
    assert.deepEqual(
      reader.takeEvents().filter((event) => event !== 'reset'),
      ['seen emu', 'ready'],
    );
  });
});
