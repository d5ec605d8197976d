import { UNITS_PER_DEGREE, type IndexedPlace } from '#src/places/place-index/place-index.js';
import { recordText } from '#src/places/place-index/record.js';
import { encodeIndex } from '#src/places/place-index/write-index.js';
import type { Position } from '#src/protocol/position.js';
import { quasiRandom } from '../load/quasi-random.ts';

/** In each city: in its middle ten to the square kilometre, so that most circles have more than a page. */
const PLACES_PER_CITY = 4_000;
/** How far from a city's middle they are, as a standard deviation in metres. */
const SPREAD_METRES = 8_000;
const METRES_PER_DEGREE = 111_195;

/**
 * A place index, as bytes, of made-up places in each city, always the same ones. No two cities reach into one circle.
 *
 * @param prominenceOf how prominent a city's place of a number is
 */
export function cityPlaces(
  cities: readonly Position[],
  prominenceOf: (place: number) => number,
): Buffer {
  const places = cities.flatMap((city, index) =>
    Array.from({ length: PLACES_PER_CITY }, (_, i) =>
      placeAt(spotIn(city, i), `${index}:${i}`, prominenceOf(i)),
    ),
  );
  const description = { kinds: [{ types: ['cafe'] }], attributions: [], madeFrom: 'a benchmark' };
  return Buffer.concat(encodeIndex(places, description));
}

/** Where a city's place of a number is: normally distributed around its middle. */
function spotIn({ latitude, longitude }: Position, i: number): Position {
  const [u, v] = quasiRandom(i);
  const metres = SPREAD_METRES * Math.sqrt(-2 * Math.log(u));
  const eastDegree = METRES_PER_DEGREE * Math.cos((latitude * Math.PI) / 180);
  return {
    latitude: latitude + (metres * Math.cos(2 * Math.PI * v)) / METRES_PER_DEGREE,
    longitude: longitude + (metres * Math.sin(2 * Math.PI * v)) / eastDegree,
  };
}

function placeAt({ latitude, longitude }: Position, id: string, prominence: number): IndexedPlace {
  const said = { vicinity: 'here', country: '', details: undefined, more: undefined };
  return {
    latitude: Math.round(latitude * UNITS_PER_DEGREE),
    longitude: Math.round(longitude * UNITS_PER_DEGREE),
    prominence,
    kind: 0,
    record: recordText({ id, name: `The place ${id}`, ...said }),
  };
}
