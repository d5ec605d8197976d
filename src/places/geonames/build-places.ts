import { knownDetails, webUrl } from '../details.ts';
import { UNITS_PER_DEGREE, type IndexedPlace } from '../place-index/place-index.ts';
import { recordText } from '../place-index/record.ts';
import { encodeIndex } from '../place-index/write-index.ts';
import type { Moved, Regions, SourceAirport, SourceCity } from './build-sources.ts';
import { AIRPORT_KIND, kindOf, KINDS } from './kinds.ts';
import { namesByScript } from './names-by-script.ts';

/** What GeoNames' licence asks to be shown with its data; OurAirports' are in the public domain. */
const ATTRIBUTION =
  'Places: <a href="https://www.geonames.org/">GeoNames</a>, ' +
  '<a href="https://creativecommons.org/licenses/by/4.0/">CC BY 4.0</a>';

/**
 * As how many people's town an airport counts. OurAirports says which are large (major airline traffic, or a major
 * military base) and which medium (scheduled service, or regular other traffic), and whether flights are
 * scheduled; that a large one stands with cities of half a million is ours.
 *
 * @see https://ourairports.com/help/data-dictionary.html
 */
const LARGE_AIRPORT = 500_000;
const MEDIUM_AIRPORT = 50_000;
/** Of an airport without scheduled flights, as a share of the others. */
const UNSCHEDULED = 0.1;

/** What the embedded places are made from. */
export interface PlacesSource {
  readonly cities: readonly SourceCity[];
  readonly airports: readonly SourceAirport[];
  readonly regions: Regions;
  readonly moved: Moved;
}

/**
 * The index of the embedded places, piece by piece.
 *
 * @param madeFrom names what it was made from
 */
export function buildPlaces(source: PlacesSource, madeFrom: string): Uint8Array[] {
  const places = [
    ...source.cities.map((city) => placeOfCity(city, source)),
    ...source.airports.map(placeOfAirport),
  ];
  const kinds = KINDS.map(({ types, measure }) => ({ types, measure }));
  return encodeIndex(places, { kinds, attributions: [ATTRIBUTION], madeFrom });
}

function placeOfCity(city: SourceCity, { regions, moved }: PlacesSource): IndexedPlace {
  const { id, name, country, population } = city;
  const regionCode = moved.get(id) ?? city.regionCode;
  const names = namesByScript(city.otherNames);
  const record = {
    id: `geonames:${id}`,
    name,
    vicinity: regions.get(`${country}.${regionCode}`) ?? '',
    country,
    details: names && { names },
    more: undefined,
  };
  return {
    latitude: toUnits(city.latitude),
    longitude: toUnits(city.longitude),
    prominence: population,
    kind: kindOf(city.featureCode),
    record: recordText(record),
  };
}

function placeOfAirport(airport: SourceAirport): IndexedPlace {
  const { id, name, city, country, iata, type, scheduled, website } = airport;
  const people = type === 'large_airport' ? LARGE_AIRPORT : MEDIUM_AIRPORT;
  return {
    latitude: toUnits(airport.latitude),
    longitude: toUnits(airport.longitude),
    prominence: scheduled === 'yes' ? people : people * UNSCHEDULED,
    kind: AIRPORT_KIND,
    record: recordText({
      id: `ourairports:${id}`,
      name,
      vicinity: city,
      country,
      details: knownDetails({ website: webUrl(website) }),
      more: iata === '' ? undefined : { iata_code: iata },
    }),
  };
}

function toUnits(degrees: number): number {
  return Math.round(degrees * UNITS_PER_DEGREE);
}
