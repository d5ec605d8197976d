import { open } from 'node:fs/promises';

import {
  MAX_PLACES,
  type EmbeddedPlaces,
  type Place,
  type PlacesPage,
  type PlaceTraits,
} from '../provider.ts';
import {
  coordinatesOf,
  dataError,
  decodeCities,
  NO_REGION,
  textAt,
  valueOf,
  type Cities,
} from './cities-file.ts';
import { KINDS, kindsOfTypes } from './kinds.ts';
import { findCities } from './search.ts';

/** Where the build puts the cities: beside this module, wherever it is bundled. */
export const CITIES_FILE = new URL(import.meta.resolve('#src/places/geonames/cities.bin'));

/** What GeoNames' licence asks to be shown with its data. */
const ATTRIBUTION =
  'Places: <a href="https://www.geonames.org/">GeoNames</a>, ' +
  '<a href="https://creativecommons.org/licenses/by/4.0/">CC BY 4.0</a>';

/** How long a file that cannot be used is not read again, in milliseconds: it takes some time, for nothing. */
const READ_AGAIN_MS = 60_000;

/** What is to be known of the answers. */
export const GEONAMES_TRAITS: PlaceTraits = {
  ranking: 'prominence',
  languages: 'asked',
  typesPerCall: 'several',
  tellsTypes: true,
  typesFor: (type) => (kindsOfTypes([type]).length > 0 ? [type] : []),
};

/**
 * GeoNames' cities, towns and villages of the world, from the file that the build made. The first
 * question reads it; where it cannot be used, that one fails and those of the next minute.
 *
 * @param now a clock in milliseconds that only goes forward
 */
export function createGeonamesProvider(
  file: URL,
  now: () => number = () => performance.now(),
): EmbeddedPlaces {
  const inEnglish = countryNamesIn('en');
  let loading: Promise<Cities> | undefined;
  let failedMs = Infinity;

  function load(): Promise<Cities> {
    if (now() - failedMs >= READ_AGAIN_MS) loading = undefined;
    if (loading !== undefined) return loading;
    failedMs = Infinity;
    loading = loadCities(file);
    loading.catch(() => {
      failedMs = now();
    });
    return loading;
  }

  return {
    name: 'geonames',
    async nearby(query, { signal }) {
      const cities = await load();
      signal.throwIfAborted();
      const found = findCities(cities, query, MAX_PLACES + 1);
      const { language } = query.choices;
      const countryNames = language === undefined ? inEnglish : countryNamesIn(language);
      const results = found.slice(0, MAX_PLACES).map((city) => toPlace(cities, city, countryNames));
      const status = found.length === 0 ? 'ZERO_RESULTS' : 'OK';
      const page: PlacesPage = { html_attributions: [ATTRIBUTION], results, status };
      return { page, complete: found.length <= MAX_PLACES };
    },
  };
}

function countryNamesIn(language: string): Intl.DisplayNames {
  return new Intl.DisplayNames([language, 'en'], { type: 'region' });
}

/** @throws {UpstreamError} where the file cannot be read or is damaged */
async function loadCities(file: URL): Promise<Cities> {
  const buffer = await readBuffer(file).catch((error: unknown) => {
    throw dataError(String(error));
  });
  return decodeCities(buffer);
}

/** Reads straight into the buffer that is kept: a copy of it would delay everything else. */
async function readBuffer(file: URL): Promise<ArrayBuffer> {
  await using handle = await open(file);
  const { size } = await handle.stat();
  const bytes = new Uint8Array(size);
  const { bytesRead } = await handle.read(bytes);
  if (bytesRead !== size) throw new Error(`Read ${bytesRead} of ${size} bytes.`);
  return bytes.buffer;
}

function toPlace(cities: Cities, city: number, countryNames: Intl.DisplayNames): Place {
  const { latitude, longitude } = coordinatesOf(cities, city);
  return {
    name: textAt(cities.nameEnds, cities.names, city),
    place_id: `geonames:${valueOf(cities.ids, city)}`,
    geometry: { location: { lat: latitude, lng: longitude } },
    types: KINDS[valueOf(cities.kinds, city)]?.types ?? [],
    vicinity: vicinityOf(cities, city, countryNames),
    population: valueOf(cities.populations, city),
    prominence: valueOf(cities.populations, city),
  };
}

/** "California, United States", the country in the language that is asked for, or the country alone where no region, or none of another name, is known. */
function vicinityOf(cities: Cities, city: number, countryNames: Intl.DisplayNames): string {
  const code = valueOf(cities.countries, city);
  const countryCode = String.fromCharCode(code >> 8, code & 0xff);
  const country = countryNames.of(countryCode) ?? countryCode;
  const place = valueOf(cities.regions, city);
  if (place === NO_REGION) return country;
  const region = textAt(cities.regionEnds, cities.regionNames, place);
  return region === country ? country : `${region}, ${country}`;
}
