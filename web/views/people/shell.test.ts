import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';

import { clientWord, shellWord, tokenName } from './shell.ts';

test('a shell reads a word as it was, whatever it is', () => {
  for (const text of [
    'anna',
    "O'Neil",
    '$(reboot)',
    '`id`',
    'a b',
    '-x',
    '"',
    '\\',
    'a;b&c',
    'ü',
  ]) {
    const said = execFileSync('sh', ['-c', `printf %s ${shellWord(text)}`], { encoding: 'utf8' });
    assert.equal(said, text);
  }
  assert.equal(shellWord('anna/phone'), 'anna/phone');
  assert.equal(clientWord('kid-*'), `'kid-\\*'`);
});

test('a token has a name that can be, whatever the client is called', () => {
  for (const client of ['anna', 'anna/pixel', '<b>', '安娜', '-x', '.', 'x'.repeat(200)]) {
    assert.match(tokenName(client, 'phone'), /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$/, client);
  }
});
