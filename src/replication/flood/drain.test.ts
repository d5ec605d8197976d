import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextIteration } from 'node:timers/promises';

import { LocationStore } from '../../store/store.ts';
import { Drain, type DrainingLink } from './drain.ts';
import { location } from './played-end.test.ts';

/** A neighbour that has not been sent anything yet. */
function makeLink(name: string) {
  return {
    name,
    confirmed: 0,
    hasSentAll: false,
    pruned: 'left out',
    sendPruned() {
      this.pruned = 'sent';
    },
  };
}

/** The drain of a server with neighbours B and C, whose time is up when the test says so. */
function start(alwaysConfirms = false) {
  const store = new LocationStore();
  store.apply(location('kiwi', 1));
  const [b, c] = [makeLink('B'), makeLink('C')];
  const links: DrainingLink[] = [b, c];
  let timer: (() => void) | undefined;
  const clock = {
    after: (_: number, action: () => void) => {
      timer = action;
      return () => (timer = undefined);
    },
  };
  const drain = new Drain(store, clock, alwaysConfirms, () => links);
  return {
    drain,
    store,
    b,
    c,
    links,
    timeIsUp: () => timer?.(),
    isWaiting: () => timer !== undefined,
  };
}

async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  return Promise.race([promise.then(() => true), nextIteration(false)]);
}

test('neighbours are asked to confirm from the beginning of the drain on, or all along', () => {
  const { drain } = start();
  assert.equal(drain.isConfirming, false);
  void drain.begin(1000);
  assert.equal(drain.isConfirming, true);
  assert.equal(start(true).drain.isConfirming, true);
});

test('what was pruned is sent, once the neighbours may not prune any more', () => {
  const { drain, b, c } = start();
  b.sendPruned = () => (b.pruned = drain.isConfirming ? 'sent' : 'sent too early');
  void drain.begin(1000);
  assert.deepEqual([b.pruned, c.pruned], ['sent', 'sent']);
});

test('it is over when each neighbour has confirmed, and its socket has taken all', async () => {
  const { drain, b, c, isWaiting } = start();
  const done = drain.begin(1000);
  assert.equal(drain.begin(1000), done, 'it begins once');
  const steps = [() => (b.confirmed = 1), () => (c.confirmed = 1), () => (b.hasSentAll = true)];
  for (const step of steps) {
    step();
    drain.check();
    assert.equal(await isSettled(done), false);
  }
  c.hasSentAll = true;
  drain.check();
  assert.deepEqual(await done, []);
  assert.ok(!isWaiting());
});

test('what was confirmed to a neighbour meanwhile counts as well; what only changed does not', async () => {
  const { drain, store, b, links } = start();
  links.splice(1);
  [b.confirmed, b.hasSentAll] = [1, true];
  const done = drain.begin(1000);
  store.apply(location('emu', 1));
  drain.noteConfirmed();
  drain.check();
  assert.equal(await isSettled(done), false);
  b.confirmed = 2;
  store.apply(location('okapi', 1));
  drain.check();
  assert.deepEqual(await done, []);
});

test('a neighbour whose link ends is not waited for', async () => {
  const { drain, b, links } = start();
  [b.confirmed, b.hasSentAll] = [1, true];
  const done = drain.begin(1000);
  links.splice(1);
  drain.check();
  assert.deepEqual(await done, []);
});

test('those that are late are named when the time is up', async () => {
  const { drain, b, timeIsUp } = start();
  [b.confirmed, b.hasSentAll] = [1, true];
  const done = drain.begin(1000);
  timeIsUp();
  assert.deepEqual(await done, ['C']);
});
