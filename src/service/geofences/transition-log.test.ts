import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Location } from '../../store/location.ts';
import { MAX_TRANSITIONS, TransitionLog } from './transition-log.ts';
import type { RecordIdentity, Transition } from './transition.ts';

const HOUR_MS = 3_600_000;
const recordOf = (sequence: number): RecordIdentity => ({ origin: 'A', epoch: 7, sequence });

function transition(sequence: number | undefined, noticedMs = 0, client = 'kiwi'): Transition {
  const location: Partial<Location> = { client };
  return {
    kind: 'enter',
    geofence: 'yard',
    client: Buffer.from(client),
    reason: undefined,
    location: location as Location,
    latitudeE7: 0,
    longitudeE7: 0,
    record: sequence === undefined ? undefined : recordOf(sequence),
    origin: 'A',
    noticedMs,
  };
}

/** A subscriber that has the records up to one. */
const having = (upTo: number, timeMs = HOUR_MS) => ({
  timeMs,
  has: ({ sequence }: RecordIdentity) => sequence <= upTo,
});

test('what comes after a number is there, in order, until it is too many', () => {
  const log = new TransitionLog();
  const all = Array.from({ length: MAX_TRANSITIONS + 2 }, (_, number) => transition(number + 1));
  for (const each of all.slice(0, 3)) log.append(each);
  assert.equal(log.head, 3);
  assert.deepEqual(log.after(1), all.slice(1, 3));
  assert.deepEqual(log.after(3), []);
  for (const each of all.slice(3)) log.append(each);
  assert.equal(log.after(1), undefined);
  assert.deepEqual(log.after(2), all.slice(2));
});

test('a subscriber that comes back gets what it lacks, if it has what is not there any more', () => {
  const log = new TransitionLog();
  assert.deepEqual(log.missedBy(having(0)), []);
  for (let sequence = 1; sequence <= MAX_TRANSITIONS; sequence++) log.append(transition(sequence));
  assert.equal(log.missedBy(having(0))?.length, MAX_TRANSITIONS);
  log.append(transition(MAX_TRANSITIONS + 1));
  assert.equal(log.missedBy(having(0)), undefined);
  assert.deepEqual(log.missedBy(having(MAX_TRANSITIONS)), [transition(MAX_TRANSITIONS + 1)]);
});

test('it also has to have what was there before', () => {
  const log = new TransitionLog();
  log.lose([recordOf(5), recordOf(3)]);
  assert.equal(log.missedBy(having(4)), undefined);
  assert.deepEqual(log.missedBy(having(5)), []);
});

test('what no record made comes again if it was noticed at about the time', () => {
  const log = new TransitionLog();
  const [early, late] = [transition(undefined, 0), transition(undefined, HOUR_MS - 60_000)];
  log.append(early);
  log.append(late);
  assert.deepEqual(log.missedBy(having(0)), [late]);
  log.overflow(HOUR_MS);
  assert.equal(log.after(2), undefined);
  assert.deepEqual(log.after(log.head), []);
  assert.equal(log.missedBy(having(0)), undefined);
  assert.deepEqual(log.missedBy(having(0, 2 * HOUR_MS)), []);
});

test('where a client was is removed with it', () => {
  const log = new TransitionLog();
  for (const client of ['kiwi', 'emu']) log.append(transition(1, 0, client));
  log.removeLocations(Buffer.from('kiwi'));
  const where = log.after(0)?.map(({ client, location }) => [client.toString(), location?.client]);
  assert.deepEqual(where, [
    ['kiwi', undefined],
    ['emu', 'emu'],
  ]);
});
