import assert from 'node:assert/strict';
import { test } from 'node:test';

import { UpstreamError } from '../upstream-error.ts';
import { buildCities, type SourceCity } from './build-cities.ts';
import {
  coordinatesOf,
  decodeCities,
  encodeCities,
  readInputsHash,
  textAt,
} from './cities-file.ts';

const HASH = Uint8Array.from({ length: 32 }, (_, i) => i + 1);

const REGIONS = new Map([
  ['CN.23', '上海市'],
  ['AD.03', 'Encamp'],
  ['AD.02', 'Canillo'],
]);

const SOURCE: SourceCity[] = [
  city(3_039_154, 'El Tarter', 'AD.02', 'PPL', 1_052, [1.65362, 42.57952]),
  city(12_145_745, 'Zürich (Kreis 1)', 'CH.ZH', 'PPLX', 0, [-179.99999, -89.99999]),
  city(1_796_236, '上海', 'CN.23', 'PPLA', 22_315_474, [180, 90]),
];

function city(
  cityId: number,
  name: string,
  region: string,
  featureCode: string,
  population: number,
  coordinates: [number, number],
): SourceCity {
  const [country = '', adminCode = ''] = region.split('.');
  return { cityId, name, country, featureCode, adminCode, population, loc: { coordinates } };
}

function encode(source: readonly SourceCity[]): Uint8Array<ArrayBuffer> {
  return encodeCities(buildCities(source, REGIONS), HASH);
}

function assertRefused(file: ArrayBuffer, detail: RegExp): void {
  assert.throws(
    () => decodeCities(file),
    (error) => {
      assert(error instanceof UpstreamError);
      assert.equal(error.code, 'UPSTREAM_DATA');
      assert.match(error.detail ?? '', detail);
      return true;
    },
  );
}

/** The file of `SOURCE` with one of its header's numbers replaced. */
function withHeader(word: number, value: number): ArrayBuffer {
  const { buffer } = encode(SOURCE);
  new Uint32Array(buffer, 0, 7)[word] = value;
  return buffer;
}

for (const count of [0, 1, 2, 3]) {
  test(`a file of ${count} cities is read as it was written`, () => {
    const source = SOURCE.slice(0, count);
    const { index, ...columns } = decodeCities(encode(source).buffer);
    const { index: builtIndex, ...builtColumns } = buildCities(source, REGIONS);
    assert.deepEqual(index, builtIndex);
    for (const [name, column] of Object.entries(builtColumns)) {
      assert.deepEqual([...columns[name as keyof typeof columns]], [...column], name);
    }
  });
}

test('the columns have what the source has', () => {
  const cities = decodeCities(encode(SOURCE).buffer);
  assert.deepEqual([...cities.ids], [3_039_154, 12_145_745, 1_796_236]);
  assert.deepEqual([...cities.populations], [1_052, 0, 22_315_474]);
  assert.deepEqual([...cities.kinds], [0, 1, 0]);
  assert.deepEqual([...cities.regions], [0, 0xffff, 1]);
  const regionNames = [0, 1].map((i) => textAt(cities.regionEnds, cities.regionNames, i));
  assert.deepEqual(regionNames, ['Canillo', '上海市']);
  assert.equal(cities.regionEnds.length, 2);
  assert.equal(Buffer.from(cities.names).toString(), 'El TarterZürich (Kreis 1)上海');
  assert.deepEqual([...cities.nameEnds], [9, 26, 32]);
  assert.deepEqual([...cities.countries], [0x4144, 0x4348, 0x434e]);
  for (const [i, { loc }] of SOURCE.entries()) {
    const [longitude, latitude] = loc.coordinates;
    assert.deepEqual(coordinatesOf(cities, i), { latitude, longitude });
  }
  assert.throws(() => coordinatesOf(cities, 3), UpstreamError);
});

test('a file says what it was built from', () => {
  assert.deepEqual([...readInputsHash(encode(SOURCE))], [...HASH]);
});

test('a file that was cut off, or is too long, is refused', () => {
  const { buffer } = encode(SOURCE);
  for (let length = 0; length < buffer.byteLength; length++) {
    assertRefused(buffer.slice(0, length), /whole header|bytes/);
  }
  assertRefused(Uint8Array.of(...new Uint8Array(buffer), 0).buffer, /bytes; \d+ were expected/);
});

test('another kind of file, byte order or version is refused', () => {
  assertRefused(withHeader(0, 0x47454f4e), /byte order/);
  assertRefused(new ArrayBuffer(1000), /not one of cities/);
  assertRefused(withHeader(1, 1), /version 1 .* version 2 was expected/);
});

test('a damaged index is refused', () => {
  const { buffer } = encode(SOURCE);
  new Uint8Array(buffer).fill(0, 64, 72);
  assertRefused(buffer, /index .* damaged/);
});

test('sizes that add up and are wrong all the same are refused', () => {
  const header = new Uint32Array(encode(SOURCE).buffer, 0, 7);
  const [, , count = 0, indexBytes = 0, nameBytes = 0] = header;
  const { buffer } = encode(SOURCE);
  new Uint32Array(buffer, 0, 7).set([indexBytes - 8, nameBytes + 8], 3);
  assertRefused(buffer, /index .* damaged/);
  new Uint32Array(buffer, 0, 7).set([count - 1, indexBytes, nameBytes + 25], 2);
  assertRefused(buffer, /index .* damaged/);
});
