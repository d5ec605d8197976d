import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ByteWriter } from '../protocol/byte-writer.ts';
import { CommandScanner } from '../protocol/command.ts';
import type { Report } from '../protocol/report.ts';
import { documentKey } from '../store/document.ts';
import { LocationStore } from '../store/store.ts';
import { OwnRecords } from './own-records.ts';

const KIWI = Buffer.from('kiwi');
const PLUM = Buffer.from('plum');

/** A server's records, and the store that they go to. */
class Bench {
  readonly store = new LocationStore();
  readonly out = new ByteWriter(16);
  now = { seconds: 1000, nanoseconds: 0 };
  readonly records = new OwnRecords({
    server: 'Riley',
    store: this.store,
    now: () => this.now,
  });

  /** The identity of a client's record. */
  identity(client = KIWI): string {
    const slot = this.store.slotOf(client);
    const { origins } = this.store;
    const origin = this.store.originOf(slot);
    return `${origins.name(origin).toString()} ${origins.epoch(origin)} ${this.store.sequenceOf(slot)}`;
  }
}

function report(fields: string): Report {
  const command = new CommandScanner();
  const bytes = Buffer.from(`IAMAT ${fields}`);
  assert.equal(command.scan(bytes, 0, bytes.length), 'IAMAT');
  return command;
}

test('what is accepted gets the next identity, and what is older gets none', () => {
  const bench = new Bench();
  const { records, store, out } = bench;
  assert.equal(records.acceptLine(report('kiwi +1+1 1000'), bench.now, out), 'newer');
  assert.equal(out.view().toString(), 'AT Riley +0.000000000 kiwi +1+1 1000');
  assert.equal(bench.identity(), 'Riley 1000000 1');
  assert.equal(records.accept(report('kiwi +2+2 999'), ''), 'older');
  assert.equal(records.accept(report('plum +2+2 999'), 'batteryPercent=7'), 'newer');
  assert.equal(bench.identity(PLUM), 'Riley 1000000 2');
  assert.deepEqual(store.get(PLUM)?.attributes, { batteryPercent: 7 });
});

test('a clock that was set back begins another epoch', () => {
  const bench = new Bench();
  const { records, store } = bench;
  records.accept(report('kiwi +1+1 1'), '');
  bench.now = { seconds: 900, nanoseconds: 0 };
  records.accept(report('plum +1+1 1'), '');
  assert.equal(records.firstEpoch, 1_000_000);
  assert.equal(records.epoch, 1_000_001);
  assert.equal(bench.identity(PLUM), 'Riley 1000001 1');
  assert.deepEqual(store.get(PLUM)?.received, bench.now);
});

test('where the memory is full only what takes no more is accepted, and nothing is written of others', () => {
  const { records, now, out } = new Bench();
  records.acceptLine(report('kiwi +1+1 1'), now, out);
  records.isMemoryFull = true;
  out.length = 0;
  assert.equal(records.acceptLine(report('plum +1+1 1'), now, out), 'full');
  assert.equal(out.length, 0);
  assert.equal(records.acceptLine(report('kiwi +1+1 2'), now, out), 'newer');
});

test('a document is put, replaced and removed, also where the last one came from a clock that is ahead', () => {
  const bench = new Bench();
  const { records, store } = bench;
  const bodies: (string | undefined)[] = [];
  store.documents.watch((_, body) => bodies.push(body));
  const key = documentKey('card/kiwi');
  bench.now = { seconds: 2000, nanoseconds: 0 };
  assert.equal(records.put(key, 'a'), 'newer');
  bench.now = { seconds: 1000, nanoseconds: 0 };
  assert.equal(records.put(key, 'b'), 'newer');
  assert.equal(records.put(key, undefined), 'newer');
  assert.deepEqual(bodies, ['a', 'b', undefined]);
});

test('a client is withdrawn right after its record: a later report stays', () => {
  const { records, store } = new Bench();
  records.accept(report('kiwi +1+1 999'), '');
  records.withdraw(store.slotOf(KIWI));
  assert.equal(store.get(KIWI), undefined);
  assert.deepEqual(store.timeOf(KIWI), { seconds: 999, nanoseconds: 1 });
  assert.equal(records.accept(report('kiwi +1+1 999.5'), ''), 'newer');
});
