import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from 'fast-check';

import { compareLocations, locationOf, parseLocation, type Location } from './location.ts';

fc.configureGlobal({ seed: 7, numRuns: 1000 });

const SECOND = 1_000_000_000n;

/** A location that `origin` heard at `received`, both times in nanoseconds. */
function heard(origin: string, clientTime: bigint, received: bigint, place = '+1-2'): Location {
  const decimals = String(clientTime % SECOND).padStart(9, '0');
  const report = {
    name: 'IAMAT',
    client: 'kiwi',
    position: place,
    time: `${clientTime / SECOND}.${decimals}`,
    point: { latitude: 1, longitude: -2 },
    clientTime,
  } as const;
  return locationOf(report, origin, received);
}

/** Times so few that many are equal, on both sides of the times of receipt: slow and fast clocks. */
const time = fc.bigInt({ min: 0n, max: 4n });
const location = fc
  .tuple(fc.constantFrom('Riley', 'Jaquez', 'B'), time, time, fc.constantFrom('+1-2', '+01-2'))
  .map(([origin, clientTime, received, place]) => heard(origin, clientTime, received, place));

const newestOf = (locations: readonly Location[]): Location | undefined =>
  locations.reduce((a, b) => (compareLocations(a, b) >= 0 ? a : b));

describe('the order of two locations', () => {
  test('is total: two that compare as the same are the same', () => {
    fc.assert(
      fc.property(location, location, (a, b) => {
        assert.equal(compareLocations(a, b) === 0, a.at === b.at);
        assert.equal(compareLocations(a, a), 0);
      }),
    );
  });

  test('is antisymmetric', () => {
    fc.assert(
      fc.property(location, location, (a, b) => {
        assert.equal(compareLocations(a, b) + compareLocations(b, a), 0);
      }),
    );
  });

  test('is transitive', () => {
    fc.assert(
      fc.property(location, location, location, (a, b, c) => {
        fc.pre(compareLocations(a, b) <= 0 && compareLocations(b, c) <= 0);
        assert.ok(compareLocations(a, c) <= 0);
      }),
    );
  });

  test('gives the same newest one in whatever order they came', () => {
    const shuffled = fc
      .array(location, { minLength: 1, maxLength: 12 })
      .chain((locations) =>
        fc.tuple(
          fc.constant(locations),
          fc.shuffledSubarray(locations, { minLength: locations.length }),
        ),
      );
    fc.assert(
      fc.property(shuffled, ([a, b]) => {
        assert.equal(newestOf(a)?.at, newestOf(b)?.at);
      }),
    );
  });

  const ordered: [rule: string, newer: Location, older: Location][] = [
    ['a later client time is newer', heard('A', 2n, 9n), heard('A', 1n, 9n)],
    ['by a nanosecond', heard('A', SECOND + 1n, 9n * SECOND), heard('A', SECOND, 9n * SECOND)],
    ['a late upload of an old point is older', heard('A', 5n, 6n), heard('A', 4n, 99n)],
    [
      'a client time of the future counts as of its receipt',
      heard('A', 8n, 9n),
      heard('A', 99n, 7n),
    ],
    ['two of the future go by their receipts', heard('A', 98n, 8n), heard('A', 99n, 7n)],
    ['at one time the greater origin is newer', heard('B', 5n, 6n), heard('A', 5n, 9n)],
    ['at one time and origin the greater text is', heard('A', 5n, 7n), heard('A', 5n, 6n)],
    ['as a text, not as a number', heard('A', 0n, 9n * SECOND), heard('A', 0n, 10n * SECOND)],
  ];
  for (const [rule, newer, older] of ordered) {
    test(rule, () => assert.ok(compareLocations(newer, older) > 0));
  }
});

test('a location is read back from its AT line as it was', () => {
  fc.assert(
    fc.property(location, (location) => {
      assert.deepEqual(parseLocation(location.at), location);
    }),
  );
});

test('a location keeps its text as it was sent, and counts as of the earlier of its times', () => {
  const onTime = heard('Riley', 3n * SECOND, 4n * SECOND + 5n);
  assert.equal(onTime.at, 'AT Riley +1.000000005 kiwi +1-2 3.000000000');
  assert.equal(onTime.time, 3n * SECOND);

  const ahead = heard('Riley', 3n * SECOND, 2n * SECOND);
  assert.equal(ahead.at, 'AT Riley -1.000000000 kiwi +1-2 3.000000000');
  assert.equal(ahead.time, 2n * SECOND);
});

test('a line that is no AT line is no location', () => {
  assert.equal(parseLocation('IAMAT kiwi +1-2 3'), undefined);
});
