import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Transition } from '../../service/geofences/transition.ts';
import type { Location } from '../../store/location.ts';
import { HOME_ASSISTANT_FORM } from './home-assistant-form.ts';
import type { HookEvent } from './hook-event.ts';

const CONTEXT = { herd: 'ferries', server: 'A', now: { seconds: 0, nanoseconds: 0 } };

const text = (event: HookEvent): string => HOME_ASSISTANT_FORM.encode([event], CONTEXT);

/** A location of a client whose ID is this text in UTF-8. */
function locationOf(client: string, attributes: Location['attributes'] = {}): HookEvent {
  const location: Location = {
    client: Buffer.from(client).toString('latin1'),
    position: { latitude: -1.5, longitude: 0 },
    time: { seconds: 1_600_000_000, nanoseconds: 999_999_999 },
    received: { seconds: 0, nanoseconds: 0 },
    origin: 'A',
    attributes,
    at: '',
  };
  return { kind: 'location', location, geofences: [], lastSeen: location };
}

const FIX = '"lat":-1.5,"lon":0,"tst":1600000000,"acc":1';

for (const [client, who] of [
  ['anna/phone', '"topic":"owntracks/anna/phone","tid":"ne"'],
  ['van', '"topic":"owntracks/van/ferries","tid":"an"'],
  ['a/b/c', '"topic":"owntracks/a%2Fb%2Fc/ferries","tid":"bc"'],
  ['/phone', '"topic":"owntracks/%2Fphone/ferries","tid":"ne"'],
  ['αβ-7', '"topic":"owntracks/αβ-7/ferries","tid":"7"'],
] as const) {
  test(`the client ${client}`, () => {
    assert.equal(text(locationOf(client)), `{"_type":"location",${who},${FIX}}`);
  });
}

test('an accuracy is at least a metre, and numbers are whole', () => {
  for (const [accuracyM, acc] of [
    [0, 1],
    [0.4, 1],
    [12.5, 13],
  ] as const) {
    assert.ok(text(locationOf('van', { accuracyM })).endsWith(`"acc":${acc}}`));
  }
  const more = {
    altitudeM: -0.6,
    speedMps: 1.5,
    courseDeg: 359.6,
    batteryPercent: 0,
    charging: false,
  };
  assert.ok(
    text(locationOf('van', more)).endsWith(`"acc":1,"alt":-1,"vel":5,"cog":360,"batt":0,"bs":1}`),
  );
});

test('a leave without a fix leaves the region, and says no position', () => {
  const transition: Transition = {
    kind: 'leave',
    geofence: 'home',
    client: Buffer.from('van'),
    reason: 'geofence-removed',
    location: undefined,
    latitudeE7: 1,
    longitudeE7: 1,
    record: undefined,
    origin: 'A',
    noticedMs: 1_600_000_000_999,
  };
  assert.equal(
    text({ kind: 'leave', transition }),
    '{"_type":"transition","topic":"owntracks/van/ferries","tid":"an","event":"leave","desc":"home","lat":null,"lon":null,"tst":1600000000}',
  );
});
