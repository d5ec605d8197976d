import { metresBetween, pointAt, type Point } from './cache/sphere.ts';
import type { BoundedCircle } from './cache/cached-page.ts';
import type { PlaceDetails } from './details.ts';
import type { Place, PlacesPage } from './provider.ts';

/** A place that was found. */
export interface FoundPlace extends PlaceDetails {
  /** The provider's ID of it. */
  readonly id: string;
  readonly name: string;
  /** Decimal degrees (WGS 84). */
  readonly latitude: number;
  readonly longitude: number;
  /** From the point that was asked about, in metres, on a sphere of 6,371 km radius. */
  readonly distanceM: number;
  /** All types that the provider says, in the words of Google's legacy Places API where it has a word. */
  readonly types: readonly string[];
  /** An address, or the region that it is in. */
  readonly vicinity: string;
}

/** The answer to a question in plain values. */
export interface FoundPlaces {
  /** `OK`, `ZERO_RESULTS`, or what went wrong. */
  readonly status: PlacesPage['status'];
  /** What went wrong, where something did. Has no key. */
  readonly message: string | undefined;
  readonly places: readonly FoundPlace[];
  /** HTML that is to be shown with the places. */
  readonly attributions: readonly string[];
}

/** Distances are given to a tenth of a metre: no place is known better. */
const DECIMETRES_A_METRE = 10;

/** A page as plain values: at most `bound` places, each with its distance. */
export function describePlaces(page: PlacesPage, circle: BoundedCircle): FoundPlaces {
  const centre = pointAt(circle);
  const places = page.results.slice(0, circle.bound).map((place) => describePlace(place, centre));
  const { status, error_message: message, html_attributions: attributions } = page;
  return { status, message, places, attributions };
}

function describePlace(place: Place, centre: Point): FoundPlace {
  const { place_id: id, name, types, vicinity, geometry, details } = place;
  const { lat: latitude, lng: longitude } = geometry.location;
  const metres = metresBetween(centre, pointAt({ latitude, longitude }));
  const distanceM = Math.round(metres * DECIMETRES_A_METRE) / DECIMETRES_A_METRE;
  return { id, name, latitude, longitude, distanceM, types, vicinity, ...details };
}
