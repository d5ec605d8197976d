import { askUpstream } from '../ask-upstream.ts';
import { coordinate } from '../coordinate.ts';
import type { HttpClient } from '../http/http-client.ts';
import type { NearbyQuery, PlaceProvider, PlaceTraits, SourceAnswer } from '../provider.ts';
import { UpstreamError } from '../upstream-error.ts';
import { explainFailure, readAnswer } from './answer.ts';
import { nearestWithin } from './nearest-within.ts';
import { typesFor } from './types.ts';

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
  /** Whether an answer with fewer than 20 places and no further page counts as complete. */
  readonly shortPagesComplete: boolean;
}

/** What is to be known of the answers. */
export const GOOGLE_LEGACY_TRAITS: PlaceTraits = {
  ranking: 'prominence',
  languages: 'asked',
  typesPerCall: 'one',
  tellsTypes: true,
  typesFor,
};

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
      const read = (json: unknown): SourceAnswer => {
        const answer = readAnswer(json, shortPagesComplete);
        return query.choices.rank === 'distance' ? nearestWithin(answer, query) : answer;
      };
      return askUpstream({ request, key, read, explain: explainFailure }, http, call);
    },
  };
}

function requestUrl({ url, key }: GoogleLegacyOptions, query: NearbyQuery): URL {
  const { rank, types, language } = query.choices;
  const [type] = types;
  if (rank === 'distance' && type === undefined) throw typeNeeded();
  const location = `${coordinate(query.latitude)},${coordinate(query.longitude)}`;
  // Google takes no radius where the nearest come first.
  const order = rank === 'distance' ? 'rankby=distance' : `radius=${radiusOf(query)}`;
  const filter = type === undefined ? '' : `&type=${type}`;
  const names = language === undefined ? '' : `&language=${encodeURIComponent(language)}`;
  return new URL(
    `${url}${PATH}?location=${location}&${order}${filter}${names}&key=${encodeURIComponent(key)}`,
  );
}

/** Rounded up: the page then has all that lies in the circle that was asked about. */
function radiusOf({ radiusMetres }: NearbyQuery): number {
  return Math.ceil(Math.min(Math.max(radiusMetres, MIN_RADIUS_METRES), MAX_RADIUS_METRES));
}

function typeNeeded(): UpstreamError {
  return new UpstreamError({
    code: 'UPSTREAM_REFUSED',
    status: 'INVALID_REQUEST',
    message: 'The upstream puts the nearest first only among places of a type.',
  });
}
