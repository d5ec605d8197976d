import { coordinate } from '../coordinate.ts';
import type { NearbyQuery } from '../provider.ts';
import {
  ANY_SHOP,
  DESTINATION,
  LANDMARK,
  PLACE_TAGS,
  tagsOfTypes,
  tagsOfWeight,
} from '../osm/kinds.ts';

/** What makes a thing with a name a place, in OpenStreetMap's tags. */
const FILTERS = Array.from(PLACE_TAGS, ([key, values]) => {
  if (values === undefined) return `[${key}]`;
  return values.length === 1 ? `[${key}=${values[0]}]` : `[${key}~"^(${values.join('|')})$"]`;
});

/**
 * Circles that are searched one after the other until there is enough, in metres: in a city 250 m are
 * full of places, and all those within 50 km would be more than a server has time for.
 */
const CIRCLES_METRES = [250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000];

/** Smaller ones, for the nearest: all of their places are sent. */
const SMALL_CIRCLES_METRES = [50, 100];

/** How many places are enough to choose 20 from. With fewer, the whole radius has been searched. */
export const ENOUGH = 60;

/**
 * The most places that are sent of a weight, nodes, ways and relations: a server sends those of one type
 * after those of the other, and is not to leave out all areas for the points before them. All of them,
 * with their tags, are some 500 kB.
 */
const MOST = { node: 120, way: 80, relation: 20 };

/** The most that are sent of the nearest: more than are in any circle whose predecessor had too few. */
const MOST_NEAREST = { node: 600, way: 400, relation: 60 };

/**
 * The question in Overpass QL: all places of the smallest of the circles that has `ENOUGH`, else of
 * the whole radius; by prominence, where they are very many, so many of each weight. A place is a node, or a way or
 * relation by its centre.
 *
 * @param seconds how long the server may take
 * @see https://wiki.openstreetmap.org/wiki/Overpass_API/Overpass_QL
 */
export function overpassQuery(query: NearbyQuery, seconds: number): string {
  const { rank } = query.choices;
  const head = [`[out:json][timeout:${seconds}];`, ...searches(query)];
  if (rank === 'distance') return [...head, output('places', MOST_NEAREST)].join('\n');
  return [
    ...head,
    `${ofWeight('places', LANDMARK)}->.landmarks;`,
    '(.places; - .landmarks;)->.lesser;',
    `${ofWeight('lesser', DESTINATION)}->.destinations;`,
    '(.lesser; - .destinations;)->.others;',
    ...['landmarks', 'destinations', 'others'].map((set) => output(set, MOST)),
  ].join('\n');
}

/** The searches of the circles, each but for the first only where there is not enough yet. */
function searches(query: NearbyQuery): string[] {
  const { radiusMetres, choices } = query;
  const [latitude, longitude] = [coordinate(query.latitude), coordinate(query.longitude)];
  const filters = choices.types.length === 0 ? FILTERS : typeFilters(query);
  const small = choices.rank === 'distance' ? SMALL_CIRCLES_METRES : [];
  const smaller = [...small, ...CIRCLES_METRES].filter((metres) => metres < radiusMetres);
  return [...smaller, radiusMetres].map((metres, i) => {
    const circle = `(around:${coordinate(metres)},${latitude},${longitude})`;
    const search = `(${filters.map((filter) => `nwr${circle}[name]${filter};`).join('')})->.places;`;
    return i === 0 ? search : `if(places.count(nwr)<${ENOUGH}){${search}}`;
  });
}

/** What finds all places of these types, and perhaps some others, which the answer is rid of. */
function typeFilters({ choices: { types } }: NearbyQuery): string[] {
  const filters = Array.from(tagsOfTypes(types), ([key, values]) => oneOf(key, values));
  return types.includes(ANY_SHOP) ? [...filters, '[shop]'] : filters;
}

/** Those of a set that have a tag of this weight. */
function ofWeight(set: string, weight: number): string {
  const selections = Array.from(
    tagsOfWeight(weight),
    ([key, values]) => `nwr.${set}${oneOf(key, values)};`,
  );
  return `(${selections.join('')})`;
}

/** A tag with one of these values, in a list of several values as well. */
function oneOf(key: string, values: readonly string[]): string {
  return `[${key}~"(^|; *)(${values.join('|')})( *;|$)"]`;
}

function output(set: string, most: Readonly<Record<string, number>>): string {
  return Object.entries(most)
    .map(([type, count]) => `${type}.${set};out tags center ${count};`)
    .join('');
}
