/**
 * What is asked for where the configuration does not say: all that a place of the legacy Nearby Search
 * has and Google's cheapest tier of this search, Pro, includes.
 *
 * @see https://developers.google.com/maps/documentation/places/web-service/data-fields
 */
export const DEFAULT_FIELD_MASK = [
  'places.id',
  'places.displayName',
  'places.location',
  'places.viewport',
  'places.shortFormattedAddress',
  'places.formattedAddress',
  'places.types',
  'places.businessStatus',
  'places.plusCode',
  'places.iconMaskBaseUri',
  'places.iconBackgroundColor',
  'places.photos',
  'places.attributions',
].join(',');

/** Without these a place cannot be passed on. */
const NEEDED_FIELDS = ['places.id', 'places.displayName', 'places.location'];

/** The fields that have to be added to a mask, so that its places can be passed on; none where it is good. */
export function missingFields(fieldMask: string): string[] {
  const fields = fieldMask.split(',');
  if (fields.includes('*') || fields.includes('places')) return [];
  return NEEDED_FIELDS.filter((needed) => !fields.includes(needed));
}
