import assert from 'node:assert/strict';
import { test } from 'node:test';

import { newsOf, type PhoneAnswer } from './phone-news.ts';

const FROM = { app: 'owntracks', address: '192.0.2.1' };
const RILEY: PhoneAnswer = {
  server: 'Riley',
  stored: { ...FROM, secondsAgo: 5 },
  unused: { ...FROM, secondsAgo: 3, reason: 'no-position' },
  strangers: [{ ...FROM, secondsAgo: 1, reason: 'unauthorized' }],
};
const JAQUEZ: PhoneAnswer = {
  server: 'Jaquez',
  stored: { ...FROM, app: 'osmand', secondsAgo: 2 },
  strangers: [],
};

test('the last of all servers is the news, and a stranger only where there is nothing else', () => {
  const heard = newsOf([RILEY, JAQUEZ], 60, 'owntracks');
  assert.deepEqual(heard, { kind: 'heard', server: 'Jaquez', what: JAQUEZ.stored });
  const lost = newsOf([RILEY], 60, 'owntracks');
  assert.deepEqual(lost, { kind: 'lost', server: 'Riley', what: RILEY.unused, isStranger: false });
  const { strangers } = RILEY;
  const stranger = newsOf([{ server: 'Riley', strangers }], 60, 'owntracks');
  assert.deepEqual(stranger, {
    kind: 'lost',
    server: 'Riley',
    what: strangers[0],
    isStranger: true,
  });
});

test('what is old, or of another app whose phone nobody knows, is no news', () => {
  assert.deepEqual(newsOf([JAQUEZ], 1, undefined), { kind: 'silent' });
  assert.deepEqual(newsOf([{ ...JAQUEZ, stored: { ...FROM, secondsAgo: 90 } }], 60, undefined), {
    kind: 'silent',
  });
  assert.deepEqual(newsOf([{ server: 'Riley', strangers: RILEY.strangers }], 60, 'osmand'), {
    kind: 'silent',
  });
});
