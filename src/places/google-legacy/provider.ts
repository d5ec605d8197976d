import { fetchText } from '../fetch-text.ts';
import type { NearbyQuery, PlaceProvider } from '../provider.ts';
import { UpstreamError } from '../upstream-error.ts';
import { parseAnswer } from './answer.ts';

const PATH = '/maps/api/place/nearbysearch/json';

/** The radii that Google takes, in metres. Those outside are asked as the nearest of the two. */
const MIN_RADIUS_METRES = 1;
const MAX_RADIUS_METRES = 50_000;

/** About 0.1 m; a number rounded to it is never written with an exponent. */
const COORDINATE_DECIMALS = 6;

/** The longest text of an error that is passed on, in characters: several sentences. */
const MAX_TEXT_CHARACTERS = 1_000;

/** What the provider needs to know. */
export interface GoogleLegacyOptions {
  /** The base URL, without a trailing slash. */
  readonly url: string;
  /** The API key. It goes into the request and nowhere else. */
  readonly key: string;
  /** How long a whole answer may take, in milliseconds. */
  readonly deadlineMs: number;
}

/** Google's Nearby Search (legacy), or whatever speaks like it at `url`. */
export function createGoogleLegacyProvider(options: GoogleLegacyOptions): PlaceProvider {
  const hideKey = keyHider(options.key);
  return {
    name: 'google-legacy',
    async nearby(query, signal) {
      try {
        const text = await fetchText(requestUrl(options, query), options.deadlineMs, signal);
        return parseAnswer(text, hideKey);
      } catch (error) {
        throw error instanceof UpstreamError ? presentable(error, hideKey) : error;
      }
    },
  };
}

function requestUrl({ url, key }: GoogleLegacyOptions, query: NearbyQuery): URL {
  const location = `${coordinate(query.latitude)},${coordinate(query.longitude)}`;
  const radius = Math.min(Math.max(query.radiusMetres, MIN_RADIUS_METRES), MAX_RADIUS_METRES);
  return new URL(
    `${url}${PATH}?location=${location}&radius=${Math.round(radius)}&key=${encodeURIComponent(key)}`,
  );
}

function coordinate(degrees: number): string {
  return String(Number(degrees.toFixed(COORDINATE_DECIMALS)));
}

/** Takes a key out of a text, both as it is and as it stands in a URL. */
function keyHider(key: string): (text: string) => string {
  // An empty key would be found between any two characters.
  const forms = key === '' ? [] : [key, encodeURIComponent(key)];
  return (text) => forms.reduce((rest, form) => rest.replaceAll(form, '[key]'), text);
}

/** The same error without the key in its texts, and these cut where they are too long. */
function presentable(error: UpstreamError, hideKey: (text: string) => string): UpstreamError {
  const { code, status, message, detail } = error;
  return new UpstreamError({
    code,
    status,
    message: hideKey(message).slice(0, MAX_TEXT_CHARACTERS),
    detail: detail && hideKey(detail).slice(0, MAX_TEXT_CHARACTERS),
  });
}
