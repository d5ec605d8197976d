import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isolated, shortened, shownText } from './shown-text.ts';

test('names of any script are shown as they are', () => {
  for (const name of [
    'kiwi',
    '<b>kiwi</b>',
    'Zoë',
    'חנה',
    'ព្រះ',
    'བསྒྲུབས',
    'กำลัง',
    '👨‍👩‍👧‍👦 at 🏠',
    'Việt',
  ]) {
    assert.equal(shownText(name), name);
  }
});

test('a name sets no direction beyond itself', () => {
  assert.equal(shownText('\u2069\u202eiwik'), 'iwik');
  assert.equal(isolated('\u2069\u202eiwik'), '\u2068iwik\u2069');
});

test('marks do not make towers', () => {
  assert.equal(shownText(`k${'\u0301'.repeat(60)}iwi`), `k${'\u0301'.repeat(4)}iwi`);
});

test('a long name is cut after a character as a reader counts them', () => {
  assert.equal(shortened('ki'.repeat(4), 8), 'kikikiki');
  assert.equal(shortened('👨‍👩‍👧‍👦'.repeat(9), 3), '👨‍👩‍👧‍👦👨‍👩‍👧‍👦…');
});

test('a name without anything to be seen stands in percent encoding', () => {
  assert.equal(shownText('\u202e'), '%E2%80%AE');
  assert.equal(shownText('\u200b\u200b'), '%E2%80%8B%E2%80%8B');
});
