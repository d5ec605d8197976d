import { PLACES_FILE } from '#src/places/geonames/provider.js';
import {
  UNITS_PER_DEGREE,
  valueAt,
  type IndexedPlace,
  type PlaceColumns,
} from '#src/places/place-index/place-index.js';
import { openPlaceIndex } from '#src/places/place-index/read-index.js';
import { recordText } from '#src/places/place-index/record.js';
import { encodeIndex } from '#src/places/place-index/write-index.js';
import type { Position } from '#src/protocol/position.js';
import { quasiRandom } from '../load/quasi-random.ts';

/** How far a made place lies from the embedded one that it stands for, at the most, in degrees: some 2 km. */
const APART_DEGREES = 0.02;

/** Where the embedded places are, and how prominent each is. */
export type Spread = Pick<PlaceColumns, 'latitudes' | 'longitudes' | 'prominences'>;

export async function readSpread(): Promise<Spread> {
  const index = await openPlaceIndex(PLACES_FILE);
  await index.close();
  return index.columns;
}

/** Of `count` places that are spread as the embedded ones, the one of a number. */
export function positionIn(spread: Spread, i: number, count: number): Position {
  const place = Math.floor((i * spread.latitudes.length) / count);
  const [u, v] = quasiRandom(i);
  const apart = (share: number): number => (2 * share - 1) * APART_DEGREES;
  const degrees = (column: Int32Array): number => valueAt(column, place) / UNITS_PER_DEGREE;
  return {
    latitude: within(degrees(spread.latitudes) + apart(u), 90),
    longitude: within(degrees(spread.longitudes) + apart(v), 180),
  };
}

function within(degrees: number, most: number): number {
  return Math.min(Math.max(degrees, -most), most);
}

/** A place index, as bytes, of so many places that are spread as the embedded ones, and say as much. */
export function scaledIndex(spread: Spread, count: number): Buffer {
  const places = Array.from({ length: count }, (_, i): IndexedPlace => {
    const { latitude, longitude } = positionIn(spread, i, count);
    return {
      latitude: Math.round(latitude * UNITS_PER_DEGREE),
      longitude: Math.round(longitude * UNITS_PER_DEGREE),
      prominence: valueAt(spread.prominences, Math.floor((i * spread.prominences.length) / count)),
      kind: 0,
      record: recordText({
        id: `place:${i}`,
        name: `The place ${i}`,
        vicinity: 'Some Region',
        country: 'US',
        details: undefined,
        more: undefined,
      }),
    };
  });
  const kinds = [{ types: ['locality', 'political'], measure: 'population' }];
  return Buffer.concat(encodeIndex(places, { kinds, attributions: [], madeFrom: 'a benchmark' }));
}
