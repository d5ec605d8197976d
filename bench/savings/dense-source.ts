import { chordSquared, chordUnder, pointAt, type Point } from '#src/places/cache/sphere.js';
import type { Position } from '#src/protocol/position.js';
import type { NearbyQuery, Place, PlaceSource, SourceAnswer } from '#src/places/provider.js';

const MAX_PLACES = 20;
/** In each city: in its middle ten to the square kilometre, so that most circles have more than a page. */
const PLACES_PER_CITY = 4_000;
/** How far from a city's middle they are, as a standard deviation in metres. */
const SPREAD_METRES = 8_000;
const METRES_PER_DEGREE = 111_195;

interface KnownPlace {
  readonly place: Place;
  readonly point: Point;
}

/** A city that nobody lives outside of: its circles reach into no other one. */
interface City {
  readonly middle: Point;
  /** The best known first. */
  readonly places: readonly KnownPlace[];
}

/**
 * An upstream that answers every question exactly, of many made-up places in each city, always the same
 * ones.
 *
 * @param order what comes first: what is known best, or what is nearest
 */
export function createDenseSource(
  cities: readonly Position[],
  order: 'prominence' | 'distance',
): PlaceSource {
  const known = cities.map(makeCity);
  return {
    name: `dense, by ${order}`,
    async nearby(query) {
      const centre = pointAt(query);
      const city = nearest(known, centre);
      const best = order === 'prominence' ? bestKnown : nearestPlaces;
      return answer(best(city?.places ?? [], centre, query));
    },
  };
}

function makeCity({ latitude, longitude }: Position, index: number): City {
  const places = Array.from({ length: PLACES_PER_CITY }, (_, i) => {
    // The sequence of Roberts, "The Unreasonable Effectiveness of Quasirandom Sequences" (2018).
    const [u, v] = [((i + 1) * 0.754_877_666) % 1, ((i + 1) * 0.569_840_291) % 1];
    const metres = SPREAD_METRES * Math.sqrt(-2 * Math.log(u));
    const lat = latitude + (metres * Math.cos(2 * Math.PI * v)) / METRES_PER_DEGREE;
    const eastDegree = METRES_PER_DEGREE * Math.cos((latitude * Math.PI) / 180);
    const lng = longitude + (metres * Math.sin(2 * Math.PI * v)) / eastDegree;
    const id = `${index}:${i}`;
    const geometry = { location: { lat, lng } };
    const place: Place = { name: id, place_id: id, geometry, types: [], vicinity: '' };
    return { place, point: pointAt({ latitude: lat, longitude: lng }) };
  });
  return { middle: pointAt({ latitude, longitude }), places };
}

function nearest(cities: readonly City[], point: Point): City | undefined {
  return cities.toSorted(
    (a, b) => chordSquared(a.middle, point) - chordSquared(b.middle, point),
  )[0];
}

/** The straight way under a circle's radius, squared. */
function reachSquared({ radiusMetres }: NearbyQuery): number {
  return chordUnder(radiusMetres) ** 2;
}

function bestKnown(places: readonly KnownPlace[], centre: Point, query: NearbyQuery): Place[] {
  const reach = reachSquared(query);
  const found: Place[] = [];
  for (const { place, point } of places) {
    if (chordSquared(point, centre) > reach) continue;
    found.push(place);
    if (found.length > MAX_PLACES) break;
  }
  return found;
}

function nearestPlaces(places: readonly KnownPlace[], centre: Point, query: NearbyQuery): Place[] {
  const reach = reachSquared(query);
  return places
    .flatMap(({ place, point }) => {
      const squared = chordSquared(point, centre);
      return squared > reach ? [] : [{ place, squared }];
    })
    .sort((a, b) => a.squared - b.squared)
    .slice(0, MAX_PLACES + 1)
    .map(({ place }) => place);
}

/** @param found one more than a page has room for, where there are so many */
function answer(found: readonly Place[]): SourceAnswer {
  const page = {
    html_attributions: [],
    results: found.slice(0, MAX_PLACES),
    status: found.length === 0 ? 'ZERO_RESULTS' : 'OK',
  } as const;
  return { page, complete: found.length <= MAX_PLACES };
}
