import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setImmediate as nextIteration } from 'node:timers/promises';

import fc from 'fast-check';

import { scanRecord } from '../store/scan-record.test.ts';
import type { Location } from '../store/location.ts';
import { LocationStore } from '../store/store.ts';
import { CommitGate } from './commit-gate.ts';
import type { LocationService, LocationServiceParts } from './location-service.ts';
import { createTestService } from './service-bench.test.ts';
import { PlainReportError, type PlainReport } from './plain-report.ts';

fc.configureGlobal({ seed: 17, numRuns: 500 });

/** A service on a clock of the test's. */
class Bench {
  readonly store = new LocationStore();
  readonly service: LocationService;
  now = { seconds: 1000, nanoseconds: 0 };

  constructor(parts: Partial<LocationServiceParts> = {}) {
    this.service = createTestService({
      store: this.store,
      now: () => this.now,
      limits: { maxClients: 10, maxMemoryBytes: Infinity },
      ...parts,
    });
  }

  /** Has a tick go by, and gives what is settled by then; `undefined` where it is not. */
  async settled<T>(promise: Promise<T>): Promise<T | undefined> {
    this.service.commit();
    return Promise.race([promise, nextIteration(undefined)]);
  }

  report(values: Partial<PlainReport> = {}): Promise<string | undefined> {
    return this.settled(this.service.report(plain(values)));
  }

  remove(client = 'kiwi'): Promise<string | undefined> {
    return this.settled(this.service.remove(Buffer.from(client)));
  }

  located(client = 'kiwi'): Location | undefined {
    const located = this.service.locations.get(Buffer.from(client));
    assert.ok(!(located instanceof Promise));
    return located;
  }
}

function plain(values: Partial<PlainReport> = {}): PlainReport {
  return {
    client: Buffer.from('kiwi'),
    latitude: 34.06893,
    longitude: -118.445127,
    time: { seconds: 999, nanoseconds: 5 },
    attributes: {},
    ...values,
  };
}

describe('a report in plain values', () => {
  test('is what a line of text says, and its attributes', async () => {
    const bench = new Bench();
    const attributes = { accuracyM: 12.5, charging: true, network: 'wifi' };
    assert.equal(await bench.report({ attributes }), 'accepted');
    assert.deepEqual(bench.located(), {
      client: 'kiwi',
      position: { latitude: 34.06893, longitude: -118.445127 },
      time: { seconds: 999, nanoseconds: 5 },
      received: { seconds: 1000, nanoseconds: 0 },
      origin: 'Riley',
      attributes,
      at: 'AT Riley +0.999999995 kiwi +34.06893-118.445127 999.000000005',
    });
  });

  test('is kept to 1e-7 degree and to the nanosecond, whatever it is', async () => {
    const anyTime = { seconds: fc.nat(2 ** 34 - 1), nanoseconds: fc.nat(999_999_999) };
    const anyReport = fc.record({
      latitude: fc.double({ min: -90, max: 90, noNaN: true }),
      longitude: fc.double({ min: -180, max: 180, noNaN: true }),
      time: fc.record(anyTime, { noNullPrototype: true }),
    });
    await fc.assert(
      fc.asyncProperty(anyReport, async (values) => {
        const bench = new Bench();
        await bench.report(values);
        const { position, time } = bench.located() ?? assert.fail('it is not there');
        assert.deepEqual(time, values.time);
        const e7 = (degrees: number): number => Math.round(degrees * 1e7) + 0;
        assert.equal(e7(position.latitude), e7(values.latitude));
        assert.equal(e7(position.longitude), e7(values.longitude));
      }),
    );
  });

  test('takes the place of one with attributes, and has its own or none', async () => {
    const bench = new Bench();
    await bench.report({ attributes: { note: 'x'.repeat(300) } });
    await bench.report({ time: { seconds: 1000, nanoseconds: 0 } });
    assert.deepEqual(bench.located()?.attributes, {});
    await bench.report({
      time: { seconds: 1001, nanoseconds: 0 },
      attributes: { batteryPercent: 7 },
    });
    assert.deepEqual(bench.located()?.attributes, { batteryPercent: 7 });
  });

  const refused: readonly (readonly [Partial<PlainReport>, string, RegExp])[] = [
    [{ client: Buffer.from('a b') }, 'CLIENT_INVALID', /client: found "a b", expected bytes/],
    [{ client: Buffer.from('a\n') }, 'CLIENT_INVALID', /client: found "a\\n"/],
    [{ client: Buffer.alloc(0) }, 'CLIENT_INVALID', /found "", expected bytes without white space/],
    [
      { client: Buffer.alloc(4090, 'x') },
      'CLIENT_INVALID',
      /found 4090 bytes, expected at most 40/,
    ],
    [{ latitude: 90.1 }, 'POSITION_INVALID', /latitude: found 90.1, expected degrees from -90/],
    [{ longitude: Number.NaN }, 'POSITION_INVALID', /longitude: found NaN/],
    [{ time: { seconds: 1.5, nanoseconds: 0 } }, 'TIME_INVALID', /found 1.5, expected whole/],
    [{ time: { seconds: 1, nanoseconds: 1e9 } }, 'TIME_INVALID', /nanoseconds from 0/],
  ];
  for (const [values, code, message] of refused) {
    test(`is refused: ${message}`, async () => {
      const bench = new Bench();
      await assert.rejects(bench.service.report(plain(values)), (error) => {
        assert.ok(error instanceof PlainReportError);
        assert.equal(error.code, code);
        assert.match(error.message, message);
        return true;
      });
      assert.equal(bench.store.head, 0);
    });
  }

  test('is refused with attributes that no record can have', async () => {
    const bench = new Bench();
    const report = bench.service.report(plain({ attributes: { batteryPercent: 101 } }));
    await assert.rejects(report, { code: 'ATTRIBUTE_INVALID' });
    assert.equal(bench.store.head, 0);
  });
});

describe('a report or a removal is settled', () => {
  test('when its change was written to the neighbours', async () => {
    const bench = new Bench();
    let settled = false;
    const report = bench.service.report(plain()).then(() => (settled = true));
    await nextIteration();
    assert.equal(settled, false);
    bench.service.commit();
    assert.equal(await report, true);
  });

  test('when what `acknowledge` promises is true, or cannot be', async () => {
    const state = { committed: 0, failing: false };
    const bench = new Bench({ gate: new CommitGate(() => state) });
    const report = bench.service.report(plain());
    const removal = bench.service.remove(Buffer.from('kiwi'));
    assert.equal(await bench.settled(report), undefined);
    state.committed = 1;
    assert.equal(await bench.settled(report), 'accepted');
    state.failing = true;
    assert.equal(await bench.settled(removal), 'not acknowledged');
  });
});

describe('a client that is removed', () => {
  test('is unknown, until it reports again; older reports do not bring it back', async () => {
    const bench = new Bench();
    await bench.report();
    assert.equal(await bench.remove(), 'accepted');
    assert.equal(bench.located(), undefined);
    assert.equal(bench.service.clients, 0);
    assert.equal(await bench.report({ time: { seconds: 999, nanoseconds: 6 } }), 'accepted');
    assert.equal(bench.located(), undefined);
    bench.now = { seconds: 1001, nanoseconds: 0 };
    await bench.report({ time: { seconds: 1001, nanoseconds: 0 } });
    assert.equal(bench.located()?.origin, 'Riley');
    assert.equal(bench.service.clients, 1);
  });

  test('need not be known here yet', async () => {
    const bench = new Bench();
    assert.equal(await bench.remove('stranger'), 'accepted');
    await bench.report({ client: Buffer.from('stranger') });
    assert.equal(bench.located('stranger'), undefined);
  });

  test('is removed even if its last report is of a server whose clock is ahead', async () => {
    const bench = new Bench();
    const record = scanRecord('AT Ahead +0.000000000 kiwi +1+1 1005');
    bench.store.apply(record);
    assert.equal(bench.located()?.origin, 'Ahead');
    assert.equal(await bench.remove(), 'accepted');
    assert.equal(bench.located(), undefined);
  });

  test('is not near anything', async () => {
    const bench = new Bench();
    await bench.report();
    await bench.report({ client: Buffer.from('plum') });
    bench.service.beginTick();
    const near = async (): Promise<string[]> => {
      const asked = bench.service.finder.nearest(340_689_300, -1_184_451_270, { limit: 10 });
      bench.service.beginTick();
      return (await asked).clients.map(({ location }) => location.client);
    };
    assert.deepEqual((await near()).sort(), ['kiwi', 'plum']);
    await bench.remove();
    assert.deepEqual(await near(), ['plum']);
    bench.now = { seconds: 1001, nanoseconds: 0 };
    await bench.report({ time: bench.now });
    assert.deepEqual((await near()).sort(), ['kiwi', 'plum']);
  });

  test('counts as memory, and no more as a client', async () => {
    const bench = new Bench({ limits: { maxClients: 2, maxMemoryBytes: Infinity } });
    for (const client of ['a', 'b']) await bench.report({ client: Buffer.from(client) });
    assert.equal(await bench.report({ client: Buffer.from('c') }), 'too many clients');
    assert.equal(await bench.remove('c'), 'too many clients');
    assert.equal(await bench.remove('a'), 'accepted');
    assert.equal(await bench.report({ client: Buffer.from('c') }), 'accepted');
    const { sizeBytes } = bench.store;
    assert.equal(await bench.remove('a'), 'accepted');
    assert.equal(bench.store.sizeBytes, sizeBytes);
    assert.equal(bench.store.tombstones, 1);
  });
});
