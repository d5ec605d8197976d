import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setImmediate as nextIteration } from 'node:timers/promises';

import { documentRecord } from '../../store/document-record.test.ts';
import { documentKey } from '../../store/document.ts';
import type { RecordView } from '../../store/record.ts';
import { LocationStore } from '../../store/store.ts';
import { CommitGate } from '../commit-gate.ts';
import type { LocationServiceParts } from '../location-service.ts';
import { createTestService } from '../service-bench.test.ts';
import { documentNameOf, encodeGeofence } from './geofence-document.ts';
import { MAX_GEOFENCES, type GeofenceRegistry } from './geofence-registry.ts';
import type { Geofence } from './geofence.ts';

function circle(name: string, radiusM = 50): Geofence {
  const shape = { type: 'circle', latitude: 34.06893, longitude: -118.445127, radiusM } as const;
  return { name, shape, minimumDwellS: 0 };
}

/** A registry on a service and a store of its own, and what it tells. */
class Bench {
  readonly store: LocationStore;
  readonly geofences: GeofenceRegistry;
  readonly told: string[] = [];
  readonly #commit: () => void;

  constructor(parts: Partial<LocationServiceParts> = {}) {
    this.store = parts.store ?? new LocationStore();
    const service = createTestService({ ...parts, store: this.store });
    this.geofences = service.geofences;
    this.#commit = () => service.commit();
    this.geofences.watch((name, fence) => {
      const radius = fence?.shape.type === 'circle' ? fence.shape.radiusM : fence?.shape.type;
      this.told.push(`${name} ${radius ?? 'removed'}`);
    });
  }

  /** Has ticks go by until something is settled; `undefined` where it is not. */
  async settled<T>(promise: Promise<T>): Promise<T | undefined> {
    for (let tick = 0; tick < 3; tick++) {
      await nextIteration();
      this.#commit();
    }
    return Promise.race([promise, nextIteration(undefined)]);
  }

  put(fence: Geofence): Promise<string | undefined> {
    return this.settled(this.geofences.put(fence));
  }
}

/** What a neighbour sends, or a journal kept, of a document. */
function documentOf(name: string, body: string | undefined, seconds: number): RecordView {
  return documentRecord(documentKey(name), body, seconds, 'Jaquez');
}

describe('geofences', () => {
  test('are put, replaced and removed by their names', async () => {
    const bench = new Bench();
    assert.equal(await bench.put(circle('work')), 'accepted');
    assert.equal(await bench.put(circle('Zuhause \u{1f3e0}')), 'accepted');
    assert.equal(await bench.put(circle('work', 70)), 'accepted');
    assert.deepEqual(await bench.geofences.list(), [
      circle('Zuhause \u{1f3e0}'),
      circle('work', 70),
    ]);
    assert.equal(await bench.settled(bench.geofences.remove('work')), 'accepted');
    assert.equal(await bench.geofences.remove('work'), 'unknown geofence');
    assert.equal(await bench.geofences.get('work'), undefined);
    assert.deepEqual(bench.told, ['work 50', 'Zuhause \u{1f3e0} 50', 'work 70', 'work removed']);
    assert.equal(bench.store.size, 0, 'they are no clients');
  });

  test('come from neighbours, in order, and what is older changes nothing', () => {
    const bench = new Bench();
    const name = documentNameOf('home');
    const text = (radiusM: number): string => encodeGeofence(circle('home', radiusM));
    bench.store.apply(documentOf(name, text(2), 20));
    bench.store.apply(documentOf(name, text(1), 10));
    bench.store.apply(documentOf(name, undefined, 30));
    bench.store.apply(documentOf(name, undefined, 31));
    bench.store.apply(documentOf(name, text(3), 40));
    assert.deepEqual(bench.told, ['home 2', 'home removed', 'home 3']);
  });

  test('that cannot be read here are not known here', () => {
    const bench = new Bench();
    const name = documentNameOf('home');
    bench.store.apply(documentOf(name, encodeGeofence(circle('home')), 20));
    bench.store.apply(documentOf(name, '{"spiral":[1,2,3]}', 21));
    bench.store.apply(documentOf('geofence/%', encodeGeofence(circle('x')), 22));
    bench.store.apply(documentOf('geofence/%61', encodeGeofence(circle('a')), 23));
    bench.store.apply(documentOf('share/home', encodeGeofence(circle('home')), 24));
    assert.deepEqual(bench.told, ['home 50', 'home removed']);
    assert.equal(bench.geofences.known.size, 0);
  });

  test('are waited for while a journal is replayed', async () => {
    const replay = { replaying: true, replayed: Promise.resolve() };
    let done: () => void = () => {};
    replay.replayed = new Promise((resolve) => (done = resolve));
    const store = new LocationStore(9);
    const bench = new Bench({ replay, store });
    const [found, listed] = [bench.geofences.get('home'), bench.geofences.list()];
    const name = documentNameOf('home');
    store.replay(documentOf(name, encodeGeofence(circle('home')), 20), 5);
    assert.equal(await Promise.race([found, nextIteration('waits')]), 'waits');
    replay.replaying = false;
    done();
    assert.deepEqual([await found, await listed], [circle('home'), [circle('home')]]);
  });

  test('are as many as there may be', async () => {
    const bench = new Bench();
    for (let index = 0; index < MAX_GEOFENCES; index++) {
      const name = `fence ${index}`;
      bench.store.apply(documentOf(documentNameOf(name), encodeGeofence(circle(name)), index + 1));
    }
    assert.equal(await bench.put(circle('one more')), 'too many geofences');
    assert.equal(await bench.put(circle('fence 7', 8)), 'accepted');
    assert.equal(await bench.settled(bench.geofences.remove('fence 8')), 'accepted');
    assert.equal(await bench.put(circle('one more')), 'accepted');
  });

  test('are acknowledged once what is promised of them is true', async () => {
    const state = { committed: 0, failing: false };
    const bench = new Bench({ gate: new CommitGate(() => state) });
    const put = bench.geofences.put(circle('home'));
    assert.equal(await bench.settled(put), undefined);
    state.committed = 1;
    assert.equal(await bench.settled(put), 'accepted');
    state.failing = true;
    assert.equal(await bench.put(circle('home', 9)), 'not acknowledged');
  });
});
