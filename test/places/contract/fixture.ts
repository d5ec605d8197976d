import type { NearbyQuery, PlaceProvider, PlacesPage } from '#src/places/provider.js';
import { DEFAULT_CHOICES } from '#src/places/choices.js';

/** The key of every provider that has one; written otherwise in a URL, and otherwise in JSON. */
export const KEY = 'AIzaSyTest+Key/of=these&"tests"\\0123456789';

/** Where everybody asks. */
export const QUERY: NearbyQuery = {
  latitude: 34.06893,
  longitude: -118.445127,
  radiusMetres: 10_000,
  choices: DEFAULT_CHOICES,
};

/** A place that an upstream is to know. */
export interface KnownPlace {
  readonly id: number;
  readonly name: string;
  readonly latitude: number;
  readonly longitude: number;
}

/** A provider of which it is to be shown that it keeps the contract of all. */
export interface ProviderFixture {
  readonly name: string;
  /** What has to be in `html_attributions` of each page; `undefined` where there is nothing to show. */
  readonly attribution: RegExp | undefined;
  /** What may not come out of it; empty where it has none. */
  readonly key: string;
}

/** A provider whose upstream is reached over HTTP. */
export interface HttpFixture extends ProviderFixture {
  create(url: string): PlaceProvider;
  /** The upstream's answer with these places. */
  answer(places: readonly KnownPlace[]): string;
  /** A whole answer as it is documented, and the page that is to be made of it for `QUERY`. */
  readonly documented: { readonly answer: object; readonly page: PlacesPage };
  /** Documented refusals. */
  readonly refusals: readonly Refusal[];
  /** Answers with one place that is whole, and one that lacks what no place can be passed on without. */
  readonly lacking: Readonly<Record<string, unknown>>;
  /** JSON that is not an answer of this upstream. */
  readonly malformed: Readonly<Record<string, unknown>>;
}

/** An answer that says no, and what is to become of it. */
export interface Refusal {
  readonly name: string;
  readonly httpStatus: number;
  readonly body: string;
  readonly code: 'UPSTREAM_HTTP_STATUS' | 'UPSTREAM_REFUSED';
  readonly status: PlacesPage['status'];
  /** The client's `error_message`. */
  readonly message: string;
  /** What is in the operator's text beyond it. */
  readonly detail: string;
  readonly retryAfterMs?: number;
}

/** Places in a row to the north of `QUERY`, 10 m apart. */
export function placesInARow(count: number): KnownPlace[] {
  return Array.from({ length: count }, (_, i) => ({
    id: i + 1,
    name: `Café “${i + 1}” 喫茶店`,
    latitude: QUERY.latitude + i * 0.0001,
    longitude: QUERY.longitude,
  }));
}

/** One place that is some kilometres north of `QUERY`. */
export function placeAtKilometres(kilometres: number): KnownPlace {
  const latitude = QUERY.latitude + kilometres / ((6371 * Math.PI) / 180);
  return { id: 1, name: 'Here', latitude, longitude: QUERY.longitude };
}
