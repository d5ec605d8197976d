import type { Position } from '../protocol/position.ts';

/** The most places in one page: what Google's Nearby Search gives, and the largest bound of `WHATSAT`. */
export const MAX_PLACES = 20;

/** What is asked: places around a point. */
export interface NearbyQuery extends Position {
  /** How far from the point a place may be, in metres; above 0. */
  readonly radiusMetres: number;
}

/** The statuses of an answered question. */
type AnsweredStatus = 'OK' | 'ZERO_RESULTS';

/** The statuses of a question that its upstream did not answer. */
export type FailedStatus =
  | 'OVER_QUERY_LIMIT'
  | 'REQUEST_DENIED'
  | 'INVALID_REQUEST'
  | 'UNKNOWN_ERROR';

/** A place in the shape of Google's Nearby Search. Further fields are the upstream's, as it gave them. */
export interface Place {
  readonly name: string;
  readonly place_id: string;
  /** Decimal degrees (WGS 84). */
  readonly geometry: { readonly location: { readonly lat: number; readonly lng: number } };
  readonly types: readonly string[];
  readonly vicinity: string;
  readonly [field: string]: unknown;
}

/** A page of places in the shape of Google's Nearby Search, the property names included. */
export interface PlacesPage {
  /** HTML that is to be shown with the results. */
  readonly html_attributions: readonly string[];
  readonly next_page_token?: string | undefined;
  /** At most `MAX_PLACES`, best first. None where the status is a failed one. */
  readonly results: readonly Place[];
  readonly status: AnsweredStatus | FailedStatus;
  /** Why there is no answer. Has no key. */
  readonly error_message?: string | undefined;
}

/** The answer to a question. */
export interface SourceAnswer {
  readonly page: PlacesPage;
  /** Whether the page has every place within the circle; where not, there may be more. */
  readonly complete: boolean;
}

/** For how long an answer is waited for. */
export interface Asking {
  /** Ends the question early. */
  readonly signal: AbortSignal;
  /** When it has to be over, in milliseconds of `performance.now()`. */
  readonly endMs: number;
}

/** Answers questions, from wherever it has the places. */
export interface PlaceSource {
  /** What it is called in the configuration and in the log. */
  readonly name: string;
  /**
   * The places near a point, with status `OK` or `ZERO_RESULTS`.
   *
   * @throws {UpstreamError} where the upstream fails, is too slow or refuses
   * @throws the signal's reason, once it is aborted
   */
  nearby(query: NearbyQuery, asking: Asking): Promise<SourceAnswer>;
}

/** One call to an upstream. */
export interface Call {
  /** Ends it early. */
  readonly signal: AbortSignal;
  /** Called when the request begins to leave the machine: from then on it may be billed. */
  readonly onSent: () => void;
}

/** An upstream of nearby places that is reached over the network. */
export interface PlaceProvider {
  /** What it is called in the configuration and in the log. */
  readonly name: string;
  /**
   * The places near a point, with status `OK` or `ZERO_RESULTS`.
   *
   * @throws {UpstreamError} where the upstream fails or refuses
   * @throws the signal's reason, as soon as it is aborted
   */
  nearby(query: NearbyQuery, call: Call): Promise<SourceAnswer>;
}
