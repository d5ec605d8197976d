import { coordinate } from '../coordinate.ts';
import type { NearbyQuery } from '../provider.ts';
import { DESTINATION, LANDMARK, tagsOfWeight } from './kinds.ts';

/** What makes a thing with a name a place, in OpenStreetMap's tags. */
const FILTERS = [
  '[amenity]',
  '[shop]',
  '[tourism]',
  '[leisure]',
  '[historic]',
  '[aeroway=aerodrome]',
  '[railway~"^(station|halt|tram_stop)$"]',
  // Not the points where vehicles stop, nor the groups of all that belongs to a stop.
  '[public_transport~"^(station|platform)$"]',
];

/**
 * Circles that are searched one after the other until there is enough, in metres: in a city 250 m are
 * full of places, and all those within 50 km would be more than a server has time for.
 */
const CIRCLES_METRES = [250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000];

/** How many places are enough to choose 20 from. With fewer, the whole radius has been searched. */
export const ENOUGH = 60;

/**
 * The most places that are sent of a weight, nodes, ways and relations: a server sends those of one type
 * after those of the other, and is not to leave out all areas for the points before them. All of them,
 * with their tags, are some 500 kB.
 */
const MOST = { node: 120, way: 80, relation: 20 };

/**
 * The question in Overpass QL: all places of the smallest of the circles that has `ENOUGH`, else of
 * the whole radius; where they are very many, so many of each weight. A place is a node, or a way or
 * relation by its centre.
 *
 * @param seconds how long the server may take
 * @see https://wiki.openstreetmap.org/wiki/Overpass_API/Overpass_QL
 */
export function overpassQuery(query: NearbyQuery, seconds: number): string {
  const latitude = coordinate(query.latitude);
  const longitude = coordinate(query.longitude);
  const smaller = CIRCLES_METRES.filter((metres) => metres < query.radiusMetres);
  const searches = [...smaller, query.radiusMetres].map((metres) => {
    const circle = `(around:${coordinate(metres)},${latitude},${longitude})`;
    return `(${FILTERS.map((filter) => `nwr${circle}[name]${filter};`).join('')})->.places;`;
  });
  const [first = '', ...further] = searches;
  const steps = further.map((search) => `if(places.count(nwr)<${ENOUGH}){${search}}`);
  return [
    `[out:json][timeout:${seconds}];`,
    first,
    ...steps,
    `${ofWeight('places', LANDMARK)}->.landmarks;`,
    '(.places; - .landmarks;)->.lesser;',
    `${ofWeight('lesser', DESTINATION)}->.destinations;`,
    '(.lesser; - .destinations;)->.others;',
    ...['landmarks', 'destinations', 'others'].map(output),
  ].join('\n');
}

/** Those of a set that have a tag of this weight, in a list of several values as well. */
function ofWeight(set: string, weight: number): string {
  const selections = [...tagsOfWeight(weight)].map(
    ([key, values]) => `nwr.${set}[${key}~"(^|; *)(${values.join('|')})( *;|$)"];`,
  );
  return `(${selections.join('')})`;
}

function output(set: string): string {
  return Object.entries(MOST)
    .map(([type, most]) => `${type}.${set};out tags center ${most};`)
    .join('');
}
