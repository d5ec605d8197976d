import { askUpstream } from '../ask-upstream.ts';
import { coordinate } from '../coordinate.ts';
import type { HttpClient } from '../http/http-client.ts';
import {
  MAX_PLACES,
  type NearbyQuery,
  type PlaceProvider,
  type SourceAnswer,
} from '../provider.ts';
import { readAnswer } from './answer.ts';
import { explainFailure } from './failure.ts';

const PATH = '/v1/places:searchNearby';

/** The largest radius that Google takes, in metres. A larger one is asked as this. */
const MAX_RADIUS_METRES = 50_000;

/** What the provider needs to know. */
export interface GoogleOptions {
  /** The base URL, without a trailing slash. */
  readonly url: string;
  /** The API key. It goes into the request and nowhere else. */
  readonly key: string;
  /** `X-Goog-FieldMask`: the fields that are asked for, which are what a call costs. */
  readonly fieldMask: string;
  /** The language of names and addresses, as BCP 47 has it; by default Google's choice. */
  readonly language: string | undefined;
  /** The country whose way of writing addresses is used, two letters; by default Google's choice. */
  readonly region: string | undefined;
  /** Only places of one of these types; all where there are none. */
  readonly includedTypes: readonly string[];
  /** What comes first: what is known best, or what is nearest. */
  readonly rank: 'popularity' | 'distance';
  /** Whether an answer with fewer places than were asked for is taken to have all that there are. */
  readonly shortPagesComplete: boolean;
}

/**
 * Google's Nearby Search of the Places API (New), or whatever speaks like it at `url`, in the shape of
 * the legacy one.
 *
 * @see https://developers.google.com/maps/documentation/places/web-service/nearby-search
 */
export function createGoogleProvider(options: GoogleOptions, http: HttpClient): PlaceProvider {
  const { url, key, fieldMask, shortPagesComplete } = options;
  return {
    name: 'google',
    async nearby(query, call) {
      const request = {
        url: new URL(`${url}${PATH}`),
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-goog-api-key': key,
          'x-goog-fieldmask': fieldMask,
        },
        body: JSON.stringify(requestBody(options, query)),
      } as const;
      const read = (json: unknown): SourceAnswer => readAnswer(json, shortPagesComplete);
      return askUpstream({ request, key, read, explain: explainFailure }, http, call);
    },
  };
}

function requestBody(options: GoogleOptions, query: NearbyQuery): object {
  const { language, region, includedTypes, rank } = options;
  return {
    includedTypes: includedTypes.length === 0 ? undefined : includedTypes,
    maxResultCount: MAX_PLACES,
    rankPreference: rank.toUpperCase(),
    languageCode: language,
    regionCode: region,
    locationRestriction: {
      circle: {
        center: {
          latitude: coordinate(query.latitude),
          longitude: coordinate(query.longitude),
        },
        radius: Math.min(query.radiusMetres, MAX_RADIUS_METRES),
      },
    },
  };
}
