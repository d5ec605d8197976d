import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';

import { ByteWriter } from '../protocol/byte-writer.ts';
import { CommandScanner } from '../protocol/command.ts';
import { LocationStore } from '../store/store.ts';
import type { LocationLimits, LocationService } from './location-service.ts';
import { createTestService } from './service-bench.test.ts';

fc.configureGlobal({ seed: 13, numRuns: 200 });

/** How stale it may be when a client was last seen, in seconds. */
const INTERVAL_S = 30;
const KIWI = Buffer.from('kiwi');

/** A service, and a clock that is set. */
class Bench {
  readonly store = new LocationStore();
  readonly service: LocationService;
  seconds = 1000;

  constructor(limits: Partial<LocationLimits> = {}) {
    this.service = createTestService({
      store: this.store,
      now: () => ({ seconds: this.seconds, nanoseconds: 0 }),
      limits: { maxClients: 1000, maxMemoryBytes: Infinity, ...limits },
    });
    this.service.beginTick();
  }

  /** A report of the text protocol, received now. */
  report(client: string, time: number): void {
    this.service.beginTick();
    const [command, line] = [new CommandScanner(), Buffer.from(`IAMAT ${client} +1+1 ${time}`)];
    assert.equal(command.scan(line, 0, line.length), 'IAMAT');
    assert.equal(this.service.reportLine(command, new ByteWriter(16)), 'accepted');
  }

  note(reading = {}, client = KIWI): string {
    return this.service.signs.note(client, 'traccar', reading);
  }

  /** When a client was last seen, in seconds, as every front end says it. */
  lastSeen(client = 'kiwi'): number | undefined {
    const location = this.store.get(Buffer.from(client));
    const { signs } = this.service;
    const seen = location === undefined ? signs.of(Buffer.from(client)) : signs.lastSeen(location);
    return seen?.received.seconds;
  }
}

describe('a sign of life', () => {
  test('is kept once in a while, however often one comes, and never with a report', () => {
    const bench = new Bench();
    bench.report('kiwi', 1000);
    assert.equal(bench.store.head, 1, 'a report is one record');
    bench.seconds += INTERVAL_S - 1;
    assert.equal(bench.note(), 'coalesced');
    bench.seconds += 1;
    assert.equal(bench.note(), 'kept');
    assert.equal(bench.note(), 'coalesced');
    assert.deepEqual([bench.store.head, bench.lastSeen()], [2, 1000 + INTERVAL_S]);
    bench.seconds += 1;
    bench.report('kiwi', 1001);
    assert.deepEqual([bench.store.head, bench.lastSeen()], [3, 1001 + INTERVAL_S]);
    assert.deepEqual(bench.service.signs.counts, { kept: 1, coalesced: 2, refused: 0 });
  });

  test('whatever comes when, is lost for an interval at most, and costs a record in one at most', () => {
    const events = fc.array(
      fc.record({
        afterS: fc.integer({ min: 0, max: 40 }),
        kind: fc.constantFrom('sign', 'report', 'late report'),
      }),
      { minLength: 1, maxLength: 40 },
    );
    fc.assert(
      fc.property(events, (all) => {
        const bench = new Bench();
        bench.report('kiwi', 900);
        let keptAt = -Infinity;
        for (const { afterS, kind } of all) {
          bench.seconds += afterS;
          const { head } = bench.store;
          if (kind === 'sign') bench.note();
          else bench.report('kiwi', kind === 'report' ? bench.seconds : 1);
          const staleS = bench.seconds - (bench.lastSeen() ?? 0);
          assert.ok(staleS >= 0 && staleS <= INTERVAL_S, `${staleS} s`);
          if (kind === 'report') assert.ok(bench.store.head <= head + 1);
          else if (bench.store.head > head) {
            assert.ok(bench.seconds - keptAt >= INTERVAL_S);
            keptAt = bench.seconds;
          }
        }
      }),
    );
  });

  test('is also a report that comes late', () => {
    const bench = new Bench();
    bench.report('kiwi', 1000);
    bench.seconds = 2000;
    bench.report('kiwi', 900);
    bench.report('kiwi', 901);
    assert.deepEqual([bench.store.head, bench.lastSeen()], [2, 2000]);
    assert.equal(bench.service.signs.of(KIWI)?.app, 'report');
    assert.deepEqual(bench.store.get(KIWI)?.time, { seconds: 1000, nanoseconds: 0 });
  });

  test('is not kept before one that a server received whose clock is ahead', () => {
    const bench = new Bench();
    bench.seconds = 5000;
    bench.note();
    bench.seconds = 1000;
    assert.equal(bench.note(), 'coalesced');
    assert.equal(bench.lastSeen(), 5000);
  });

  test('says of the battery what was said last', () => {
    const bench = new Bench();
    bench.note({ batteryPercent: 80, charging: true });
    bench.seconds += INTERVAL_S;
    bench.note({ charging: false });
    const sign = (): object => {
      const { batteryPercent, charging } = bench.service.signs.of(KIWI) ?? {};
      return { batteryPercent, charging };
    };
    assert.deepEqual(sign(), { batteryPercent: 80, charging: false });
    bench.seconds += 1;
    bench.report('kiwi', 1000); // which knows better, though it does not say
    bench.seconds += INTERVAL_S;
    bench.note();
    assert.deepEqual(sign(), { batteryPercent: undefined, charging: undefined });
  });
});

test('a client that is removed is not seen, until it is again', async () => {
  const bench = new Bench();
  bench.report('kiwi', 1000);
  bench.seconds += INTERVAL_S;
  bench.note();
  const removed = bench.service.remove(KIWI);
  bench.service.commit();
  assert.equal(await removed, 'accepted');
  assert.equal(bench.lastSeen(), undefined);
  assert.equal(bench.note(), 'kept');
  assert.equal(bench.lastSeen(), 1000 + INTERVAL_S);
  assert.equal(bench.store.get(KIWI), undefined);
});

describe('a sign of life is refused', () => {
  test('where there are as many as there may be clients, but of one that has one', () => {
    const bench = new Bench({ maxClients: 2 });
    const outcomes = ['a', 'b', 'c'].map((client) => bench.note({}, Buffer.from(client)));
    assert.deepEqual(outcomes, ['kept', 'kept', 'refused']);
    bench.seconds += INTERVAL_S;
    assert.equal(bench.note({}, Buffer.from('a')), 'kept');
    assert.equal(bench.store.signs.count, 2);
  });

  test('where it needs more memory than there may be', () => {
    const bench = new Bench({ maxMemoryBytes: 1 });
    assert.equal(bench.note(), 'refused');
    assert.equal(bench.store.head, 0);
  });

  test('of a client whose ID is longer than a name can be', () => {
    assert.equal(new Bench().note({}, Buffer.alloc(2000, 'k')), 'refused');
  });
});
