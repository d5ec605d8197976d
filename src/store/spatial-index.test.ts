import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from 'fast-check';

import { EARTH_RADIUS_METRES } from '../protocol/earth.ts';
import {
  MAX_FOUND,
  SpatialIndex,
  type SpatialAnswer,
  type SpatialQuestion,
} from './spatial-index.ts';

fc.configureGlobal({ seed: 61, numRuns: 300 });

const POLE = 900_000_000;
const ANTIMERIDIAN = 1_800_000_000;
/** The least that is within a metre's rounding: what the index and the plain formula may differ by. */
const ROUNDING_METRES = 1e-3;

/** More than any test has. */
const MOST_SLOTS = 100_000;

interface Spot {
  readonly lat: number;
  readonly lon: number;
}

/** The haversine formula, written out plainly. */
function metresBetween(a: Spot, b: Spot): number {
  const radians = Math.PI / ANTIMERIDIAN;
  const sine = (angle: number): number => Math.sin((angle * radians) / 2) ** 2;
  const cosines = Math.cos(a.lat * radians) * Math.cos(b.lat * radians);
  const haversine = sine(b.lat - a.lat) + cosines * sine(b.lon - a.lon);
  return 2 * EARTH_RADIUS_METRES * Math.asin(Math.min(1, Math.sqrt(haversine)));
}

/** Asks until there is no more, and returns what was found, in all answers. */
function askAll(ask: (after: SpatialAnswer['next']) => SpatialAnswer): {
  readonly slots: number[];
  readonly metres: number[];
} {
  const found = [];
  let after: SpatialAnswer['next'];
  do {
    const answer = ask(after);
    assert.notDeepEqual(answer.next, after ?? {}, 'each answer gets further');
    assert.ok(found.length <= MOST_SLOTS, 'each slot is found once');
    found.push(...answer.found);
    after = answer.next;
  } while (after !== undefined);
  return {
    slots: found.map(({ slot }) => slot),
    metres: found.map(({ distanceMetres }) => distanceMetres),
  };
}

/** An index of spots, whose slots are their numbers in the list. */
function indexOf(spots: readonly Spot[]): SpatialIndex {
  const index = new SpatialIndex();
  for (const [slot, { lat, lon }] of spots.entries()) index.put(slot, lat, lon);
  return index;
}

const anyLatitude = fc.integer({ min: -POLE, max: POLE });
const anyLongitude = fc.integer({ min: -ANTIMERIDIAN, max: ANTIMERIDIAN });
/** Anywhere; in a city; at a pole; around the 180th meridian; on few points, so on the same ones. */
const anySpot: fc.Arbitrary<Spot> = fc.oneof(
  fc.record({ lat: anyLatitude, lon: anyLongitude }),
  fc.record({
    lat: fc.integer({ min: 340_000_000, max: 340_100_000 }),
    lon: fc.integer({ min: -1_182_000_000, max: -1_181_900_000 }),
  }),
  fc.record({
    lat: fc.constantFrom(POLE, POLE - 1, POLE - 90_000, -POLE, 40_000 - POLE),
    lon: anyLongitude,
  }),
  fc.record({
    lat: fc.integer({ min: -3_000, max: 3_000 }),
    lon: fc
      .integer({ min: -5_000, max: 5_000 })
      .map((off) => (off <= 0 ? ANTIMERIDIAN + off : off - ANTIMERIDIAN)),
  }),
  fc.record({ lat: fc.constantFrom(0, 1, POLE), lon: fc.constantFrom(-ANTIMERIDIAN, 0, 1) }),
);
/** What is done to a slot: most are put somewhere, some removed. */
const anyChange = fc.record({
  slot: fc.nat(120),
  spot: fc.option(anySpot, { freq: 6, nil: undefined }),
});

/** An index after many changes, and where each slot is then. */
const anyIndex = fc.array(anyChange, { maxLength: 400, size: 'max' }).map((changes) => {
  const index = new SpatialIndex();
  const spots = new Map<number, Spot>();
  for (const { slot, spot } of changes) {
    if (spot === undefined) {
      index.remove(slot);
      spots.delete(slot);
    } else {
      index.put(slot, spot.lat, spot.lon);
      spots.set(slot, spot);
    }
  }
  return { index, spots };
});

/**
 * Checks an answer against all spots: the distances are right and rise, slots of one distance rise, and
 * exactly those are there that `belongs` says; where it says undefined, either is right.
 */
function check(
  answer: { readonly slots: number[]; readonly metres: number[] },
  spots: ReadonlyMap<number, Spot>,
  from: Spot,
  belongs: (slot: number, spot: Spot, metres: number) => boolean | undefined,
): void {
  const { slots, metres } = answer;
  for (const [n, slot] of slots.entries()) {
    const spot = spots.get(slot);
    assert.ok(spot !== undefined, `slot ${slot} is not there`);
    const [here = 0, before = -1] = [metres[n], metres[n - 1]];
    // The square root makes much of rounding where two points are opposite each other.
    const tolerance = here > 19_000_000 ? 1 : ROUNDING_METRES;
    assert.ok(Math.abs(metresBetween(from, spot) - here) < tolerance);
    assert.ok(before < here || (before === here && (slots[n - 1] ?? -1) < slot), 'the order');
  }
  const found = new Set(slots);
  assert.equal(found.size, slots.length);
  for (const [slot, spot] of spots) {
    const expected = belongs(slot, spot, metresBetween(from, spot));
    if (expected !== undefined) assert.equal(found.has(slot), expected, `slot ${slot}`);
  }
}

const anyPage = fc.constantFrom(1, 3, 50, MAX_FOUND);
const anyMaxVisits = fc.constantFrom(0, 40, 100_000);
const anyRadius = fc.oneof(
  fc.constantFrom(0, 1, 500, 20_100_000, Infinity),
  fc.double({ min: 0, max: 20_000_000, noNaN: true }),
);

describe('against a look at every slot', () => {
  test('the nearest, in pages, with any radius and any bound on the work', () => {
    fc.assert(
      fc.property(
        anyIndex,
        anySpot,
        anyRadius,
        anyPage,
        anyMaxVisits,
        ({ index, spots }, from, radiusMetres, limit, maxVisits) => {
          assert.equal(index.size, spots.size);
          const answer = askAll((after) =>
            index.nearest(from.lat, from.lon, { limit, radiusMetres, after, maxVisits }),
          );
          check(answer, spots, from, (_, _spot, metres) =>
            Math.abs(metres - radiusMetres) < 1 ? undefined : metres < radiusMetres,
          );
        },
      ),
    );
  });

  test('the first page has the nearest of all that are accepted', () => {
    fc.assert(
      fc.property(anyIndex, anySpot, anyPage, ({ index, spots }, from, limit) => {
        const accepts = (slot: number): boolean => slot % 3 !== 0;
        const { found } = index.nearest(from.lat, from.lon, { limit, accepts });
        const accepted = [...spots].filter(([slot]) => accepts(slot));
        assert.equal(found.length, Math.min(limit, accepted.length));
        assert.ok(found.every(({ slot }) => accepts(slot)));
        const metres = accepted.map(([, spot]) => metresBetween(from, spot)).sort((a, b) => a - b);
        for (const [n, { distanceMetres }] of found.entries()) {
          assert.ok(Math.abs(distanceMetres - (metres[n] ?? 0)) < 1);
        }
      }),
    );
  });

  test('all in a box, in pages', () => {
    fc.assert(
      fc.property(
        anyIndex,
        fc.tuple(anySpot, anySpot),
        anyPage,
        anyMaxVisits,
        ({ index, spots }, [one, other], limit, maxVisits) => {
          const southE7 = Math.min(one.lat, other.lat);
          const northE7 = Math.max(one.lat, other.lat);
          const [westE7, eastE7] = [one.lon, other.lon];
          const edges = { southE7, westE7, northE7, eastE7 };
          const { slots } = askAll((after) => index.inBox(edges, { limit, after, maxVisits }));
          const inside = [...spots].filter(([, spot]) => isInside(spot, edges));
          assert.deepEqual(
            slots.toSorted((a, b) => a - b),
            inside.map(([slot]) => slot).sort((a, b) => a - b),
          );
        },
      ),
    );
  });
});

/** Whether a spot is in a box: 180 and minus 180 degrees are one meridian, a pole is on all of them. */
function isInside({ lat, lon }: Spot, edges: Parameters<SpatialIndex['inBox']>[0]): boolean {
  const { southE7, westE7, northE7, eastE7 } = edges;
  if (lat < southE7 || lat > northE7) return false;
  const names = Math.abs(lon) === ANTIMERIDIAN ? [lon, -lon] : [lon];
  return (
    Math.abs(lat) === POLE ||
    names.some((name) =>
      westE7 <= eastE7 ? westE7 <= name && name <= eastE7 : name >= westE7 || name <= eastE7,
    )
  );
}

describe('edges of the map', () => {
  test('at a pole every longitude is the same point', () => {
    const index = indexOf([0, 450_000_000, -ANTIMERIDIAN].map((lon) => ({ lat: POLE, lon })));
    const { found } = index.nearest(POLE, 900_000_000, { limit: 3, radiusMetres: 0 });
    assert.deepEqual(
      found,
      [0, 1, 2].map((slot) => ({ slot, distanceMetres: 0 })),
    );
    const box = { southE7: 890_000_000, westE7: 10, northE7: POLE, eastE7: 20 };
    assert.equal(index.inBox(box, { limit: 3 }).found.length, 3);
  });

  test('across a pole it is as far as the latitudes say', () => {
    const index = indexOf([{ lat: 899_000_000, lon: 0 }]);
    const { found } = index.nearest(899_000_000, ANTIMERIDIAN, { limit: 1 });
    const expected = (0.2 * Math.PI * EARTH_RADIUS_METRES) / 180;
    assert.ok(Math.abs((found[0]?.distanceMetres ?? 0) - expected) < ROUNDING_METRES);
  });

  test('180 and minus 180 degrees are one meridian', () => {
    const index = indexOf([ANTIMERIDIAN, -ANTIMERIDIAN].map((lon) => ({ lat: 5, lon })));
    for (const lon of [ANTIMERIDIAN, -ANTIMERIDIAN]) {
      const { found } = index.nearest(5, lon, { limit: 9, radiusMetres: 0 });
      assert.deepEqual(
        found.map(({ slot }) => slot),
        [0, 1],
      );
      const edge = { southE7: 0, westE7: lon, northE7: 9, eastE7: lon };
      assert.equal(index.inBox(edge, { limit: 9 }).found.length, 2);
    }
    const across = { southE7: 0, westE7: ANTIMERIDIAN - 1, northE7: 9, eastE7: 1 - ANTIMERIDIAN };
    assert.equal(index.inBox(across, { limit: 9 }).found.length, 2);
    const elsewhere = {
      southE7: 0,
      westE7: 1 - ANTIMERIDIAN,
      northE7: 9,
      eastE7: ANTIMERIDIAN - 1,
    };
    assert.equal(index.inBox(elsewhere, { limit: 9 }).found.length, 0);
  });

  test('the nearest is found on the other side of the 180th meridian', () => {
    const index = indexOf([
      { lat: 0, lon: ANTIMERIDIAN - 10 },
      { lat: 0, lon: 100 - ANTIMERIDIAN },
    ]);
    const { found } = index.nearest(0, 40 - ANTIMERIDIAN, { limit: 1 });
    assert.equal(found[0]?.slot, 0);
  });
});

describe('bounds on the work', () => {
  /** Spots in a square whose sides are so long, in 1e-7 degrees. */
  const square = (count: number, side: number): Spot[] => {
    const perSide = Math.ceil(Math.sqrt(count));
    const step = Math.max(1, Math.floor(side / perSide));
    return Array.from({ length: count }, (_, n) => ({
      lat: 400_000_000 + (n % perSide) * step,
      lon: 100_000_000 + Math.floor(n / perSide) * step,
    }));
  };
  const MIDDLE = 0.5;
  const ask = (index: SpatialIndex, side: number, question: SpatialQuestion): SpatialAnswer =>
    index.nearest(400_000_000 + side * MIDDLE, 100_000_000 + side * MIDDLE, question);

  test('ten nearest cost the same among a thousand on a continent and 100,000 in a stadium', () => {
    for (const [count, side] of [
      [1_000, 300_000_000],
      [100_000, 300_000_000],
      [100_000, 20_000],
    ] as const) {
      const { found, visits } = ask(indexOf(square(count, side)), side, { limit: 10 });
      assert.equal(found.length, 10);
      assert.ok(visits < 300, `${visits} visits among ${count} within ${side}`);
    }
  });

  test('the nearest of two on the whole Earth takes no walk through empty cells', () => {
    const index = indexOf([
      { lat: 1, lon: 1 },
      { lat: -800_000_000, lon: -1_700_000_000 },
    ]);
    const { found, visits } = index.nearest(800_000_000, 1_700_000_000, { limit: 2 });
    assert.equal(found.length, 2);
    assert.ok(visits < 100, `${visits} visits`);
  });

  test('a question that accepts nobody stops, and goes on with the next', () => {
    const side = 1_000_000;
    const index = indexOf(square(20_000, side));
    let questions = 0;
    const { slots } = askAll((after) => {
      questions += 1;
      const answer = ask(index, side, { limit: 10, accepts: () => false, maxVisits: 2_000, after });
      assert.ok(answer.visits < 4_000, `${answer.visits} visits`);
      return answer;
    });
    assert.deepEqual(slots, []);
    assert.ok(questions > 5, `${questions} questions`);
  });

  test('a page far out does not look at what is nearer again', () => {
    const side = 1_000_000;
    const index = indexOf(square(40_000, side));
    let total = 0;
    const { slots } = askAll((after) => {
      const answer = ask(index, side, { limit: 1_000, after });
      total += answer.visits;
      return answer;
    });
    assert.equal(new Set(slots).size, 40_000);
    assert.ok(total < 400_000, `${total} visits for 40 pages`);
  });

  test('where nearly all have gone, a question does not look at the cells that they were in', () => {
    const side = 1_000_000;
    const index = indexOf(square(20_000, side));
    for (let slot = 0; slot < 20_000; slot++) if (slot % 8_000 !== 0) index.remove(slot);
    const { found, visits } = ask(index, side, { limit: 10 });
    assert.equal(found.length, 3);
    assert.ok(visits < 10, `${visits} visits`);
  });

  test('many at one point: each is found once, and adding and removing them is not quadratic', () => {
    const index = new SpatialIndex();
    const count = 100_000;
    for (let slot = 0; slot < count; slot++) index.put(slot, 7, 7);
    const first = index.nearest(7, 7, { limit: 3 });
    assert.deepEqual(
      first.found.map(({ slot }) => slot),
      [0, 1, 2],
    );
    const { next: after } = first;
    const second = index.nearest(7, 7, { limit: 3, after });
    assert.deepEqual(
      second.found.map(({ slot }) => slot),
      [3, 4, 5],
    );
    const full = index.sizeBytes;
    for (let slot = 0; slot < count; slot++) index.remove(slot);
    assert.equal(index.size, 0);
    assert.deepEqual(index.nearest(7, 7, { limit: 3 }).found, []);
    for (let slot = 0; slot < count; slot++) index.put(slot, slot * 9_000, 7);
    for (let slot = 0; slot < count; slot++) index.put(slot, 7, 7);
    assert.ok(index.sizeBytes < 2 * full, 'memory that was freed is used again');
  });
});

test('a question that makes no sense is refused', () => {
  const index = new SpatialIndex();
  const refused = (ask: () => unknown, message: RegExp): void => {
    assert.throws(ask, { code: 'SPATIAL_QUESTION_INVALID', message });
  };
  refused(() => index.nearest(POLE + 1, 0, { limit: 1 }), /^latitude is 900000001, expected -9/);
  refused(() => index.nearest(0, Number.NaN, { limit: 1 }), /^longitude is NaN/);
  refused(() => index.nearest(0, 0, { limit: 0 }), /^limit is 0, expected 1 to 10000/);
  refused(() => index.nearest(0, 0, { limit: 1.5 }), /^limit is 1.5, expected a whole number/);
  refused(() => index.nearest(0, 0, { limit: 1, radiusMetres: -1 }), /^radius is -1/);
  const box = { southE7: 5, westE7: 0, northE7: 4, eastE7: 0 };
  refused(() => index.inBox(box, { limit: 1 }), /^south is 5, expected -900000000 to 4/);
});
