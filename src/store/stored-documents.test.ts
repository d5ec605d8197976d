import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { ByteWriter } from '../protocol/byte-writer.ts';
import { documentRecord } from './document-record.test.ts';
import { documentKey, MAX_DOCUMENT_BODY_BYTES } from './document.ts';
import type { RecordView } from './record.ts';
import { scanRecord } from './scan-record.test.ts';
import { NO_SLOT } from './slot-index.ts';
import { LocationStore } from './store.ts';

/** A document's record, or its tombstone's where there is no text, received at a second. */
function documentOf(name: string, body: string | undefined, seconds: number): RecordView {
  return documentRecord(documentKey(name), body, seconds);
}

function reportOf(client: string, seconds: number): RecordView {
  const record = scanRecord(`AT Riley +0.000000000 ${client} +1.0+1.0 ${seconds}`);
  record.sequence = seconds;
  return record;
}

function lineAt(store: LocationStore, slot: number): string {
  const out = new ByteWriter(1);
  store.writeLine(slot, out);
  return out.view().toString('latin1');
}

describe('a document', () => {
  test('is kept under its name, and the newest stays', () => {
    const store = new LocationStore();
    assert.equal(store.apply(documentOf('home', '{"a":1}', 20)), 'newer');
    assert.equal(store.apply(documentOf('home', '{"a":0}', 10)), 'older');
    const slot = store.slotOf(documentKey('home'));
    assert.equal(lineAt(store, slot), 'DOCUMENT Riley +0.000000000 home 20.000000000 {"a":1}');
    assert.equal(store.documents.count, 1);
  });

  test('is no client, and the client of its name is no document', () => {
    const store = new LocationStore();
    store.apply(documentOf('home', 'x', 10));
    assert.deepEqual([store.size, store.get(Buffer.from('home'))], [0, undefined]);
    store.apply(reportOf('home', 11));
    assert.deepEqual([store.size, store.documents.count], [1, 1]);
    assert.equal(store.get(documentKey('home')), undefined);
    const read: string[] = [];
    const cursor = store.openAfter(0);
    assert.ok(store.readClients(cursor, 9, (slot) => read.push(String(store.clientOf(slot)))));
    store.close(cursor);
    assert.deepEqual(read, ['home']);
  });

  test('is nowhere, whether it comes before the index of positions is filled or after', () => {
    const store = new LocationStore();
    store.apply(documentOf('before', 'x', 10));
    while (!store.positions.fill(1));
    store.apply(documentOf('after', 'x', 11));
    store.apply(documentOf('after', undefined, 12));
    store.apply(documentOf('after', 'y', 13));
    assert.deepEqual(store.positions.nearest(0, 0, { limit: 9 }).found, []);
  });

  test('does not grow old; its tombstone does, by the grace alone', () => {
    const store = new LocationStore();
    store.apply(documentOf('kept', 'x', 10));
    store.apply(documentOf('removed', undefined, 10));
    store.apply(reportOf('kiwi', 10));
    store.forgetBefore({ seconds: 1000, nanoseconds: 0 });
    assert.equal(store.apply(documentOf('late', 'x', 10)), 'newer');
    assert.deepEqual([...store.sweep(9)], [1]);
    assert.notEqual(store.slotOf(documentKey('removed')), NO_SLOT);
    assert.equal(store.apply(documentOf('removed', 'old', 9)), 'older');
    store.forgetRemovalsBefore({ seconds: 11, nanoseconds: 0 });
    assert.deepEqual([...store.sweep(9)], [1]);
    assert.equal(store.slotOf(documentKey('removed')), NO_SLOT);
    assert.equal(store.documents.count, 2);
  });

  test('is told of when it changes, in order, also where a journal brings it', () => {
    const store = new LocationStore(10);
    const told: string[] = [];
    store.documents.watch((name, body) => told.push(`${name}=${body ?? ''}`));
    store.replay(documentOf('a', '1', 20), 5);
    store.replay(documentOf('b', '2', 21), 6);
    store.replay(documentOf('a', '0', 19), 7);
    store.apply(documentOf('b', undefined, 22));
    store.replay(documentOf('b', '3', 21), 8);
    store.apply(documentOf('b', '4', 21));
    store.apply(reportOf('a', 23));
    assert.deepEqual(told, ['a=1', 'b=2', 'b=']);
  });

  test('has the longest name and text that fit, and no longer ones', () => {
    const store = new LocationStore();
    const name = 'n'.repeat(1023);
    const body = 'x'.repeat(MAX_DOCUMENT_BODY_BYTES);
    const record = documentOf(name, body, 10);
    assert.equal(store.apply(record), 'newer');
    const line = lineAt(store, store.slotOf(documentKey(name)));
    assert.equal(line, record.bytes.toString('latin1', record.start, record.recordEnd));
    assert.throws(() => documentOf(`${name}n`, 'x', 10), RangeError);
    assert.throws(() => documentOf('home', `${body}x`, 10), RangeError);
    for (const wrong of ['', 'a b', 'a\n', '\u{e9}']) {
      assert.throws(() => documentKey(wrong), RangeError, wrong);
      assert.throws(() => documentOf('home', wrong, 10), RangeError, wrong);
    }
  });
});
