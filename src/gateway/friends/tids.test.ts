import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { assignTids, tidOf, type Tracked } from './tids.ts';

/** Clients, each with the tracker ID of its app where there is a `=`. */
function tracked(...texts: readonly string[]): Tracked[] {
  return texts.map((text) => {
    const [client = '', tid] = text.split('=');
    return { client, tid };
  });
}

function tidsOf(...texts: readonly string[]): string[] {
  return [...assignTids(tracked(...texts))].map(([client, tid]) => `${client} ${tid}`);
}

test('each has what its app says, or letters of its ID, where none before it has that', () => {
  assert.deepEqual(tidsOf('anna', 'ben'), ['anna an', 'ben be']);
  assert.deepEqual(tidsOf('kid-1', 'kid-2', 'kid-3'), ['kid-1 ki', 'kid-2 k2', 'kid-3 k3']);
  assert.deepEqual(tidsOf('anna=XY', 'ben=xy', 'carl=long'), ['anna XY', 'ben be', 'carl ca']);
  assert.deepEqual(tidsOf('Anna/pixel', 'anna/pixel'), ['Anna/pixel an', 'anna/pixel al']);
});

test('whose ID has no two letters has two all the same, and always the same', () => {
  for (const client of ['x', '-', '\u00c3\u00a4', '7']) {
    assert.match(tidOf({ client, tid: undefined }), /^[0-9a-z]{2}$/);
  }
  assert.equal(tidOf({ client: '-', tid: undefined }), 'cj');
});

test('no two of up to 1,000 have the same, whatever they are called and in whichever order they come', () => {
  const client = fc.record({
    client: fc.string({ minLength: 1, maxLength: 4 }),
    tid: fc.option(fc.string({ minLength: 2, maxLength: 2 }), { nil: undefined }),
  });
  const clients = fc.uniqueArray(client, { maxLength: 1000, selector: (each) => each.client });
  const property = fc.property(clients, (all) => {
    const tids = assignTids(all);
    assert.equal(tids.size, all.length);
    const different = new Set([...tids.values()].map((tid) => tid.toLowerCase()));
    assert.equal(different.size, all.length);
    for (const tid of different) assert.match(tid, /^[!-~]{2}$/);
    assert.deepEqual(assignTids(all.toReversed()), tids);
  });
  fc.assert(property, { numRuns: 10, seed: 1 });
  const many = Array.from({ length: 1000 }, (_, n) => ({ client: `k-${n}`, tid: 'kk' }));
  assert.equal(new Set(assignTids(many).values()).size, 1000);
});
