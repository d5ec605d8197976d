import assert from 'node:assert/strict';
import test from 'node:test';

import { redactTraffic } from './redact-traffic.ts';

const TOKEN = `ph_${'0123456789abcdef'.repeat(2)}`;
const redact = (text: string): string =>
  redactTraffic(Buffer.from(text, 'latin1')).toString('latin1');

test('what follows an AUTH is not logged, whatever it is', () => {
  for (const secret of [TOKEN, TOKEN.slice(0, 12), 'hunter2', `x ${TOKEN} y`, '\u00ff\u0085\0']) {
    assert.equal(redact(`AUTH ${secret}`), 'AUTH ***');
    assert.equal(redact(`? AUTH ${secret}\n`), '? AUTH ***\n');
    assert.equal(redact(`a\n \tAUTH\t${secret}\r\nb\n`), 'a\n \tAUTH ***\nb\n');
  }
  assert.equal(redact('AUTH\nAUTHOR x\nIAMAT AUTH 1 2\n'), 'AUTH\nAUTHOR x\nIAMAT AUTH 1 2\n');
});

test('a token is not logged wherever it stands', () => {
  assert.equal(redact(`auth ${TOKEN}\n`), 'auth ph_***\n');
  assert.equal(redact(TOKEN.toUpperCase()), 'ph_***');
  assert.equal(redact(`WHATSAT ${TOKEN} 1 2`), 'WHATSAT ph_*** 1 2');
});

test('other traffic is the same bytes', () => {
  for (const text of ['IAMAT kiwi +1-1 1\n\xff\n', 'with_underscore\n']) {
    assert.equal(redact(text), text);
  }
});
