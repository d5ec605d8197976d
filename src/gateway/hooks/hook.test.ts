import assert from 'node:assert/strict';
import { setImmediate as nextPhase } from 'node:timers/promises';
import { test } from 'node:test';

import { TransitionLog } from '../../service/geofences/transition-log.ts';
import type { Transition } from '../../service/geofences/transition.ts';
import type { LeftOut } from '../../service/limited-log.ts';
import type { LocationService } from '../../service/location-service.ts';
import { createTestService } from '../../service/service-bench.test.ts';
import { scanRecord } from '../../store/scan-record.test.ts';
import { LocationStore } from '../../store/store.ts';
import { Hook } from './hook.ts';
import type { HookLogEvent } from './hook-log.ts';
import type { HookRequest } from './hook-poster.ts';
import type { HookOptions } from './options.ts';
import type { AttemptOutcome } from './retry.ts';

const HOUR_MS = 3_600_000;
const OPTIONS: HookOptions = {
  name: 'hook',
  url: 'https://example.org/',
  form: 'json',
  events: ['location', 'enter', 'leave', 'removed'],
  clients: ['*'],
  secrets: [],
  allowPrivate: false,
  followRedirects: false,
  timeoutMs: 1000,
};

const answered = (status: number): AttemptOutcome => ({
  kind: 'answered',
  status,
  retryAfterMs: undefined,
});
const DOWN: AttemptOutcome = { kind: 'failed', code: 'unreachable', detail: 'refused' };

/** An attempt, when it was made, and what it says in short. */
interface Attempt {
  readonly atMs: number;
  readonly id: string;
  readonly timestamp: number;
  readonly events: readonly string[];
}

/** A hook whose receiver answers as a test says, in a time that the test lets pass. */
class Bench {
  readonly store = new LocationStore();
  readonly service: LocationService;
  readonly transitions = new TransitionLog();
  readonly hook: Hook;
  readonly log: (HookLogEvent | LeftOut)[] = [];
  readonly attempts: Attempt[] = [];
  /** What the receiver answers, or never. */
  answer: AttemptOutcome | 'nothing' = answered(200);
  nowMs = 1_700_000_000_000;
  #timers: { readonly atMs: number; readonly action: () => void }[] = [];

  /** @param before what happens before the hook is made */
  constructor(
    options: Partial<HookOptions> = {},
    from: 'start' | 'now' = 'start',
    before?: (bench: Bench) => void,
  ) {
    const now = () => ({ seconds: Math.floor(this.nowMs / 1000), nanoseconds: 0 });
    this.service = createTestService({ store: this.store, now });
    this.service.beginTick();
    const parts = {
      service: this.service,
      transitions: this.transitions,
      herd: 'herd',
      now,
      monotonicMs: () => this.nowMs,
      clock: { after: (delayMs: number, action: () => void) => this.#after(delayMs, action) },
      random: () => 0,
      log: { write: (event: HookLogEvent | LeftOut) => void this.log.push(event) },
      createPoster: () => ({
        post: (request: HookRequest) => this.#post(request),
        async close() {},
      }),
    };
    before?.(this);
    this.hook = new Hook(parts, { ...OPTIONS, ...options }, from);
  }

  async report(client: string, latitude = 1): Promise<void> {
    this.service.beginTick();
    const time = { seconds: Math.floor(this.nowMs / 1000), nanoseconds: 0 };
    const values = { client: Buffer.from(client), latitude, longitude: 1, time, attributes: {} };
    const settled = this.service.report(values);
    this.service.commit();
    assert.equal(await settled, 'accepted');
  }

  /** Takes in a record that another server accepted, or this one in another epoch. */
  take(client: string, origin: string, epoch: number): void {
    const line = `AT ${origin} +1.000000000 ${client} +1+1 1000`;
    const record = scanRecord(line);
    record.epoch = epoch;
    record.sequence = 1;
    assert.equal(this.store.apply(record), 'newer');
  }

  notice(client: string, geofence: string, more: Partial<Transition> = {}): void {
    this.transitions.append({
      kind: 'enter',
      geofence,
      client: Buffer.from(client),
      reason: undefined,
      location: undefined,
      latitudeE7: 0,
      longitudeE7: 0,
      record: undefined,
      origin: 'Riley',
      noticedMs: this.nowMs,
      ...more,
    });
  }

  /** Lets time pass, with a tick at each step of it. */
  async pass(durationMs: number): Promise<void> {
    const untilMs = this.nowMs + durationMs;
    for (;;) {
      this.hook.work();
      await nextPhase();
      const next = this.#timers
        .filter(({ atMs }) => atMs <= untilMs)
        .toSorted((a, b) => a.atMs - b.atMs)[0];
      if (next === undefined) break;
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.nowMs = next.atMs;
      next.action();
    }
    this.nowMs = untilMs;
  }

  /** What the attempts from one on said. */
  eventsFrom(index: number): string[] {
    return this.attempts.slice(index).flatMap(({ events }) => events);
  }

  #after(delayMs: number, action: () => void): () => void {
    const timer = { atMs: this.nowMs + delayMs, action };
    this.#timers.push(timer);
    return () => (this.#timers = this.#timers.filter((other) => other !== timer));
  }

  #post({ headers, body, stop }: HookRequest): Promise<AttemptOutcome> {
    const { data } = JSON.parse(body.toString()) as {
      data: { event: string; data: { client: string; geofence?: string; latitude?: number } }[];
    };
    this.attempts.push({
      atMs: this.nowMs,
      id: headers['webhook-id'] ?? '',
      timestamp: Number(headers['webhook-timestamp']),
      events: data.map(({ event, data: { client, geofence, latitude } }) =>
        [event, client, geofence ?? latitude].filter((part) => part !== undefined).join(' '),
      ),
    });
    const { answer } = this;
    if (answer !== 'nothing') return Promise.resolve(answer);
    return new Promise((resolve) => {
      const stopped = { kind: 'failed', code: 'stopping', detail: '' } as const;
      stop.addEventListener('abort', () => resolve(stopped), { once: true });
    });
  }
}

test('what is refused is tried five times, and then makes way', async () => {
  const bench = new Bench();
  bench.answer = answered(400);
  await bench.report('kiwi');
  await bench.pass(7000);
  assert.equal(bench.attempts.length, 4);
  bench.answer = answered(404);
  await bench.report('emu');
  await bench.pass(1000);
  const start = bench.attempts[0]?.atMs ?? 0;
  const pauses = bench.attempts.map(({ atMs }) => atMs - start);
  assert.deepEqual(pauses, [0, 500, 1500, 3500, 7500]);
  assert.equal(new Set(bench.attempts.map(({ id }) => id)).size, 1);
  bench.answer = answered(200);
  await bench.pass(7000);
  assert.equal(bench.attempts.length, 5, 'it is left alone for a while');
  await bench.pass(60_000);
  assert.deepEqual(bench.eventsFrom(5), ['location emu 1']);
  const { delivered, retries, dropped, waiting } = bench.hook.counts;
  assert.deepEqual([delivered, retries, dropped.refused, waiting], [1, 4, 1, 0]);
  assert.deepEqual(bench.log.at(-2), {
    event: 'hook-dropped',
    hook: 'hook',
    reason: 'refused',
    events: 1,
  });
});

for (const [from, told] of [
  ['start', ['enter early home']],
  ['now', []],
] as const) {
  test(`who entered before a hook that sends from ${from} was made is told ${told.length} times`, async () => {
    const bench = new Bench({ events: ['enter'] }, from, (made) => made.notice('early', 'home'));
    await bench.pass(1000);
    assert.deepEqual(bench.eventsFrom(0), told);
  });
}

test('a receiver that is away for longer is tried again for an hour, each time with the time', async () => {
  const bench = new Bench();
  bench.answer = DOWN;
  await bench.report('kiwi');
  await bench.pass(HOUR_MS / 2);
  await bench.report('kiwi', 2);
  await bench.report('emu');
  await bench.pass(HOUR_MS / 2 - 60_000);
  assert.deepEqual(new Set(bench.eventsFrom(0)), new Set(['location kiwi 1']));
  assert.equal(new Set(bench.attempts.map(({ id }) => id)).size, 1);
  for (const { atMs, timestamp } of bench.attempts) {
    assert.equal(timestamp, Math.floor(atMs / 1000));
  }
  assert.equal(bench.hook.counts.dropped.expired, 0);
  const before = bench.attempts.length;
  assert.ok(before > 100 && before < 130, String(before));
  await bench.pass(120_000);
  assert.equal(bench.hook.counts.dropped.expired, 1);
  bench.answer = answered(204);
  const tried = bench.attempts.length;
  await bench.pass(60_000);
  assert.deepEqual(bench.eventsFrom(tried), ['location kiwi 2', 'location emu 1']);
  const recovered = bench.log.find(({ event }) => event === 'hook-recovered');
  assert.ok(recovered?.event === 'hook-recovered' && recovered.seconds >= 3600);
});

test('of locations the last is sent, of transitions each in its order, up to a thousand', async () => {
  const bench = new Bench({ timeoutMs: HOUR_MS });
  bench.answer = DOWN;
  bench.notice('first', 'f');
  await bench.pass(10);
  for (let i = 0; i < 1200; i++) {
    bench.notice('kiwi', String(i));
    if (i % 100 === 99) await bench.report('kiwi', 1 + i / 10_000);
  }
  await bench.pass(0);
  assert.equal(bench.hook.counts.dropped.overflow, 200);
  assert.equal(bench.hook.counts.waiting, 1001);
  bench.answer = answered(200);
  const tried = bench.attempts.length;
  await bench.pass(60_000);
  const kept = Array.from({ length: 1000 }, (_, i) => `enter kiwi ${i + 200}`);
  const expected = ['enter first f', ...kept, 'location kiwi 1.1199'];
  assert.deepEqual(bench.eventsFrom(tried), expected);
  assert.ok(bench.attempts.every(({ events }) => events.length <= 50));
});

test('what another server accepted, or this one before its start, is not sent', async () => {
  const bench = new Bench();
  const { epoch } = bench.service.ownRecords;
  bench.take('other', 'Jaquez', epoch);
  bench.take('before', 'Riley', epoch - 1);
  const record = { origin: 'Riley', epoch: epoch - 1, sequence: 1 };
  bench.notice('before', 'a', { record });
  bench.notice('other', 'b', { origin: 'Jaquez' });
  bench.notice('mine', 'c', { record: { ...record, epoch } });
  bench.notice('mine', 'd');
  await bench.report('mine');
  await bench.pass(1000);
  assert.deepEqual(bench.eventsFrom(0), ['enter mine c', 'enter mine d', 'location mine 1']);
});

test('other options hold for what is being tried; of what comes, for what is wanted then', async () => {
  const bench = new Bench();
  bench.answer = DOWN;
  await bench.report('kiwi');
  await bench.pass(100);
  bench.hook.change({ ...OPTIONS, clients: ['emu'] });
  bench.answer = answered(200);
  for (const client of ['moa', 'emu']) await bench.report(client);
  await bench.pass(2000);
  assert.deepEqual(bench.eventsFrom(1), ['location kiwi 1', 'location emu 1']);
});

test('at the end what waits is tried once more; a receiver that hangs costs no more than the grace', async () => {
  const bench = new Bench();
  bench.answer = DOWN;
  await bench.report('kiwi');
  await bench.pass(10);
  await bench.report('emu');
  bench.answer = answered(200);
  let isClosed = false;
  const closed = bench.hook.close(2000).then(() => (isClosed = true));
  await bench.pass(0);
  assert.ok(isClosed, 'at once');
  await closed;
  assert.deepEqual(bench.eventsFrom(1), ['location kiwi 1', 'location emu 1']);
  assert.equal(bench.hook.counts.dropped.stopped, 0);

  const hanging = new Bench();
  hanging.answer = 'nothing';
  await hanging.report('kiwi');
  await hanging.pass(10);
  await hanging.report('emu');
  hanging.notice('kiwi', 'a');
  const ended = hanging.hook.close(2000);
  await hanging.pass(1999);
  assert.equal(hanging.hook.counts.dropped.stopped, 0);
  await hanging.pass(1);
  await ended;
  assert.equal(hanging.hook.counts.dropped.stopped, 3);
  assert.equal(hanging.attempts.length, 1);
});
