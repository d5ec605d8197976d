import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Location } from '../../service/location-service.ts';
import { describeLocation, entityTag, tagText } from './location.ts';

const at = (seconds: number) => ({ seconds, nanoseconds: 0 });

const LOCATION: Location = {
  client: 'kiwi',
  position: { latitude: 1, longitude: 2 },
  time: at(1000),
  received: at(1001),
  origin: 'Riley',
  attributes: { batteryPercent: 90, charging: true, accuracyM: 5 },
  at: 'AT Riley +1.000000000 kiwi +1+2 1000',
};

test('a location says when its client was seen since, and what its battery was then', () => {
  const shown = (lastSeen: object) => {
    const beside = { geofences: [], lastSeen: { received: at(2000), ...lastSeen } };
    const { time, receivedAt, lastSeenAt, batteryPercent, charging, accuracyM } = describeLocation(
      LOCATION,
      at(2001),
      beside,
    );
    assert.deepEqual(
      [time, receivedAt, lastSeenAt, accuracyM],
      ['1970-01-01T00:16:40Z', '1970-01-01T00:16:41Z', '1970-01-01T00:33:20Z', 5],
    );
    return { batteryPercent, charging };
  };
  assert.deepEqual(shown({}), { batteryPercent: 90, charging: true });
  const said = { batteryPercent: 12, charging: false };
  assert.deepEqual(shown(said), said);
});

test('the entity tag of a location changes when its client is seen', () => {
  const tagOf = (seconds: number) =>
    entityTag(tagText(LOCATION, { geofences: [], lastSeen: { received: at(seconds) } }));
  assert.equal(tagOf(2000), tagOf(2000));
  assert.notEqual(tagOf(2000), tagOf(2030));
});
