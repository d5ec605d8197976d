import assert from 'node:assert/strict';
import test from 'node:test';

import { Exchange } from './exchange.ts';
import { Gateway } from './gateway.ts';
import { ServerOrder } from './server-order.ts';
import { Subscription } from './subscription.ts';

function location(client: string): string {
  const data = { client, latitude: 1, longitude: 2, time: '2026-05-19T22:53:47Z', server: 'Riley' };
  return `event: location\ndata: ${JSON.stringify(data)}\n\n`;
}

const READY = 'event: ready\ndata: {}\n\n';
const RESET = 'event: reset\ndata: {}\n\n';

/** A subscription to streams that each end after their text; then one refuses. What was asked for, and its waits. */
function follow(streams: readonly string[]) {
  const cursors: (string | null)[] = [];
  const waits: number[] = [];
  const fetch = async (_: unknown, init?: RequestInit): Promise<Response> => {
    const text = streams[cursors.length];
    cursors.push(new Headers(init?.headers).get('last-event-id'));
    if (text === 'away') throw new TypeError('fetch failed');
    if (text !== undefined) {
      return new Response(text, { headers: { 'content-type': 'text/event-stream' } });
    }
    const type = 'urn:proxy-herd:problem:forbidden';
    return Response.json({ type, status: 403, title: 'no', detail: 'no' }, { status: 403 });
  };
  const runtime = {
    nowMs: () => 0,
    elapsedMs: () => 0,
    random: () => 0.5,
    delay: async (ms: number) => void waits.push(ms),
  };
  const order = new ServerOrder(['http://a']);
  const exchange = new Exchange({
    gateway: new Gateway(fetch, undefined),
    order,
    runtime,
    attemptMs: 1000,
  });
  const subscription = new Subscription({
    exchange,
    runtime,
    path: '/v1/events',
    cursor: undefined,
    deadlineMs: 100,
    signals: [],
  });
  return { subscription, cursors, waits };
}

async function readAll(subscription: Subscription): Promise<string[]> {
  const events: string[] = [];
  await assert.rejects(
    async () => {
      for await (const event of subscription) {
        events.push(event.type === 'location' ? event.location.client : event.type);
      }
    },
    { code: 'forbidden' },
  );
  return events;
}

test('it goes on from the last cursor, and is ready once, until a reset', async () => {
  const { subscription, cursors } = follow([
    `${location('a')}${READY}id: one\n\n${location('b')}`,
    `${location('b')}${READY}${location('c')}id: two\n\n`,
    `${RESET}${location('d')}${READY}`,
  ]);
  const events = await readAll(subscription);
  assert.deepEqual(events, ['a', 'ready', 'b', 'b', 'c', 'reset', 'd', 'ready']);
  assert.deepEqual(cursors, [null, 'one', 'two', 'two']);
  assert.equal(subscription.cursor, 'two');
});

test('where it is lost before there is a cursor, it says that it begins anew', async () => {
  const { subscription, cursors } = follow([location('a'), `${location('b')}${READY}id: one\n\n`]);
  assert.deepEqual(await readAll(subscription), ['a', 'reset', 'b', 'ready']);
  assert.deepEqual(cursors, [null, null, 'one']);
});

test('it tries again for as long as it takes, waits longer each time, and passes over what it does not know', async () => {
  const known = `id: one\n\nevent: new-in-2030\ndata: {}\n\n${location('a')}event: left\ndata: {"client":"a"}\n\n`;
  const { subscription, waits } = follow([known, 'away', 'away', 'away', 'away', location('b')]);
  assert.deepEqual(await readAll(subscription), ['a', 'left', 'b']);
  assert.deepEqual(waits, [110, 210, 410, 810, 1610, 110]);
});

test('what is no event of a herd ends the stream, and not the subscription', async () => {
  const { subscription } = follow([
    `${location('a')}event: location\ndata: {no JSON\n\n`,
    location('b'),
  ]);
  assert.deepEqual(await readAll(subscription), ['a', 'reset', 'b']);
});

test('what was seen is told with what is known of it; what says no time is passed over', async () => {
  const seen = {
    client: 'a',
    lastSeenAt: '2026-11-27T06:59:58.123456789Z',
    server: 'Riley',
    app: 'traccar',
  };
  const streams = [
    { ...seen, batteryPercent: 80, charging: true },
    { ...seen, lastSeenAt: 1 },
    seen,
  ];
  const { subscription } = follow([
    streams.map((data) => `event: seen\ndata: ${JSON.stringify(data)}\n\n`).join(''),
  ]);
  const events: unknown[] = [];
  await assert.rejects(
    async () => {
      for await (const event of subscription) events.push(event);
    },
    { code: 'forbidden' },
  );
  assert.deepEqual(events, [
    { type: 'seen', ...seen, batteryPercent: 80, charging: true },
    { type: 'seen', ...seen },
  ]);
});
