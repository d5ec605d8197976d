import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { PhoneAnswer } from '../../gateway/api/phone-schema.ts';
import { PHONE_ADVICE } from '../../gateway/ingest/advice.ts';
import { arrivedOf, checklist, describeArrived } from './describe-phone.ts';

const FROM = { app: 'owntracks', address: '192.0.2.1' };
const RILEY: PhoneAnswer = {
  client: 'anna',
  server: 'Riley',
  stored: { ...FROM, secondsAgo: 2, accuracyM: 7.2, batteryPercent: 63 },
  unused: { ...FROM, secondsAgo: 1, reason: 'no-position', advice: PHONE_ADVICE['no-position'] },
  strangers: [
    { ...FROM, secondsAgo: 4, reason: 'unauthorized', advice: PHONE_ADVICE['unauthorized'] },
  ],
};
const JAQUEZ: PhoneAnswer = {
  client: 'anna',
  server: 'Jaquez',
  stored: { app: 'osmand', address: '192.0.2.2', secondsAgo: 90 },
  refused: { ...FROM, secondsAgo: 3, reason: 'full', advice: PHONE_ADVICE['full'] },
  strangers: [],
};

test('what came at all servers is told, the latest first', () => {
  assert.deepEqual(arrivedOf([JAQUEZ, RILEY], undefined).map(describeArrived), [
    '1 s ago Riley received an unusable message from owntracks: no-position, it has no position: always allow the app to see the location',
    'received 2 s ago by Riley from owntracks, accuracy 7 m, battery 63 %',
    '3 s ago Jaquez refused a report from owntracks: full, there is no room for a further client: see maxClients and maxMemory',
    '4 s ago Riley refused a report from owntracks, sent by an unknown phone at 192.0.2.1: unauthorized, its token is not valid: set the phone up again, or see proxy-herd token list',
    'received 90 s ago by Jaquez from osmand',
  ]);
  assert.deepEqual(
    arrivedOf([JAQUEZ, RILEY], 'osmand').map(({ server }) => server),
    ['Jaquez'],
  );
});

test('what others say steers no terminal', () => {
  const arrived = arrivedOf([{ ...JAQUEZ, server: 'J\x1b[2J' }], 'osmand');
  assert.deepEqual(arrived.map(describeArrived), ['received 90 s ago by J\\x1b[2J from osmand']);
  assert.ok(checklist('a\x07', 'http://x').every((line) => !line.includes('\x07')));
});
