import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Heartbeats, MAX_SILENCE_MS } from './heartbeats.ts';

/** Heartbeats whose timer goes off when the test says so. */
function start() {
  const events: string[] = [];
  const delays: number[] = [];
  let timer: (() => void) | undefined;
  const clock = {
    after: (delayMs: number, action: () => void) => {
      delays.push(delayMs);
      timer = action;
      return () => (timer = undefined);
    },
  };
  const heartbeats = new Heartbeats(clock, {
    onDue: () => events.push('due'),
    onSilent: () => events.push('silent'),
  });
  const fire = (): void => {
    const action = timer;
    timer = undefined;
    action?.();
  };
  return { heartbeats, events, delays, fire, isRunning: () => timer !== undefined };
}

test('news is due four times a second, a heartbeat each fourth time', () => {
  const { heartbeats, events, delays, fire } = start();
  assert.equal(heartbeats.take(), 'nothing');
  const taken = Array.from({ length: 8 }, () => {
    fire();
    return heartbeats.take();
  });
  const second = ['news', 'news', 'news', 'heartbeat'];
  assert.deepEqual(taken, [...second, ...second]);
  assert.equal(heartbeats.take(), 'nothing');
  assert.equal(events.length, 8);
  assert.deepEqual([...new Set(delays)], [250]);
});

test('a heartbeat that was not taken stays due', () => {
  const { heartbeats, fire } = start();
  for (let times = 0; times < 6; times++) fire();
  assert.equal(heartbeats.take(), 'heartbeat');
});

test('a neighbour that has said nothing for three heartbeats is silent', () => {
  const { heartbeats, events, fire, isRunning } = start();
  for (let times = 0; times < 8; times++) fire();
  heartbeats.noteReceived();
  for (let times = 0; times < 11; times++) fire();
  assert.ok(!events.includes('silent'));
  fire();
  assert.equal(events.at(-1), 'silent');
  assert.ok(!isRunning());
  assert.equal(MAX_SILENCE_MS, 3000);
});

test('nothing happens any more when it is stopped', () => {
  const { heartbeats, isRunning } = start();
  heartbeats.stop();
  assert.ok(!isRunning());
});
