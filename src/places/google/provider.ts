import { askUpstream } from '../ask-upstream.ts';
import { coordinate } from '../coordinate.ts';
import type { HttpClient } from '../http/http-client.ts';
import {
  MAX_PLACES,
  type NearbyQuery,
  type PlaceProvider,
  type PlaceTraits,
  type SourceAnswer,
} from '../provider.ts';
import { readAnswer } from './answer.ts';
import { explainFailure } from './failure.ts';
import { hasTypes, withDetails, type DETAILS } from './field-mask.ts';
import { typesFor } from './types.ts';

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
  /** What is asked for besides. */
  readonly details: readonly (typeof DETAILS)[number][];
  /** The country whose way of writing addresses is used, two letters; by default Google's choice. */
  readonly region: string | undefined;
  /** Whether an answer with fewer places than requested counts as complete. */
  readonly shortPagesComplete: boolean;
}

/** What Google asks for its ranks. */
const RANK_PREFERENCES = { prominence: 'POPULARITY', distance: 'DISTANCE' } as const;

/** What is to be known of the answers. */
export function traitsOf({ fieldMask }: Pick<GoogleOptions, 'fieldMask'>): PlaceTraits {
  return {
    ranking: 'prominence',
    languages: 'asked',
    typesPerCall: 'several',
    tellsTypes: hasTypes(fieldMask),
    typesFor,
  };
}

/**
 * Google's Nearby Search of the Places API (New), or whatever speaks like it at `url`, in the shape of
 * the legacy one.
 *
 * @see https://developers.google.com/maps/documentation/places/web-service/nearby-search
 */
export function createGoogleProvider(options: GoogleOptions, http: HttpClient): PlaceProvider {
  const { url, key, shortPagesComplete } = options;
  const mask = withDetails(options.fieldMask, options.details);
  return {
    name: 'google',
    async nearby(query, call) {
      const request = {
        url: new URL(`${url}${PATH}`),
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-goog-api-key': key,
          'x-goog-fieldmask': mask,
        },
        body: JSON.stringify(requestBody(options, query)),
      } as const;
      const read = (json: unknown): SourceAnswer => readAnswer(json, shortPagesComplete);
      return askUpstream({ request, key, read, explain: explainFailure }, http, call);
    },
  };
}

function requestBody({ region }: GoogleOptions, query: NearbyQuery): object {
  const { rank, types, language } = query.choices;
  return {
    includedTypes: types.length === 0 ? undefined : types,
    maxResultCount: MAX_PLACES,
    rankPreference: RANK_PREFERENCES[rank],
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
