import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { RANKS, type Rank } from '../choices.ts';
import type { PlaceType } from '../place-types.ts';
import { haversineMetres, lowerBoundMetres } from './distance.ts';
import { hilbertKey } from './hilbert.ts';
import { decodeFooter, FOOTER_BYTES, tableParts } from './layout.ts';
import { UNITS_PER_DEGREE, type IndexedPlace, type PlaceIndex } from './place-index.ts';
import { searchIndex } from './search-index.ts';
import { encodeIndex } from './write-index.ts';

const TYPES: readonly PlaceType[] = ['atm', 'bank', 'zoo'];
/** More kinds than there are bits in a word, of which the last ones have types to ask for. */
const KINDS = [
  { types: [] },
  { types: ['atm', 'finance'] },
  { types: ['bank', 'atm'] },
  { types: ['zoo'] },
];
const RUNS = { seed: 20_261_127, numRuns: 300 };

/** Coordinates everywhere, and where it is hard: at the poles, at the antimeridian, and many in one spot. */
const latitude = fc.oneof(
  fc.double({ min: -90, max: 90, noNaN: true }),
  fc.constantFrom(-90, -89.999, 0, 0.0001, 89.999, 90),
);
const longitude = fc.oneof(
  fc.double({ min: -180, max: 180, noNaN: true }),
  fc.constantFrom(-180, -179.999, 0, 0.0001, 179.999, 180),
);

const place: fc.Arbitrary<IndexedPlace> = fc.record({
  latitude: latitude.map(toUnits),
  longitude: longitude.map(toUnits),
  prominence: fc.oneof(fc.nat(3), fc.constantFrom(0, 2 ** 32 - 1)),
  kind: fc.nat(KINDS.length - 1),
  record: fc.constant('["id","name"]'),
});

const query = fc.record({
  latitude,
  longitude,
  radiusMetres: fc.oneof(
    fc.double({ min: 1, max: 50_000, noNaN: true }),
    fc.constantFrom(2_000_000, 10_000_000, 21_000_000),
  ),
  choices: fc.record({
    rank: fc.constantFrom(...RANKS),
    types: fc.subarray([...TYPES]),
    language: fc.constant(undefined),
  }),
});

function toUnits(degrees: number): number {
  return Math.round(degrees * UNITS_PER_DEGREE);
}

/** An index in memory, by way of the bytes of its file. */
function indexOf(places: readonly IndexedPlace[]): PlaceIndex {
  const file = Buffer.concat(encodeIndex(places, { kinds: KINDS, attributions: [], madeFrom: '' }));
  const footer = decodeFooter(file.subarray(-FOOTER_BYTES), (bytes) => checksumIn(file, bytes));
  const table = Uint8Array.from(file.subarray(footer.recordBytes, -FOOTER_BYTES)).buffer;
  const { columns, nodes } = tableParts(table, footer.places, footer.types);
  const types = TYPES.filter((type) => KINDS.some((kind) => kind.types.includes(type)));
  return { columns, nodes, kinds: KINDS, types, attributions: [], madeFrom: '' };
}

/** What the footer says of itself: files that are damaged are read-index.test.ts's. */
function checksumIn(file: Buffer, _bytes: Uint8Array): number {
  return file.readUInt32LE(file.length - 12);
}

type Query = Parameters<typeof searchIndex>[1];

/** Finds by looking at every place. */
function bruteForce({ columns, kinds }: PlaceIndex, { choices, ...around }: Query): number[] {
  const all = [...columns.kinds].map((kind, number) => ({
    number,
    kind,
    prominence: columns.prominences[number] ?? NaN,
    metres: haversineMetres(around, {
      latitude: (columns.latitudes[number] ?? NaN) / UNITS_PER_DEGREE,
      longitude: (columns.longitudes[number] ?? NaN) / UNITS_PER_DEGREE,
    }),
  }));
  type Found = (typeof all)[number];
  const byDistance = (a: Found, b: Found): number => a.metres - b.metres || a.number - b.number;
  const orders: Record<Rank, (a: Found, b: Found) => number> = {
    distance: byDistance,
    prominence: (a, b) => b.prominence - a.prominence || byDistance(a, b),
  };
  return all
    .filter(({ metres }) => metres <= around.radiusMetres)
    .filter(
      ({ kind }) =>
        choices.types.length === 0 ||
        choices.types.some((type) => kinds[kind]?.types.includes(type)),
    )
    .sort(orders[choices.rank])
    .map(({ number }) => number);
}

test('a search finds what brute force finds, in its order, by each rank and type', () => {
  let found = 0;
  fc.assert(
    fc.property(
      fc.array(place, { maxLength: 200, size: 'max' }),
      query,
      fc.integer({ min: 1, max: 40 }),
      (places, query, most) => {
        const index = indexOf(places);
        const expected = bruteForce(index, query);
        found += expected.length;
        assert.deepEqual(searchIndex(index, query, most), expected.slice(0, most));
      },
    ),
    RUNS,
  );
  assert(found > 1000, `${found} in all: the places say little`);
});

test('three levels of nodes are searched as two are', () => {
  const places = Array.from({ length: 40 * 40 }, (_, i) => ({
    latitude: toUnits(50 + Math.floor(i / 40) / 100),
    longitude: toUnits((i % 40) / 100),
    prominence: i % 7,
    kind: i % KINDS.length,
    record: '["id","name"]',
  }));
  const index = indexOf(places);
  for (const rank of RANKS) {
    const choices = { rank, types: ['zoo' as const], language: undefined };
    const query = { latitude: 50.2, longitude: 0.2, radiusMetres: 30_000, choices };
    const expected = bruteForce(index, query);
    assert(expected.length > 100);
    assert.deepEqual(searchIndex(index, query, Infinity), expected);
  }
});

test('no point of a box is nearer than its lower bound', () => {
  const box = fc.tuple(latitude, latitude, longitude, longitude).map(([a, b, c, d]) => ({
    south: Math.min(a, b),
    north: Math.max(a, b),
    west: Math.min(c, d),
    east: Math.max(c, d),
  }));
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(latitude, longitude, box, share, share, (latitude, longitude, box, x, y) => {
      const inside = {
        latitude: box.south + y * (box.north - box.south),
        longitude: box.west + x * (box.east - box.west),
      };
      const from = { latitude, longitude };
      assert(lowerBoundMetres(from, box) <= haversineMetres(from, inside));
    }),
    { ...RUNS, numRuns: 2_000 },
  );
});

test('the curve visits each cell once, and goes from one to the next beside it', () => {
  // A cell of 1/16 of the globe's sides, by the first bits of the key.
  const cells = new Map<number, { x: number; y: number }>();
  for (let x = 0; x < 16; x++) {
    for (let y = 0; y < 16; y++) {
      const latitude = toUnits(((y + 0.5) / 16) * 180 - 90);
      const longitude = toUnits(((x + 0.5) / 16) * 360 - 180);
      cells.set(Math.floor(hilbertKey(latitude, longitude) / 4 ** 22), { x, y });
    }
  }
  assert.equal(cells.size, 256);
  for (let i = 1; i < 256; i++) {
    const [a, b] = [cells.get(i - 1), cells.get(i)];
    assert(a !== undefined && b !== undefined);
    assert.equal(Math.abs(a.x - b.x) + Math.abs(a.y - b.y), 1);
  }
});
