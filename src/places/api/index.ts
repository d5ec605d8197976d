/* What the package exports as `proxy-herd/places`. */
export {
  createNearbySearch,
  type NearbyQuestion,
  type NearbySearch,
  type SearchCounts,
} from './create-nearby-search.ts';
export type { NearbySearchOptions, OwnProvider } from './options.ts';
export { PlacesInputError, type PlacesInputErrorCode } from './errors.ts';
export { ChoicesError, type ChoicesErrorCode, type PlaceChoices, type Rank } from '../choices.ts';
export { SearchAborted } from '../search-aborted.ts';
export { UpstreamError, type UpstreamErrorCode, type UpstreamFailure } from '../upstream-error.ts';
export type { UpstreamFault } from '../upstream-fault.ts';
export type { BudgetOptions, CacheOptions, CallOptions, Freshness } from '../options.ts';
export type { PlaceDetails } from '../details.ts';
export type { FoundPlace, FoundPlaces } from '../found-places.ts';
export type { BudgetStatus } from '../places-counts.ts';
export { PLACE_TYPES, type PlaceType } from '../place-types.ts';
export type {
  AnsweredStatus,
  Call,
  FailedStatus,
  NearbyQuery,
  Place,
  PlaceCircle,
  PlaceProvider,
  PlacesPage,
  PlaceTraits,
  SourceAnswer,
} from '../provider.ts';
export type { Position } from '../../protocol/position.ts';
