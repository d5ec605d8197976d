import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextIteration } from 'node:timers/promises';

import type { LocationService } from '../../service/location-service.ts';
import { createTestService } from '../../service/service-bench.test.ts';
import { type RefusedExtra, takeWaypoint } from './extras.ts';

const PLACE = { latitude: 1, longitude: 2, radiusM: 100 };

/** Takes a waypoint in; what is written is settled at once. */
async function take(
  service: LocationService,
  client: string,
  name: string,
  more = {},
): Promise<RefusedExtra | undefined> {
  const taken = takeWaypoint(service, client, { ...PLACE, name, ...more });
  const isTaken = taken.then(() => true);
  while (!(await Promise.race([isTaken, nextIteration(false)]))) service.commit();
  return taken;
}

async function namesOf(service: LocationService): Promise<string[]> {
  return (await service.geofences.list()).map(({ name }) => name);
}

test('a geofence has the name of the client and the waypoint, and is written again where it has changed', async () => {
  const service = createTestService();
  await take(service, 'anna', 'home');
  await take(service, 'ben', 'home');
  const written = service.head;
  assert.equal(await take(service, 'anna', 'home'), undefined);
  assert.equal(service.head, written, 'it is the same');
  await take(service, 'anna', 'home', { radiusM: 200 });
  assert.equal(service.head, written + 1);
  assert.deepEqual(await namesOf(service), ['anna: home', 'ben: home']);
  assert.equal(await take(service, 'anna', 'x', { radiusM: 2e6 }), 'invalid-waypoint');
});

test('names that are too long, or cannot be seen, are cut, and no two of them are the same', async () => {
  const service = createTestService();
  const long = 'x'.repeat(100);
  for (const client of ['anna', `${long}1`, `${long}2`, '\u00ff', '\u00fe', '\u0001']) {
    await take(service, client, `${long}1`);
    await take(service, client, `${long}2`);
    await take(service, client, '👩'.repeat(64));
  }
  const names = await namesOf(service);
  assert.equal(new Set(names).size, 18, names.join('\n'));
  for (const name of names) assert.match(name, /^\S+~?: \S+$/);
});

test('a phone has so many geofences at most, and others have theirs', async () => {
  const service = createTestService();
  for (let n = 0; n < 50; n++) assert.equal(await take(service, 'anna', `${n}`), undefined);
  assert.equal(await take(service, 'anna', 'one more'), 'no-room');
  assert.equal(await take(service, 'anna', '7', { radiusM: 7 }), undefined);
  assert.equal(await take(service, 'anna2', 'home'), undefined);
  assert.equal((await namesOf(service)).length, 51);
});
