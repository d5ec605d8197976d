import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Bench, greeting } from './link-bench.test.ts';
import { change, location } from './played-end.test.ts';

const LAGGING_MS = 6000;

/** What was reported of lags. */
function lagsOf({ events }: Bench): string[] {
  return events.filter((event) => /^(origin|neighbour)/.test(event));
}

test('a server without links lacks nothing that it knows of', () => {
  const bench = new Bench();
  bench.store.apply(location('kiwi', 1));
  bench.pass(LAGGING_MS);
  const own = { name: 'A', reports: 0, seconds: 0 };
  const { origins, neighbours } = bench.links.lag();
  assert.deepEqual(
    origins.filter(({ name, reports }) => name === 'A' && reports === 0),
    [own],
  );
  assert.deepEqual(neighbours, []);
});

test('a server lags behind an origin by what a neighbour has and it lacks, until that came', () => {
  const bench = new Bench();
  const [first, second] = [location('kiwi', 1, 'R'), location('emu', 1, 'R')];
  [first.sequence, second.sequence] = [1, 2];
  const b = bench.receive(greeting('B', 'HAS R 0 2 2\n'));
  const of = (origin: string) => bench.links.lag().origins.find(({ name }) => name === origin);
  assert.deepEqual(of('R'), { name: 'R', reports: 2, seconds: 0 });
  for (let second = 0; second < 3; second++) {
    bench.pass(1000);
    b.receive('HEARTBEAT\n');
  }
  assert.deepEqual(of('R'), { name: 'R', reports: 2, seconds: 2 });
  b.receive(change(1, first));
  assert.deepEqual(of('R'), { name: 'R', reports: 1, seconds: 2 });
  for (let second = 0; second < 3; second++) {
    bench.pass(1000);
    b.receive('HEARTBEAT\n');
  }
  assert.deepEqual(lagsOf(bench), ['origin R lagging']);
  b.receive(change(2, second));
  assert.deepEqual(of('R'), { name: 'R', reports: 0, seconds: 0 });
  bench.pass(1000);
  assert.deepEqual(lagsOf(bench), ['origin R lagging', 'origin R caught up']);
});

test('a neighbour lags by what this server has and it lacks, also while it is not linked', () => {
  const bench = new Bench();
  const b = bench.receive(greeting());
  const kiwi = location('kiwi', 1);
  [kiwi.epoch, kiwi.sequence] = [1, 1];
  bench.store.apply(kiwi);
  bench.pass(1000);
  assert.deepEqual(bench.links.lag().neighbours, [{ name: 'B', reports: 1, seconds: 0 }]);
  b.break();
  bench.pass(LAGGING_MS);
  assert.deepEqual(lagsOf(bench), ['neighbour B lagging']);
  const [lag] = bench.links.lag().neighbours;
  assert.deepEqual(lag, { name: 'B', reports: 1, seconds: LAGGING_MS / 1000 });
  const again = bench.receive(greeting('B'));
  again.said();
  assert.equal(bench.links.lag().neighbours[0]?.reports, 1);
  again.receive('HAS A 1 1 1\n');
  assert.deepEqual(bench.links.lag().neighbours, [{ name: 'B', reports: 0, seconds: 0 }]);
  bench.pass(1000);
  assert.deepEqual(lagsOf(bench), ['neighbour B lagging', 'neighbour B caught up']);
});
