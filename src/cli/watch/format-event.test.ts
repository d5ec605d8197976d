import assert from 'node:assert/strict';
import test from 'node:test';
import { styleOf } from '../style.ts';
import { formatEvent, formatJson } from './format-event.ts';

const PLAIN = styleOf(false);
const NOW_MS = Date.UTC(2026, 10, 27, 7);

function line(kind: string, data: unknown): string {
  return formatEvent({ kind, data: JSON.stringify(data) }, PLAIN, NOW_MS);
}

const LOCATION = {
  client: 'kiwi',
  latitude: 34.06893,
  longitude: -118.445127,
  time: '2021-05-19T22:53:47.959498503Z',
  accuracyM: 12,
  charging: true,
  server: 'Riley',
  receivedAt: '2026-11-27T06:59:59Z',
  skew: '+1.000000000',
  ageSeconds: 1,
  lastSeenAt: '2026-11-27T06:59:59Z',
};

test('a location is a line', () => {
  assert.equal(
    line('location', LOCATION),
    '2021-05-19T22:53:47Z  location  kiwi  34.0689300 -118.4451270  12 m accuracy  charging=true  from Riley\n',
  );
});

test('other events say what they have', () => {
  assert.equal(line('left', { client: 'kiwi' }), '2026-11-27T07:00:00Z  left      kiwi\n');
  assert.equal(
    line('enter', { geofence: 'school', client: 'kiwi', location: LOCATION }),
    '2021-05-19T22:53:47Z  enter     kiwi  geofence=school  34.0689300 -118.4451270  12 m accuracy  charging=true  from Riley\n',
  );
  const sign = { lastSeenAt: '2026-11-27T06:59:58.5Z', server: 'Riley', app: 'traccar' };
  assert.equal(
    line('seen', { client: 'kiwi', ...sign, batteryPercent: 80 }),
    '2026-11-27T06:59:58Z  seen      kiwi  app=traccar  80 % battery  from Riley\n',
  );
  assert.match(line('ready', {}), /news/);
  assert.match(line('reset', {}), /reset/);
});

test('a client cannot steer the terminal that its name is shown on', () => {
  const shown = line('removed', { client: 'ki\x1b[2Jwi\u009b' });
  assert.ok(shown.includes('ki\\x1b[2Jwi\\x9b'), shown);
});

test('colours are for those that want them', () => {
  const text = formatEvent({ kind: 'left', data: '{"client":"kiwi"}' }, styleOf(true), NOW_MS);
  assert.ok(text.includes('\x1b[1mkiwi\x1b[22m'), text);
});

test('JSON is one object a line', () => {
  assert.equal(
    formatJson({ kind: 'left', data: '{"client":\n"kiwi"}' }),
    '{"event":"left","data":{"client":"kiwi"}}\n',
  );
});
