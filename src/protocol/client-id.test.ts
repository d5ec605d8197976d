import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';

import { anyText } from './any-text.test.ts';
import { formatClientId, MAX_CLIENT_BYTES, parseClientId } from './client-id.ts';

const idOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

test('an ID of UTF-8 stands as it is', () => {
  for (const text of ['kiwi.cs.ucla.edu', 'Zoë', '猫', '100%', 'a/b?c#d', '\\xff', 'base64']) {
    const bytes = Buffer.from(text);
    assert.equal(formatClientId(idOf(bytes)), text);
    assert.deepEqual(parseClientId(text), bytes);
  }
});

test('any other stands in base64url', () => {
  assert.equal(formatClientId('\xff\xfe'), 'base64:__4');
  assert.deepEqual(parseClientId('base64:__4'), Buffer.of(0xff, 0xfe));
  const twice = formatClientId('base64:x');
  assert.equal(twice, 'base64:YmFzZTY0Ong');
  assert.deepEqual(parseClientId(twice), Buffer.from('base64:x'));
});

test('what is no ID, or its second form, is refused', () => {
  const long = 'x'.repeat(MAX_CLIENT_BYTES + 1);
  const texts = [
    '',
    'a b',
    'a\n',
    '\ud800',
    'base64:',
    'base64:YQ',
    'base64:__4=',
    'base64://4',
    long,
  ];
  for (const text of texts) assert.equal(parseClientId(text), undefined, text.slice(0, 20));
});

test('each ID has one text, and each text one ID', () => {
  const whiteSpace = new Set([0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x20]);
  const byte = fc.integer({ min: 0, max: 255 }).filter((each) => !whiteSpace.has(each));
  const anyId = fc.oneof(
    fc.array(byte, { minLength: 1, maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
    anyText({ minLength: 1 }).map((text) => Buffer.from(text.replace(/[\t-\r ]/g, '_'))),
  );
  const property = fc.property(anyId, (bytes) => {
    const text = formatClientId(idOf(bytes));
    assert.deepEqual(parseClientId(text), bytes);
    // Through a URL and through JSON, as programs write them.
    assert.equal(decodeURIComponent(encodeURIComponent(text)), text);
    assert.equal(JSON.parse(JSON.stringify(text)), text);
  });
  fc.assert(property, { seed: 1, numRuns: 2000 });
});
