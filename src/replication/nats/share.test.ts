import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { holdersOf, Share } from './share.ts';

const SEED = 15;
const PARTITIONS = 32;
const names = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 8 }), {
  minLength: 1,
  maxLength: 12,
});

test('each partition has two holders, the same in whatever order the servers are named', () => {
  fc.assert(
    fc.property(names, fc.nat(PARTITIONS), (servers, partition) => {
      const holders = holdersOf(partition, servers);
      assert.equal(holders.length, Math.min(2, servers.length));
      assert.deepEqual(holdersOf(partition, servers.toReversed()), holders);
    }),
    { seed: SEED },
  );
});

test('when a server goes only its own partitions move', () => {
  fc.assert(
    fc.property(names, fc.nat(), fc.nat(PARTITIONS), (servers, pick, partition) => {
      const gone = servers[pick % servers.length] ?? '';
      const before = holdersOf(partition, servers);
      const after = holdersOf(
        partition,
        servers.filter((server) => server !== gone),
      );
      for (const holder of before) if (holder !== gone) assert.ok(after.includes(holder));
    }),
    { seed: SEED },
  );
});

test('partitions are spread evenly', () => {
  const servers = Array.from({ length: 8 }, (_, index) => `server-${index}`);
  const counts = new Map<string, number>();
  for (let partition = 0; partition < 4000; partition++) {
    for (const holder of holdersOf(partition, servers))
      counts.set(holder, (counts.get(holder) ?? 0) + 1);
  }
  for (const count of counts.values()) assert.ok(count > 850 && count < 1150, `${count} of 8000`);
});

test('a server follows what it is to hold, and lets go once the others hold it', () => {
  const alone = new Share('A', PARTITIONS);
  assert.equal(alone.update(['A'], 0).size, PARTITIONS);
  for (let partition = 0; partition < PARTITIONS; partition++) alone.noteHeld(partition, 0);
  const servers = ['A', 'B', 'C'];
  assert.equal(alone.update(servers, 1).size, PARTITIONS, 'nobody else has anything yet');
  const wanted = (server: string): number[] =>
    Array.from({ length: PARTITIONS }, (_, each) => each).filter((partition) =>
      holdersOf(partition, servers).includes(server),
    );
  alone.note('B', wanted('B').join(' '), 2);
  alone.note('C', wanted('C').join(' '), 2);
  assert.deepEqual([...alone.update(servers, 2)], wanted('A'));
  const asked: number[] = [];
  for (const partitions of alone.holders().values()) asked.push(...partitions);
  assert.deepEqual(
    asked.toSorted((a, b) => a - b),
    Array.from({ length: PARTITIONS }, (_, each) => each),
  );
});

test('who is silent is asked no more, and what nobody holds is said', () => {
  const share = new Share('A', 2);
  share.update(['A', 'B', 'C', 'D', 'E', 'F'], 0);
  share.note('B', '0 1', 0);
  const others = (): string[] => [...share.holders().keys()];
  assert.deepEqual(others(), ['B']);
  share.noteSilent('B');
  assert.throws(others, { code: 'NO_HOLDER', message: /partitions 0, 1 of the clients/ });
  share.note('B', '0 1', 1000);
  share.update(['A', 'B'], 4000);
  assert.deepEqual(others(), ['B']);
  share.update(['A', 'B'], 5000);
  assert.throws(others, { code: 'NO_HOLDER' }, 'it has said nothing for too long');
});

test('the first holder is so from when it has held the partition', () => {
  const share = new Share('A', 1);
  share.update(['A'], 0);
  assert.equal(share.isFirst(0, 50), false);
  share.noteHeld(0, 100);
  assert.equal(share.isFirst(0, 99), false);
  assert.equal(share.isFirst(0, 100), true);
  share.noteLost(0);
  assert.equal(share.isFirst(0, 200), false);
});
