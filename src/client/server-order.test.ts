import assert from 'node:assert/strict';
import test from 'node:test';

import fc from 'fast-check';

import { ServerOrder } from './server-order.ts';

const SEED = 20_261_127;

test('the one that answered last comes first, those that failed come last, for a while', () => {
  const order = new ServerOrder(['a', 'b', 'c']);
  assert.deepEqual(order.list(0), ['a', 'b', 'c']);
  order.fail('a', 0);
  assert.deepEqual(order.list(1), ['b', 'c', 'a']);
  order.succeed('c');
  assert.deepEqual(order.list(1), ['c', 'b', 'a']);
  order.fail('c', 2);
  order.fail('b', 3);
  assert.deepEqual(order.list(4), ['a', 'c', 'b'], 'the one that failed longest ago first');
  assert.deepEqual(order.list(10_002), ['c', 'a', 'b'], 'after ten seconds it is as before');
});

test('whatever happens, each server is tried once, and one that answers goes before those that failed', () => {
  const servers = ['a', 'b', 'c', 'd'];
  const happening = fc.record({
    server: fc.constantFrom(...servers),
    answers: fc.boolean(),
    afterMs: fc.nat({ max: 15_000 }),
  });
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 20 }), (happenings) => {
      const order = new ServerOrder(servers);
      let now = 0;
      let last: { readonly server: string; readonly answers: boolean } | undefined;
      for (const { server, answers, afterMs } of happenings) {
        now += afterMs;
        if (answers) order.succeed(server);
        else order.fail(server, now);
        last = { server, answers };
      }
      const list = order.list(now);
      assert.deepEqual(list.toSorted(), servers);
      if (last !== undefined) assert.equal(list.at(last.answers ? 0 : -1), last.server);
    }),
    { seed: SEED },
  );
});
