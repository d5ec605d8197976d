import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { coversClient } from '../../access/client-pattern.ts';
import { deviceOf, patternsOf } from './device.ts';

/** Bytes of a client's ID, of one character each. */
function client(text: string): string {
  return Buffer.from(text).toString('latin1');
}

test('a client is the device behind the first slash of its ID, of the user before it', () => {
  for (const [id, user, device] of [
    ['anna/pixel', 'anna', 'pixel'],
    ['anna', 'anna', 'phone'],
    ['anna/pixel/8', 'anna', 'pixel/8'],
    ['anna/', 'anna/', 'phone'],
    ['/anna', '/anna', 'phone'],
    ['安娜/手机', '安娜', '手机'],
  ] as const) {
    assert.deepEqual(deviceOf(client(id)), { user, device });
  }
  assert.deepEqual(deviceOf('\u00ff/x'), { user: 'base64:_y94', device: 'phone' });
});

test('a device and its user have patterns that cover the client', () => {
  const id = fc.oneof(
    fc.stringMatching(/^[!-~]{1,6}$/),
    fc
      .uint8Array({ minLength: 1, maxLength: 4 })
      .map((bytes) => Buffer.from(bytes).toString('latin1')),
  );
  const property = fc.property(id, (text) => {
    fc.pre(!/[ \t-\r]/.test(text));
    const { user, device } = deviceOf(text);
    const covers = (wanted: string | undefined): boolean =>
      patternsOf(user, wanted).some((pattern) => coversClient(pattern, text));
    assert.ok(covers(device), 'the device');
    assert.ok(covers(undefined), 'the user');
  });
  fc.assert(property, { seed: 1, numRuns: 100 });
  const [, all] = patternsOf('*', undefined);
  assert.ok(all && coversClient(all, '*/x') && !coversClient(all, 'anna/x'));
  assert.deepEqual(patternsOf('a b', undefined), []);
});
