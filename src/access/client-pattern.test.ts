import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from 'fast-check';

import { coversClient, parsePattern } from './client-pattern.ts';

fc.configureGlobal({ seed: 31 });

const utf8 = (text: string): string => Buffer.from(text).toString('latin1');

function covers(pattern: string, client: string): boolean {
  const parsed = parsePattern(pattern);
  assert.ok(parsed !== undefined, pattern);
  return coversClient(parsed, client);
}

describe('a pattern', () => {
  test('without a star is one client', () => {
    assert.equal(parsePattern('kiwi')?.client, 'kiwi');
    assert.ok(covers('kiwi', 'kiwi'));
    for (const other of ['', 'kiw', 'kiwi2', 'KIWI', 'a-kiwi']) assert.ok(!covers('kiwi', other));
  });

  test('has stars that stand for any bytes, none among them', () => {
    assert.ok(covers('*', '') && covers('*', 'anything') && covers('**', 'x'));
    assert.ok(covers('kid-*', 'kid-') && covers('kid-*', 'kid-1') && !covers('kid-*', 'a-kid-1'));
    assert.ok(covers('*.ucla.edu', 'kiwi.ucla.edu') && !covers('*.ucla.edu', 'kiwi.ucla.edu.evil'));
    assert.ok(covers('a*b*c', 'abbc') && !covers('a*b*c', 'acb'));
    assert.ok(!covers('ab*ba', 'aba'), 'the two ends do not share a byte');
    assert.equal(parsePattern('kid-*')?.client, undefined);
  });

  test('is of bytes: text is its UTF-8, and any byte has a number', () => {
    assert.equal(parsePattern('zoë')?.client, utf8('zoë'));
    assert.equal(parsePattern(String.raw`\xff\x2a\*\\`)?.client, '\u00ff**\\');
    assert.ok(covers(String.raw`\x00*`, '\0tail'));
  });

  test('that no client could have is none', () => {
    const wrong = ['', ' ', 'two words', 'tab\t', String.raw`\x20`, '\\', '\\n', String.raw`\x4`];
    for (const text of [...wrong, 'x'.repeat(4097)]) {
      assert.equal(parsePattern(text), undefined, JSON.stringify(text));
    }
    assert.ok(parsePattern('x'.repeat(4096)) !== undefined);
  });
});

test('patterns cover what the same regular expression does', () => {
  const bytes = fc.string({ unit: fc.constantFrom('a', 'b', '.', '-'), maxLength: 8 });
  const text = fc.string({
    unit: fc.constantFrom('a', 'b', '.', '-', '*'),
    minLength: 1,
    maxLength: 8,
  });
  fc.assert(
    fc.property(text, bytes, (pattern, client) => {
      const source = pattern.replace(/[.-]/g, '\\$&').replaceAll('*', '.*');
      assert.equal(covers(pattern, client), new RegExp(`^${source}$`).test(client));
    }),
    { numRuns: 2000 },
  );
});

test('a pattern of many stars takes no time that an attacker could choose', () => {
  const pattern = parsePattern(`${'*a'.repeat(2000)}*b`);
  assert.ok(pattern !== undefined);
  // By trying all ways to match, as some regular expressions do, this would never end.
  assert.equal(coversClient(pattern, 'a'.repeat(4000)), false);
});
