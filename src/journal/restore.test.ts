import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { crc32 } from 'node:zlib';

import { changesOf, locationOf } from './journal-bench.test.ts';
import { Restoration } from './restore.ts';
import { LocationStore } from '../store/store.ts';

/** A row of a client whose change had this number. */
function row(number: number, client: string, time = number): string {
  return `${number} AT A +1.000000000 ${client} +1+1 ${time}`;
}

function segmentOf(...rows: readonly string[]): Buffer {
  return sealed(rows.map((line) => `${line}\n`).join(''));
}

function sealed(text: string): Buffer {
  const lines = Buffer.from(text);
  const crc = Buffer.alloc(4);
  crc.writeUInt32BE(crc32(lines));
  return Buffer.concat([crc, lines]);
}

function storeOf(head: number): LocationStore {
  return new LocationStore('now', { head, past: [{ epoch: 'before', number: head }] });
}

describe('a journal that is taken in', () => {
  test('has each client once, at its latest, in the order of changes', () => {
    const store = storeOf(9);
    const restoration = new Restoration(store, 9);
    assert.ok(restoration.take(1, segmentOf(row(1, 'a'), row(2, 'b'), row(3, 'c'))));
    assert.ok(restoration.take(5, segmentOf(row(5, 'b'), row(8, 'd'))));
    assert.deepEqual(changesOf(store), [row(1, 'a'), row(3, 'c'), row(5, 'b'), row(8, 'd')]);
    assert.equal(store.size, 4);
    assert.equal(store.head, 9);
    assert.deepEqual(restoration.spans, [
      { first: 1, last: 3, rows: 3, keys: [1] },
      { first: 5, last: 8, rows: 2, keys: [5] },
    ]);
  });

  test('has nothing of what is to be forgotten', () => {
    const store = storeOf(9);
    store.forgetBefore({ seconds: 20, nanoseconds: 0 });
    const restoration = new Restoration(store, 9);
    assert.ok(restoration.take(1, segmentOf(row(1, 'old', 10), row(2, 'new', 30))));
    assert.deepEqual(changesOf(store), [row(2, 'new', 30)]);
    assert.equal(store.size, 1);
  });

  test('lets a neighbour go on where it was', () => {
    const store = storeOf(8);
    const restoration = new Restoration(store, 8);
    assert.ok(restoration.take(1, segmentOf(row(1, 'a'), row(5, 'b'), row(7, 'c'))));
    store.apply(locationOf('d', 1));
    const told = (epoch: string, number: number): string[] => {
      const cursor = store.open({ epoch, number });
      store.close(cursor);
      return changesOf(store, cursor.number).map((change) => change.split(' ')[4] ?? '');
    };
    assert.deepEqual(told('before', 5), ['c', 'd']);
    assert.deepEqual(told('before', 8), ['d']);
    // It had read more than was kept: what stands under those numbers now is new to it.
    assert.deepEqual(told('before', 12), ['d']);
    assert.deepEqual(told('now', 9), []);
    assert.deepEqual(told('long ago', 5), ['a', 'b', 'c', 'd']);
  });
});

describe('segments that overlap, since LevelDB lost a write', () => {
  // The first one was to be replaced, and then was its replacement; both times that is not on disk.
  const old = segmentOf(row(1, 'a'), row(2, 'b'), row(3, 'c'), row(4, 'd'));
  const late = segmentOf(row(3, 'c'), row(6, 'b'), row(7, 'a'));
  const left = segmentOf(row(5, 'a'), row(6, 'b'));

  test('give each client at its latest', () => {
    const store = storeOf(9);
    const restoration = new Restoration(store, 9);
    for (const [key, segment] of [
      [1, old],
      [3, late],
      [5, left],
    ] as const) {
      assert.ok(restoration.take(key, segment));
    }
    assert.deepEqual(changesOf(store), [row(3, 'c'), row(4, 'd'), row(6, 'b'), row(7, 'a')]);
  });

  test('count as one, to be replaced together', () => {
    const restoration = new Restoration(storeOf(9), 9);
    for (const [key, segment] of [
      [1, old],
      [3, late],
      [5, left],
    ] as const) {
      assert.ok(restoration.take(key, segment));
    }
    assert.ok(restoration.take(8, segmentOf(row(8, 'e'))));
    assert.deepEqual(restoration.spans, [
      { first: 1, last: 7, rows: 9, keys: [1, 3, 5] },
      { first: 8, last: 8, rows: 1, keys: [8] },
    ]);
  });
});

describe('a segment is refused', () => {
  const damaged: [what: string, key: number, segment: Buffer][] = [
    ['that is known by another number', 2, segmentOf(row(1, 'a'))],
    ['whose numbers do not rise', 1, segmentOf(row(1, 'a'), row(1, 'b'))],
    ['of changes that cannot be', 9, segmentOf(row(9, 'a'), row(10, 'b'))],
    ['with a line that says nothing', 1, segmentOf(row(1, 'a'), '2 what')],
    ['with an empty line', 1, segmentOf(row(1, 'a'), '')],
    ['without rows', 1, segmentOf()],
    ['with half a line', 1, sealed(row(1, 'a'))],
    ['with a wrong checksum', 1, segmentOf(row(1, 'a')).fill(7, 0, 4)],
    ['that is empty', 1, Buffer.alloc(0)],
  ];
  for (const [what, key, segment] of damaged) {
    test(what, () => {
      assert.equal(new Restoration(storeOf(9), 9).take(key, segment), false);
    });
  }
});
