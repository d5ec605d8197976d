import { askUpstream } from '../ask-upstream.ts';
import { coordinate } from '../coordinate.ts';
import type { HttpClient } from '../http/http-client.ts';
import type { NearbyQuery, PlaceProvider, SourceAnswer } from '../provider.ts';
import { explainFailure, readAnswer } from './answer.ts';

const PATH = '/maps/api/place/nearbysearch/json';

/** The radii that Google takes, in metres. Those outside are asked as the nearest of the two. */
const MIN_RADIUS_METRES = 1;
const MAX_RADIUS_METRES = 50_000;

/** What the provider needs to know. */
export interface GoogleLegacyOptions {
  /** The base URL, without a trailing slash. */
  readonly url: string;
  /** The API key. It goes into the request and nowhere else. */
  readonly key: string;
  /** Whether an answer with fewer than 20 places and no further page is taken to have all that there are. */
  readonly shortPagesComplete: boolean;
}

/** Google's Nearby Search (legacy), or whatever speaks like it at `url`. */
export function createGoogleLegacyProvider(
  options: GoogleLegacyOptions,
  http: HttpClient,
): PlaceProvider {
  const { key, shortPagesComplete } = options;
  return {
    name: 'google-legacy',
    async nearby(query, call) {
      const request = { url: requestUrl(options, query), method: 'GET', headers: {} } as const;
      const read = (json: unknown): SourceAnswer => readAnswer(json, shortPagesComplete);
      return askUpstream({ request, key, read, explain: explainFailure }, http, call);
    },
  };
}

function requestUrl({ url, key }: GoogleLegacyOptions, query: NearbyQuery): URL {
  const location = `${coordinate(query.latitude)},${coordinate(query.longitude)}`;
  const radius = Math.min(Math.max(query.radiusMetres, MIN_RADIUS_METRES), MAX_RADIUS_METRES);
  // Rounded up: the page then has all that lies in the circle that was asked about.
  return new URL(
    `${url}${PATH}?location=${location}&radius=${Math.ceil(radius)}&key=${encodeURIComponent(key)}`,
  );
}
