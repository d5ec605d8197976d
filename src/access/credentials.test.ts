import assert from 'node:assert/strict';
import test from 'node:test';

import { MALFORMED, readToken } from './credentials.ts';

const basic = (pair: string): string => `Basic ${Buffer.from(pair).toString('base64')}`;

test('a token is shown as Bearer, as the password of Basic, or in the URL', () => {
  assert.equal(readToken({ authorization: 'Bearer ph_1' }), 'ph_1');
  assert.equal(readToken({ authorization: 'bearer  ph_1 ' }), 'ph_1');
  assert.equal(readToken({ authorization: basic('anna:ph_1') }), 'ph_1');
  assert.equal(readToken({ authorization: basic(':ph_1') }), 'ph_1');
  assert.equal(readToken({ authorization: basic('anna:with:colons') }), 'with:colons');
  assert.equal(readToken({ urlToken: 'ph_1' }), 'ph_1');
});

test('the one in the URL goes before the header', () => {
  assert.equal(readToken({ urlToken: 'ph_1', authorization: basic('anna:secret') }), 'ph_1');
  assert.equal(readToken({ urlToken: 'ph_1', authorization: 'Digest x' }), 'ph_1');
});

test('no credentials are none, and others cannot be read', () => {
  assert.equal(readToken({}), undefined);
  assert.equal(readToken({ authorization: ' ' }), undefined);
  for (const authorization of ['ph_1', 'Digest ph_1', 'Bearer', 'Bearer a b', 'Basic ???']) {
    assert.equal(readToken({ authorization }), MALFORMED, authorization);
  }
  assert.equal(readToken({ authorization: basic('no colon') }), MALFORMED);
});
