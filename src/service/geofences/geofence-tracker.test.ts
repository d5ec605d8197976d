import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';

import { ByteWriter } from '../../protocol/byte-writer.ts';
import type { RecordObserver } from '../../store/record-observer.ts';
import { RecordView } from '../../store/record.ts';
import { LocationStore } from '../../store/store.ts';
import { areaOf } from './area-of.ts';
import { relationOf } from './fence-area.ts';
import { GeofenceTracker } from './geofence-tracker.ts';
import type { Geofence } from './geofence.ts';
import { INSIDE, nextPresence, type Presence } from './presence.ts';

fc.configureGlobal({ seed: 15, numRuns: 100 });

const circle = (name: string, longitude: number, minimumDwellS = 0): Geofence => ({
  name,
  shape: { type: 'circle', latitude: 0, longitude, radiusM: 1000 },
  minimumDwellS,
});
/** A kilometre of the equator is so many degrees. */
const KM = 1 / 111.194_93;

/** A store that is tracked, and a clock. */
class Bench {
  readonly store = new LocationStore(1_000_000);
  isReplaying = false;
  fullTimes = 0;
  readonly observers: (RecordObserver | undefined)[] = [];
  readonly tracker: GeofenceTracker;
  readonly #record = new RecordView();
  #sequence = 0;

  constructor(maxPresences = 1000) {
    const { store } = this;
    this.tracker = new GeofenceTracker({
      store: {
        observe: (observer) => {
          this.observers.push(observer);
          store.observe(observer);
        },
        get end() {
          return store.end;
        },
        hasLocation: (slot) => store.hasLocation(slot),
        latitudeE7: (slot) => store.latitudeE7(slot),
        longitudeE7: (slot) => store.longitudeE7(slot),
        clientOf: (slot) => store.clientOf(slot),
        locationAt: (slot) => store.locationAt(slot),
        origins: store.origins,
        originOf: (slot) => store.originOf(slot),
      },
      isReplaying: () => this.isReplaying,
      nowMs: () => 0,
      wake: () => {},
      maxPresences,
      onFull: () => (this.fullTimes += 1),
      isFollowed: () => true,
    });
  }

  /** Puts a client so many km east of the origin, at a time; a report of the journal if there is a `seq`. */
  report(client: string, km: number, timeS: number, accuracyM?: number, seq?: number): void {
    const longitude = (km * KM).toFixed(7);
    const position = `+0.0${longitude.startsWith('-') ? '' : '+'}${longitude}`;
    const attributes = accuracyM === undefined ? '' : ` accuracyM=${accuracyM}`;
    const line = `AT A +1.000000000 ${client} ${position} ${timeS}${attributes}`;
    const record = this.#record;
    assert.ok(record.scan(Buffer.from(line), 0, line.length), line);
    record.epoch = 1;
    record.sequence = this.#sequence += 1;
    if (seq === undefined) this.store.apply(record);
    else this.store.replay(record, seq);
  }

  removeClient(client: string, timeS: number): void {
    const instant = { seconds: timeS, nanoseconds: 0 };
    const record = this.#record;
    const [server, id] = [Buffer.from('A'), Buffer.from(client)];
    record.writeRemoval(new ByteWriter(16), server, instant, id, instant);
    record.epoch = 1;
    record.sequence = this.#sequence += 1;
    this.store.apply(record);
  }

  /** All transitions since the last call. */
  take(): readonly string[] {
    const { transitions } = this.tracker;
    const taken = (transitions.after(this.#taken) ?? []).map(
      ({ kind, client, geofence, reason }) =>
        `${kind} ${client.toString()} ${geofence}${reason === undefined ? '' : ` ${reason}`}`,
    );
    this.#taken = transitions.head;
    return taken;
  }

  #taken = 0;
}

/** One that has begun. */
function begun(maxPresences?: number): Bench {
  const bench = new Bench(maxPresences);
  bench.tracker.work();
  assert.ok(bench.tracker.isReady);
  return bench;
}

test('each fix is looked at in order: what it leaves comes first, then what it enters', () => {
  const bench = begun();
  bench.tracker.put(circle('home', 0));
  bench.tracker.put(circle('work', 5 * KM));
  bench.report('kiwi', 0, 100);
  bench.report('kiwi', 5, 110);
  bench.report('kiwi', 0, 105); // older: it is not taken in
  bench.report('kiwi', 9, 120);
  assert.deepEqual(bench.take(), [
    'enter kiwi home',
    'leave kiwi home moved',
    'enter kiwi work',
    'leave kiwi work moved',
  ]);
  const [first] = bench.tracker.transitions.after(0) ?? [];
  assert.equal(first?.location?.at, 'AT A +1.000000000 kiwi +0.0+0.0000000 100');
  assert.deepEqual(first.record, { origin: 'A', epoch: 1, sequence: 1 });
});

test('the accuracy of a fix counts', () => {
  const bench = begun();
  bench.tracker.put(circle('home', 0));
  bench.report('kiwi', 0.98, 100, 30);
  bench.report('kiwi', 0.96, 110, 30);
  bench.report('kiwi', 1.02, 120, 30);
  bench.report('kiwi', 1.04, 130, 30);
  assert.deepEqual(bench.take(), ['enter kiwi home', 'leave kiwi home moved']);
});

test('a client is in it from `enter` to `leave`', () => {
  const bench = begun();
  bench.tracker.put(circle('home', 0, 60));
  const names = (): readonly string[] =>
    bench.tracker.namesOf(bench.store.slotOf(Buffer.from('kiwi')));
  bench.report('kiwi', 0, 100);
  assert.deepEqual(names(), []);
  bench.report('kiwi', 0.1, 160);
  assert.deepEqual(names(), ['home']);
  assert.ok(bench.tracker.isInAny(bench.store.slotOf(Buffer.from('kiwi')), new Set(['home'])));
  bench.report('kiwi', 3, 170);
  assert.deepEqual(names(), []);
  assert.deepEqual(bench.take(), ['enter kiwi home', 'leave kiwi home moved']);
});

describe('a client leaves also', () => {
  test('when the geofence is removed, but not when it only was about to enter', () => {
    const bench = begun();
    bench.tracker.put(circle('home', 0));
    bench.tracker.put(circle('late', 0, 60));
    bench.report('kiwi', 0, 100);
    bench.tracker.remove('home');
    bench.tracker.remove('late');
    bench.tracker.remove('late');
    assert.deepEqual(bench.take(), ['enter kiwi home', 'leave kiwi home geofence-removed']);
    bench.tracker.put(circle('home', 0));
    bench.report('kiwi', 0, 110);
    assert.deepEqual(bench.take(), ['enter kiwi home']);
  });

  test('when it is removed', () => {
    const bench = begun();
    bench.tracker.put(circle('home', 0));
    bench.report('kiwi', 0, 100);
    bench.removeClient('kiwi', 200);
    assert.deepEqual(bench.take(), ['enter kiwi home', 'leave kiwi home client-removed']);
    bench.report('kiwi', 0, 300);
    assert.deepEqual(bench.take(), ['enter kiwi home']);
    const where = bench.tracker.transitions.after(0)?.map(({ location }) => location?.time.seconds);
    assert.deepEqual(where, [undefined, undefined, 300]);
  });

  test('when it is forgotten; its slot is of use to another one then', () => {
    const bench = begun();
    bench.tracker.put(circle('home', 0));
    bench.report('kiwi', 0, 100);
    bench.store.forgetBefore({ seconds: 150, nanoseconds: 0 });
    for (const _ of bench.store.sweep(10)) assert.ok(true);
    bench.report('emu', 0, 200);
    assert.deepEqual(bench.take(), [
      'enter kiwi home',
      'leave kiwi home client-forgotten',
      'enter emu home',
    ]);
  });
});

test('a geofence that is changed counts from the next fix on', () => {
  const bench = begun();
  bench.tracker.put(circle('home', 0));
  bench.report('kiwi', 0, 100);
  bench.tracker.put(circle('home', 5 * KM));
  assert.deepEqual(bench.take(), ['enter kiwi home']);
  bench.report('kiwi', 0, 110);
  bench.report('kiwi', 5, 120);
  assert.deepEqual(bench.take(), ['leave kiwi home moved', 'enter kiwi home']);
});

test('what the journal kept is taken as it stands, silently', () => {
  const bench = new Bench();
  bench.isReplaying = true;
  bench.tracker.put(circle('home', 0));
  bench.report('kiwi', 0, 100, undefined, 1);
  bench.report('emu', 5, 100, undefined, 2);
  bench.tracker.work();
  assert.ok(!bench.tracker.isReady);
  bench.report('moa', 0, 100);
  bench.isReplaying = false;
  bench.tracker.work();
  assert.ok(bench.tracker.isReady);
  assert.deepEqual(bench.take(), []);
  for (const client of ['kiwi', 'emu', 'moa']) bench.report(client, 0.1, 110);
  assert.deepEqual(bench.take(), ['enter emu home']);
  for (const client of ['kiwi', 'moa']) bench.report(client, 5, 120);
  assert.deepEqual(bench.take(), ['leave kiwi home moved', 'leave moa home moved']);
});

test('of many clients what the journal kept is taken in several ticks; those that are not taken yet are silent', () => {
  const bench = new Bench(10_000);
  bench.tracker.put(circle('home', 0));
  for (let number = 0; number < 5200; number++) {
    bench.report(`c${number}`, number < 5100 ? 0 : 5, 100, undefined, number + 1);
  }
  bench.tracker.work();
  assert.ok(!bench.tracker.isReady);
  bench.report('c0', 5, 110);
  bench.report('c5099', 5, 110);
  assert.deepEqual(bench.take(), ['leave c0 home moved']);
  for (let ticks = 0; !bench.tracker.isReady; ticks++) {
    assert.ok(ticks < 10);
    bench.tracker.work();
  }
  bench.report('c5099', 0, 120);
  bench.report('c5098', 5, 120);
  assert.deepEqual(bench.take(), ['enter c5099 home', 'leave c5098 home moved']);
});

test('without geofences nobody looks at fixes', () => {
  const bench = begun();
  assert.deepEqual(bench.observers, []);
  bench.tracker.put(circle('home', 0));
  bench.tracker.put(circle('work', 1));
  bench.tracker.remove('home');
  assert.equal(bench.observers.at(-1), bench.tracker);
  bench.tracker.remove('work');
  assert.equal(bench.observers.at(-1), undefined);
});

test('there is room for so many; who leaves makes room', () => {
  const bench = begun(2);
  bench.tracker.put(circle('home', 0));
  for (const client of ['a', 'b', 'c', 'd']) bench.report(client, 0, 100);
  assert.deepEqual(bench.take(), ['enter a home', 'enter b home']);
  assert.equal(bench.fullTimes, 1);
  bench.report('a', 5, 110);
  bench.report('c', 0, 110);
  bench.report('d', 0, 110);
  assert.deepEqual(bench.take(), ['leave a home moved', 'enter c home']);
  assert.equal(bench.fullTimes, 2);
});

test('whatever happens, it tells what looking at every geofence tells, and clients enter and leave in turn', () => {
  const name = fc.constantFrom('a', 'b', 'c');
  const client = fc.constantFrom('kiwi', 'emu');
  const step = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        client,
        km: fc.integer({ min: -15, max: 15 }).map((tenths) => tenths / 5),
        accuracyM: fc.constantFrom(undefined, 5, 300, 10_000),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        put: name,
        at: fc.integer({ min: -2, max: 2 }),
        dwellS: fc.constantFrom(0, 0, 25),
      }),
    },
    { weight: 1, arbitrary: fc.record({ remove: name }) },
    { weight: 1, arbitrary: fc.record({ removeClient: client }) },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const bench = begun();
      const fences = new Map<string, Geofence>();
      const presences = new Map<string, Presence>();
      const told: string[] = [];
      for (const [index, step] of steps.entries()) {
        const timeS = 1000 + 10 * index;
        const expected: string[] = [];
        if ('put' in step) {
          const fence = circle(step.put, step.at * KM, step.dwellS);
          fences.set(step.put, fence);
          bench.tracker.put(fence);
        } else if ('remove' in step) {
          fences.delete(step.remove);
          bench.tracker.remove(step.remove);
          for (const [key, presence] of presences) {
            const [id = '', fence] = key.split(' ');
            if (fence !== step.remove) continue;
            presences.delete(key);
            if (presence === INSIDE) expected.push(`leave ${id} ${fence} geofence-removed`);
          }
        } else if ('removeClient' in step) {
          bench.removeClient(step.removeClient, timeS);
          for (const [key, presence] of presences) {
            if (!key.startsWith(step.removeClient)) continue;
            presences.delete(key);
            if (presence === INSIDE) expected.push(`leave ${key} client-removed`);
          }
        } else {
          bench.report(step.client, step.km, timeS, step.accuracyM);
          const longitude = Math.round(step.km * KM * 1e7) / 1e7;
          for (const { name, shape, minimumDwellS } of fences.values()) {
            const key = `${step.client} ${name}`;
            const before = presences.get(key);
            const relation = relationOf(areaOf(shape), {
              latitude: 0,
              longitude,
              accuracyM: step.accuracyM ?? 0,
              timeS,
            });
            const after = nextPresence(before, relation, timeS, minimumDwellS);
            if (after === undefined) presences.delete(key);
            else presences.set(key, after);
            if (after === INSIDE && before !== INSIDE) expected.push(`enter ${key}`);
            if (after !== INSIDE && before === INSIDE) expected.push(`leave ${key} moved`);
          }
        }
        const taken = bench.take();
        assert.deepEqual(taken.toSorted(), expected.toSorted());
        told.push(...taken);
      }
      const inside = new Set<string>();
      for (const transition of told) {
        const [kind, id, fence] = transition.split(' ');
        const key = `${id} ${fence}`;
        if (kind === 'enter') assert.ok(!inside.has(key), `${transition} twice`);
        else assert.ok(inside.has(key), `${transition}, which was not entered`);
        if (kind === 'enter') inside.add(key);
        else inside.delete(key);
      }
    }),
  );
});
