import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import {
  CLIENT_KEYS,
  clientKey,
  formatRow,
  formatState,
  parseRow,
  parseState,
  STATE_KEY,
} from './journal-records.ts';
import { parseLocation } from './location.ts';

fc.configureGlobal({ seed: 29, numRuns: 500 });

/** An ID of any bytes but white space, one character a byte. */
const anyClient = fc.uint8Array({ minLength: 1, maxLength: 40 }).map((bytes) =>
  Buffer.from(bytes)
    .toString('latin1')
    .replaceAll(/\s|\xa0/g, '_'),
);

const anyRow = fc.tuple(anyClient, fc.nat()).map(([client, number]) => {
  const location = parseLocation(
    `AT Riley +0.263873386 ${client} +34.068930-118.445127 1621464827`,
  );
  assert.ok(location);
  return { location, number };
});

const STATE = {
  herd: 'proxy-herd',
  server: 'Riley',
  epoch: 'now',
  head: 7,
  past: [{ epoch: 'before', number: 3 }],
  read: { Jaquez: { epoch: 'theirs', number: 12 } },
};

test('a row is read back as it was', () => {
  fc.assert(
    fc.property(anyRow, (row) => {
      assert.deepEqual(parseRow(clientKey(row.location.client), formatRow(row)), row);
    }),
  );
});

test('a row of which a byte is damaged is none', () => {
  fc.assert(
    fc.property(anyRow, fc.nat(), fc.integer({ min: 1, max: 127 }), (row, where, flipped) => {
      const value = formatRow(row);
      const at = where % value.length;
      const damaged =
        value.slice(0, at) +
        String.fromCharCode(value.charCodeAt(at) ^ flipped) +
        value.slice(at + 1);
      assert.equal(parseRow(clientKey(row.location.client), damaged), undefined);
      assert.equal(parseRow(clientKey(row.location.client), value.slice(0, at)), undefined);
    }),
  );
});

test("a row under another client's key is none", () => {
  const location = parseLocation('AT Riley +1.000000000 kiwi +1+1 1621464827');
  assert.ok(location);
  assert.equal(parseRow(clientKey('kiwj'), formatRow({ location, number: 1 })), undefined);
});

test('the keys of clients stand together, and no other among them', () => {
  fc.assert(
    fc.property(anyClient, (client) => {
      assert.ok(clientKey(client) >= CLIENT_KEYS.gte && clientKey(client) < CLIENT_KEYS.lt);
    }),
  );
  assert.ok(STATE_KEY > CLIENT_KEYS.lt);
});

test('a state is read back as it was', () => {
  const state = parseState(formatState(STATE));
  assert.ok(typeof state === 'object');
  assert.deepEqual({ ...state }, { format: 1, ...STATE });
});

test('a state that is damaged is none', () => {
  assert.equal(parseState(formatState(STATE).replace('"head":7', '"head":8')), undefined);
  assert.equal(parseState(''), undefined);
  assert.equal(parseState('nonsense'), undefined);
});

test('of a state that is whole and another, it is told what is wrong with it', () => {
  const state = parseState(formatState({ ...STATE, head: -1 }));
  assert.ok(typeof state === 'string' && state.includes('head'), 'says that it is the head');
});
