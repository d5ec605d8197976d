import { distinctPlaces } from '../distinct-places.ts';
import { inLanguage } from '../in-language.ts';
import { MAX_PLACES, type EmbeddedPlaces, type Place, type PlacesPage } from '../provider.ts';
import { UpstreamError } from '../upstream-error.ts';
import { PlaceIndexError, valueAt, type PlaceRecord } from './place-index.ts';
import { openPlaceIndex, type OpenPlaceIndex } from './read-index.ts';
import { positionOf, searchIndex } from './search-index.ts';

/** How long a file that cannot be used is not read again, in milliseconds: it takes some time, for nothing. */
const READ_AGAIN_MS = 60_000;

export interface IndexProviderOptions {
  /** What the provider is called. */
  readonly name: string;
  readonly file: string | URL;
  /** What a client gets to see where the index cannot be used … */
  readonly message: string;
  /** … and what an operator can do about it, a sentence; added to what is wrong. */
  readonly remedy: string;
}

/** Places that end with the index they come from. */
export interface IndexedPlaces extends EmbeddedPlaces {
  /**
   * Opens the index, so that the first question need not wait for that. Never rejects: where the index cannot be used,
   * questions say so.
   */
  open(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Answers from a place index, which is opened by `open` or by the first question. Where it cannot be used, questions fail for
 * a minute; the next one reads it again.
 *
 * @param now a clock in milliseconds that only goes forward
 */
export function createIndexProvider(
  options: IndexProviderOptions,
  now: () => number = () => performance.now(),
): IndexedPlaces {
  const inEnglish = countryNamesIn('en');
  let opening: Promise<OpenPlaceIndex> | undefined;
  let failedMs = Infinity;

  function open(): Promise<OpenPlaceIndex> {
    if (now() - failedMs >= READ_AGAIN_MS) opening = undefined;
    if (opening !== undefined) return opening;
    failedMs = Infinity;
    opening = openPlaceIndex(options.file);
    opening.catch(() => {
      failedMs = now();
    });
    return opening;
  }

  return {
    name: options.name,
    async open() {
      await open().catch(() => undefined);
    },
    async nearby(query, { signal }) {
      const { language } = query.choices;
      const countryNames = language === undefined ? inEnglish : countryNamesIn(language);
      try {
        const index = await open();
        signal.throwIfAborted();
        const found = searchIndex(index, query, MAX_PLACES + 1);
        const records = await index.readRecords(found.slice(0, MAX_PLACES));
        const places = records.map((record, i) =>
          toPlace(index, valueAt(found, i), record, countryNames),
        );
        const results = distinctPlaces(places);
        const status = results.length === 0 ? 'ZERO_RESULTS' : 'OK';
        const page: PlacesPage = { html_attributions: index.attributions, results, status };
        return { page: inLanguage(page, language), complete: found.length <= MAX_PLACES };
      } catch (error) {
        throw error instanceof PlaceIndexError ? unusable(error, options) : error;
      }
    },
    async close() {
      // One that cannot be opened need not be closed.
      const index = await opening?.catch(() => undefined);
      await index?.close();
    },
  };
}

/** The names of countries by their codes. */
type CountryNames = (code: string) => string;

function countryNamesIn(language: string): CountryNames {
  const names = new Intl.DisplayNames([language, 'en'], { type: 'region' });
  const known = new Map<string, string>();
  return (code) => {
    const name = known.get(code) ?? names.of(code) ?? code;
    known.set(code, name);
    return name;
  };
}

function unusable(
  { message: cause }: PlaceIndexError,
  options: IndexProviderOptions,
): UpstreamError {
  const { file, message, remedy } = options;
  return new UpstreamError({
    code: 'UPSTREAM_DATA',
    status: 'UNKNOWN_ERROR',
    message,
    detail: `${String(file)}: ${cause}. ${remedy}`,
  });
}

function toPlace(
  index: OpenPlaceIndex,
  place: number,
  record: PlaceRecord,
  countryNames: CountryNames,
): Place {
  const { latitude, longitude } = positionOf(index, place);
  const { types, measure } = index.kinds[valueAt(index.columns.kinds, place)] ?? { types: [] };
  const prominence = valueAt(index.columns.prominences, place);
  const { id, name, details, more } = record;
  return {
    name,
    place_id: id,
    geometry: { location: { lat: latitude, lng: longitude } },
    types,
    vicinity: vicinityOf(record, countryNames),
    ...(measure !== undefined && { [measure]: prominence }),
    ...more,
    prominence,
    ...(details && { details }),
  };
}

/** "California, United States", the country in the language that is asked for; each alone where it is all that is known, or both are the same. */
function vicinityOf({ vicinity, country }: PlaceRecord, countryNames: CountryNames): string {
  if (country === '') return vicinity;
  const name = countryNames(country);
  return vicinity === '' || vicinity === name ? name : `${vicinity}, ${name}`;
}
