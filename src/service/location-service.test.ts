import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setImmediate as nextIteration } from 'node:timers/promises';

import { ByteWriter } from '../protocol/byte-writer.ts';
import { CommandScanner } from '../protocol/command.ts';
import { LocationStore } from '../store/store.ts';
import type { LocationService, LocationServiceParts } from './location-service.ts';
import { createTestService } from './service-bench.test.ts';

const LIMITS = { maxClients: 1000, maxMemoryBytes: Infinity };

/** A service, and what it writes. */
class Bench {
  readonly store = new LocationStore();
  readonly service: LocationService;
  now = { seconds: 1000, nanoseconds: 0 };
  readonly #command = new CommandScanner();
  readonly out = new ByteWriter(16);

  constructor(parts: Partial<LocationServiceParts> = {}) {
    this.service = createTestService({
      store: this.store,
      now: () => this.now,
      limits: LIMITS,
      ...parts,
    });
    this.service.beginTick();
  }

  /** Reports: the line that is written, or why it is refused. */
  report(fields: string): string {
    const bytes = Buffer.from(`IAMAT ${fields}`, 'latin1');
    assert.equal(this.#command.scan(bytes, 0, bytes.length), 'IAMAT');
    this.out.length = 0;
    const outcome = this.service.reportLine(this.#command, this.out);
    if (outcome === 'accepted') return this.out.view().toString('latin1');
    assert.equal(this.out.length, 0, 'nothing is written');
    return outcome;
  }

  held(client: string): string | undefined {
    return this.store.get(Buffer.from(client))?.at;
  }
}

describe('of two reports with one time stamp the later one stays', () => {
  test('in one tick', () => {
    const bench = new Bench();
    assert.equal(bench.report('kiwi -9.9+1.0 1000'), 'AT Riley +0.000000000 kiwi -9.9+1.0 1000');
    const later = bench.report('kiwi -10.1+1.0 1000');
    assert.equal(later, 'AT Riley +0.000000001 kiwi -10.1+1.0 1000');
    assert.equal(bench.held('kiwi'), later);
  });

  test('in another tick', () => {
    const bench = new Bench();
    bench.report('kiwi +9.9+1.0 990');
    bench.now = { seconds: 1001, nanoseconds: 5 };
    bench.service.beginTick();
    const later = bench.report('kiwi +1.1+1.0 990');
    assert.equal(bench.held('kiwi'), later);
  });

  test('of a clock that is ahead as well', () => {
    const bench = new Bench();
    bench.report('kiwi +9.9+1.0 5000');
    const later = bench.report('kiwi +1.1+1.0 4000');
    assert.equal(bench.held('kiwi'), later);
  });
});

test('a report that is older is answered alike, and changes nothing', () => {
  const bench = new Bench();
  const held = bench.report('kiwi +1+1 1000');
  const { head } = bench.store;
  assert.equal(bench.report('kiwi +2+2 999'), 'AT Riley +1.000000001 kiwi +2+2 999');
  assert.equal(bench.held('kiwi'), held);
  assert.equal(bench.store.head, head);
});

describe('a report is refused', () => {
  test('of a new client where there are as many as there may be', () => {
    const bench = new Bench({ limits: { ...LIMITS, maxClients: 2 } });
    for (const client of ['a', 'b']) assert.match(bench.report(`${client} +1+1 1`), /^AT /);
    assert.equal(bench.report('c +1+1 1'), 'too many clients');
    assert.match(bench.report('a +2+2 2'), /^AT /);
    assert.equal(bench.store.size, 2);
  });

  test('where it needs more memory than there may be, and others go on', () => {
    const bench = new Bench({ limits: { ...LIMITS, maxMemoryBytes: 200_000 } });
    const id = (n: number): string => `${n}`.padStart(4000, 'x');
    let known = 0;
    for (; known < 1000; known++) {
      bench.service.beginTick();
      if (bench.report(`${id(known)} +1+1 1`) === 'out of memory') break;
    }
    assert.ok(known >= 20 && known < 60, `${known} clients`);
    assert.equal(bench.store.size, known);
    assert.ok(bench.store.sizeBytes <= 200_000 + 64 * 1024);
    assert.match(bench.report(`${id(0)} +2+2 2`), /^AT /);
    assert.equal(bench.report('a +1+1 1'), 'out of memory');
    // A text that has to be kept takes more than the numbers that it says.
    assert.equal(bench.report(`${id(1)} +1+1CRS${'y'.repeat(70)} 3`), 'out of memory');
    assert.equal(bench.store.size, known);
  });
});

test('where servers hold parts of the clients, a transition right after a takeover is of the one that took over', async () => {
  const heldMs = 1_000_200;
  const bench = new Bench();
  bench.service.spreadOver({
    fetch: () => undefined,
    follows: () => true,
    watch: () => () => {},
    keepWhileListening() {},
    listen: () => assert.fail('nobody listens'),
    places: new Map(),
    reach: () => Promise.resolve(),
    storedUpTo: 0,
    evictedUpTo: 0,
    partitionOf: () => 0,
    holders: () => new Map(),
    isFirst: (_, sinceMs) => heldMs <= sinceMs,
    ask: () => assert.fail('nobody is asked'),
    answer() {},
  });
  const { transitions } = await bench.service.geofenceTracking.start(() => {});
  const shape = { type: 'circle', latitude: 1, longitude: 1, radiusM: 1000 } as const;
  const put = bench.service.geofences.put({ name: 'home', shape, minimumDwellS: 0 });
  await nextIteration();
  bench.service.commit();
  await put;
  for (const milliseconds of [100, 300]) {
    bench.now = { seconds: 1000, nanoseconds: milliseconds * 1e6 };
    bench.service.beginTick();
    bench.report(`client-${milliseconds} +1+1 1000`);
  }
  const [before, after] = transitions.after(0) ?? [];
  assert.ok(before !== undefined && after !== undefined);
  assert.deepEqual([before.noticedMs, after.noticedMs], [1_000_100, 1_000_300]);
  assert.equal(bench.service.isOwnTransition(before), false);
  assert.equal(bench.service.isOwnTransition(after), true);
});

test('while a journal is replayed new clients are not refused', () => {
  const replay = { replaying: true, replayed: new Promise<void>(() => {}) };
  const bench = new Bench({ replay, limits: { ...LIMITS, maxClients: 1 } });
  assert.match(bench.report('kiwi +1+1 1000'), /^AT /);
  assert.match(bench.report('maybe-in-the-journal +1+1 1000'), /^AT /);
});
