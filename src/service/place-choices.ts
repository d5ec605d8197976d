/* What front ends need to know of the choices of places: they import nothing from places/. */
export { ChoicesError, MAX_TYPES, RANKS } from '../places/choices.ts';
export { detailsSchema } from '../places/details.ts';
export type { FoundPlace, FoundPlaces } from '../places/found-places.ts';
export { parseLanguage } from '../places/language.ts';
export { isPlaceType, PLACE_TYPES, type PlaceType } from '../places/place-types.ts';
