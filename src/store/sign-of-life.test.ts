import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';

import type { Instant } from '../protocol/timestamp.ts';
import { isWhite } from '../protocol/white-space.ts';
import { documentKey } from './document.ts';
import { documentRecord } from './document-record.test.ts';
import type { RecordView } from './record.ts';
import { scanRecord } from './scan-record.test.ts';
import { clientOfSign, decodeSign, encodeSign, isSignKey, signKey } from './sign-of-life.ts';
import { NO_SLOT } from './slot-index.ts';
import { LocationStore } from './store.ts';

fc.configureGlobal({ seed: 13 });

const [KIWI, EMU] = [Buffer.from('kiwi'), Buffer.from('emu')];

function keyOf(client: Buffer): Buffer {
  return signKey(client) ?? assert.fail('the ID is too long');
}

/** A client's sign of life, or its tombstone where there is no text, received at a second. */
function signOf(client: Buffer, text: string | undefined, seconds: number, server = 'Riley') {
  return documentRecord(keyOf(client), text, seconds, server);
}

/** A report of a client's clock that says 1. */
function reportOf(client: Buffer, receivedSeconds: number): RecordView {
  const id = client.toString();
  const record = scanRecord(`AT Riley +${receivedSeconds - 1}.000000000 ${id} +1.0+1.0 1`);
  record.sequence = receivedSeconds;
  return record;
}

function lastSeenOf({ signs }: LocationStore, client: Buffer): Instant | undefined {
  return signs.lastSeen(client, signs.slotOf(client));
}

function secondsOf(store: LocationStore, client: Buffer): number | undefined {
  return lastSeenOf(store, client)?.seconds;
}

describe('the key of a sign of life', () => {
  test('is that of one client alone, whatever its ID', () => {
    const id = fc.uint8Array({ minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(id, (bytes) => {
        const client = Buffer.from(bytes.map((byte) => (isWhite(byte) ? 0xff : byte)));
        const key = keyOf(client);
        assert.ok(isSignKey(key, 0, key.length));
        assert.deepEqual(clientOfSign(key), client);
      }),
    );
  });

  test('is readable where the ID is', () => {
    assert.equal(keyOf(Buffer.from('anna/phone%1')).toString(), ' seen/anna/phone%251');
    assert.equal(signKey(Buffer.alloc(2000, 'a')), undefined, 'no name is as long');
  });
});

test('the text of a sign of life says what the client was heard through, and its battery', () => {
  assert.equal(encodeSign('traccar', {}), 'traccar');
  const reading = { batteryPercent: 80, charging: false };
  assert.equal(encodeSign('traccar', reading), 'traccar;batteryPercent=80;charging=false');
  assert.deepEqual(decodeSign(encodeSign('traccar', reading)), { app: 'traccar', ...reading });
  const unknown = { batteryPercent: undefined, charging: undefined };
  assert.deepEqual(decodeSign('later;what=ever;?'), { app: 'later', ...unknown });
});

describe('a client is last seen', () => {
  test('by its location or its sign of life, whichever was received later', () => {
    const store = new LocationStore();
    assert.equal(secondsOf(store, KIWI), undefined);
    store.apply(signOf(KIWI, 'traccar;batteryPercent=80', 20));
    assert.equal(secondsOf(store, KIWI), 20);
    const { received, origin, app, batteryPercent } = store.signs.of(KIWI) ?? {};
    assert.deepEqual(
      [received?.seconds, origin, app, batteryPercent],
      [20, 'Riley', 'traccar', 80],
    );
    store.apply(reportOf(KIWI, 10));
    assert.equal(secondsOf(store, KIWI), 20);
    store.apply(reportOf(KIWI, 30));
    assert.equal(secondsOf(store, KIWI), 30);
    assert.equal(secondsOf(store, EMU), undefined);
    assert.deepEqual([store.size, store.signs.count], [1, 1]);
  });

  test('alike by all servers, in whatever order they come to know of it', () => {
    const happened = fc.record({
      seconds: fc.integer({ min: 2, max: 9 }),
      server: fc.constantFrom('Riley', 'Jaquez'),
      kind: fc.constantFrom('sign', 'report', 'removal'),
    });
    fc.assert(
      fc.property(fc.array(fc.tuple(happened, fc.nat())), (all) => {
        const recordOf = ({ seconds, server, kind }: (typeof all)[number][0]): RecordView =>
          kind === 'report'
            ? reportOf(KIWI, seconds)
            : signOf(KIWI, kind === 'sign' ? server : undefined, seconds, server);
        const shuffled = all.toSorted(([, a], [, b]) => a - b);
        const [store, other] = [new LocationStore(), new LocationStore()];
        for (const [each] of all) store.apply(recordOf(each));
        for (const [each] of shuffled) other.apply(recordOf(each));
        assert.deepEqual(other.signs.of(KIWI), store.signs.of(KIWI));
        assert.deepEqual(lastSeenOf(other, KIWI), lastSeenOf(store, KIWI));
      }),
    );
  });
});

describe('a sign of life', () => {
  test('is gone once it is removed', () => {
    const store = new LocationStore();
    store.apply(signOf(KIWI, 'traccar', 20));
    store.apply(signOf(KIWI, undefined, 21));
    assert.equal(store.apply(signOf(KIWI, 'traccar', 20)), 'older');
    assert.equal(secondsOf(store, KIWI), undefined);
    assert.equal(store.signs.count, 0);
    store.apply(signOf(KIWI, 'traccar', 22));
    assert.equal(secondsOf(store, KIWI), 22);
  });

  test('is forgotten as a location is, and other documents are not', () => {
    const store = new LocationStore();
    store.apply(signOf(KIWI, 'traccar', 20));
    store.apply(signOf(EMU, 'traccar', 30));
    const key = documentKey('seen'); // its name is not that of a sign of life
    store.apply(documentRecord(key, 'x', 10));
    store.forgetBefore({ seconds: 25, nanoseconds: 0 });
    assert.deepEqual([secondsOf(store, KIWI), secondsOf(store, EMU)], [undefined, 30]);
    assert.equal(store.apply(signOf(KIWI, 'traccar', 24)), 'older');
    assert.equal(
      [...store.sweep(100)].reduce((sum, dropped) => sum + dropped, 0),
      1,
    );
    assert.deepEqual([store.signs.count, store.documents.count], [1, 1]);
    assert.notEqual(store.slotOf(key), NO_SLOT);
    assert.equal(store.slotOf(keyOf(KIWI)), NO_SLOT);
  });
});
