import assert from 'node:assert/strict';

import type { VersionVector } from '../../store/version-vector.ts';
import { ByteWriter } from '../../protocol/byte-writer.ts';
import { RecordView } from '../../store/record.ts';
import { scanRecord } from '../../store/scan-record.test.ts';
import { signKey } from '../../store/sign-of-life.ts';
import { NO_SLOT } from '../../store/slot-index.ts';
import { LocationStore } from '../../store/store.ts';
import { GeofenceTracker } from '../geofences/geofence-tracker.ts';
import type { LiveCursor } from './cursor.ts';
import type { LiveBatch, LiveSink } from './events.ts';
import { boxArea, type LiveFilter } from './filter.ts';
import { LiveHub } from './hub.ts';
import type { LiveElsewhere } from './snapshots.ts';
import type { LiveSubscription } from './subscription.ts';

export const NORTH = boxArea({
  southE7: 1,
  westE7: -10_000_000,
  northE7: 20_000_000,
  eastE7: 20_000_000,
});

/** Stores of two servers, the hub of each, and a clock that goes on when it is told to. */
export class Bench {
  readonly store = new LocationStore();
  nowMs = 5_000_000;
  #isWoken = false;
  #timers: { atMs: number; action: () => void }[] = [];
  readonly tracker = new GeofenceTracker({
    store: this.store,
    isReplaying: () => false,
    nowMs: () => this.nowMs,
    wake: () => (this.#isWoken = true),
    maxPresences: 1000,
    onFull: () => assert.fail('it is full'),
    isFollowed: () => this.#holdsAll,
  });
  readonly hub: LiveHub;
  readonly #holdsAll: boolean;
  vector: VersionVector = [];

  /** @param elsewhere other servers that hold what this one does not */
  constructor(elsewhere?: LiveElsewhere) {
    this.#holdsAll = elsewhere === undefined;
    this.hub = new LiveHub({
      store: this.store,
      encode: (slot, showsGeofences) => {
        const names = showsGeofences ? this.tracker.namesOf(slot) : [];
        return [this.store.locationAt(slot).at, ...names].join(' in ');
      },
      encodeLocation: ({ at, client }, showsGeofences) => {
        const slot = this.store.slotOf(Buffer.from(client));
        const names = showsGeofences && slot !== NO_SLOT ? this.tracker.namesOf(slot) : [];
        return [at, ...names].join(' in ');
      },
      elsewhere,
      encodeSeen: (slot) => `seen ${this.store.signs.clientOf(slot).toString()}`,
      geofences: this.tracker,
      encodeTransition: ({ kind, client, geofence, reason, location }) =>
        [kind, client, geofence, reason, location && 'with its location'].filter(Boolean).join(' '),
      vector: () => this.vector,
      startOf: () => 0,
      after: (delayMs, action) => {
        const timer = { atMs: this.nowMs + delayMs, action };
        this.#timers.push(timer);
        return () => (this.#timers = this.#timers.filter((other) => other !== timer));
      },
      now: () => this.nowMs,
      wake: () => (this.#isWoken = true),
    });
  }

  get timers(): number {
    return this.#timers.length;
  }

  /** Takes a record, by whichever server it was accepted. */
  take(client: string, position: string, sequence: number, origin = 'A'): void {
    const line = `AT ${origin} +${sequence}.000000000 ${client} ${position} 1000`;
    const record = scanRecord(line);
    record.epoch = 7;
    record.sequence = sequence;
    this.store.apply(record);
    this.hub.flush();
  }

  /** Takes a tombstone of a client. */
  remove(client: string, sequence: number): void {
    const received = { seconds: 1000 + sequence, nanoseconds: 0 };
    const record = new RecordView();
    record.writeRemoval(
      new ByteWriter(16),
      Buffer.from('A'),
      received,
      Buffer.from(client),
      received,
    );
    record.epoch = 7;
    record.sequence = sequence;
    assert.equal(this.store.apply(record), 'newer');
    this.hub.flush();
  }

  /** Takes a client's sign of life. */
  see(client: string, sequence: number): void {
    const received = { seconds: 1000 + sequence, nanoseconds: 0 };
    const key = signKey(Buffer.from(client)) ?? assert.fail(client);
    const record = new RecordView();
    record.writeDocument(new ByteWriter(16), Buffer.from('A'), received, key, Buffer.from('app'));
    record.epoch = 7;
    record.sequence = sequence;
    assert.equal(this.store.apply(record), 'newer');
    this.hub.flush();
  }

  /** Lets time pass, with ticks whenever one is asked for. */
  pass(durationMs: number): void {
    const untilMs = this.nowMs + durationMs;
    for (;;) {
      while (this.#isWoken) {
        this.#isWoken = false;
        this.hub.flush();
      }
      const due = this.#timers.filter(({ atMs }) => atMs <= untilMs);
      const [next] = due.sort((a, b) => a.atMs - b.atMs);
      if (next === undefined) break;
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.nowMs = next.atMs;
      next.action();
    }
    this.nowMs = untilMs;
  }

  subscribe(filter: LiveFilter, had?: LiveCursor): Reader {
    const reader = new Reader();
    reader.subscription = this.hub.subscribe(filter, reader, had);
    return reader;
  }
}

/** A subscriber that writes down what it gets. */
export class Reader implements LiveSink {
  readonly events: string[] = [];
  readonly marks: LiveCursor[] = [];
  subscription: LiveSubscription | undefined;
  /** How many batches it takes before it is full. */
  room = Infinity;

  send({ events }: LiveBatch): boolean {
    assert.ok(this.room > 0, 'nothing is sent to one that is full');
    this.room -= 1;
    for (const event of events) {
      if ('body' in event) this.events.push(event.body);
      else if ('client' in event) this.events.push(`${event.kind} ${event.client.toString()}`);
      else this.events.push(event.kind);
    }
    return this.room > 0;
  }

  mark(cursor: LiveCursor): void {
    this.marks.push(cursor);
  }

  /** Reads again, as much as comes. */
  drain(): void {
    this.room = Infinity;
    this.subscription?.resume();
  }

  takeEvents(): string[] {
    return this.events.splice(0);
  }
}

export const at = (client: string, position: string, sequence: number, origin = 'A'): string =>
  `AT ${origin} +${sequence}.000000000 ${client} ${position} 1000`;
