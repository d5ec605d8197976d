import type { Position } from '../protocol/position.ts';
import type { PlaceChoices } from './choices.ts';
import type { PlaceDetails } from './details.ts';
import type { PlaceType } from './place-types.ts';

/** The most places in one page: what Google's Nearby Search gives, and the largest bound of `WHATSAT`. */
export const MAX_PLACES = 20;

/** Where places are asked for: around a point. */
export interface PlaceCircle extends Position {
  /** How far from the point a place may be, in metres; above 0. */
  readonly radiusMetres: number;
}

/** What is asked: places around a point, and which of them. */
export interface NearbyQuery extends PlaceCircle {
  readonly choices: PlaceChoices;
}

/** The statuses of an answered question. */
export type AnsweredStatus = 'OK' | 'ZERO_RESULTS';

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
  /** What else is known of it, in one form for all providers. A `WHATSAT` reply does not have it. */
  readonly details?: PlaceDetails | undefined;
  /**
   * How prominent it is, in a measure of the provider's own: the order is by it, then by distance. Not there
   * where the provider does not say. A `WHATSAT` reply does not have it.
   */
  readonly prominence?: number | undefined;
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

/** What is to be known of a provider's answers to make the most of them. */
export interface PlaceTraits {
  /**
   * What decides on the order where prominence is asked for: what a place is, wherever one asks from; or that, and of
   * equals how near each is.
   */
  readonly ranking: 'prominence' | 'both';
  /** Whether names come in the language that is asked for, or in all languages at once. */
  readonly languages: 'asked' | 'all';
  /** Whether a call may name several types. */
  readonly typesPerCall: 'one' | 'several';
  /** Whether a place has all its types, so that those of a type can be told from a page of more. */
  readonly tellsTypes: boolean;
  /** The types by which the upstream is asked for those of a type; none where it knows none of the kind. */
  readonly typesFor: (type: PlaceType) => readonly PlaceType[];
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

/** Places that are at hand: nobody is called for them. */
export interface EmbeddedPlaces {
  readonly name: string;
  /** As that of any source. */
  nearby(query: NearbyQuery, asking: Pick<Asking, 'signal'>): Promise<SourceAnswer>;
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
