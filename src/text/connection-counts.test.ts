import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { ConnectionCounts } from './connection-counts.ts';

fc.configureGlobal({ seed: 37 });

test('connections are refused beyond either limit, and only there', () => {
  const limits = fc.record({
    connections: fc.integer({ min: 1, max: 6 }),
    connectionsPerAddress: fc.integer({ min: 1, max: 6 }),
  });
  const step = fc.record({ add: fc.boolean(), address: fc.constantFrom('a', 'b', 'c') });
  fc.assert(
    fc.property(limits, fc.array(step, { maxLength: 100 }), (limits, steps) => {
      const counts = new ConnectionCounts(limits);
      const open: string[] = [];
      for (const { add, address } of steps) {
        const ofAddress = open.filter((other) => other === address).length;
        if (add) {
          const fits = ofAddress < limits.connectionsPerAddress && open.length < limits.connections;
          assert.equal(counts.add(address) === undefined, fits);
          if (fits) open.push(address);
        } else if (ofAddress > 0) {
          counts.remove(address);
          open.splice(open.indexOf(address), 1);
        }
      }
    }),
  );
});

test('the reason is the limit that is exceeded', () => {
  const counts = new ConnectionCounts({ connections: 3, connectionsPerAddress: 2 });
  const reasons = ['a', 'a', 'a', 'b', 'b', 'c'].map((address) => counts.add(address));
  assert.deepEqual(reasons, [
    undefined,
    undefined,
    'connectionsPerAddress',
    undefined,
    'connections',
    'connections',
  ]);
});
