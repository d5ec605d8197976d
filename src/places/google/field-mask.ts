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

/** What may be asked for besides, in our words, and the fields that have it. */
const DETAIL_FIELDS = {
  wheelchair: 'places.accessibilityOptions',
  openingHours: 'places.regularOpeningHours',
  phone: 'places.internationalPhoneNumber',
  website: 'places.websiteUri',
} as const;

type Detail = keyof typeof DETAIL_FIELDS;

export const DETAILS = [
  'wheelchair',
  'openingHours',
  'phone',
  'website',
] as const satisfies Detail[];

/** A mask with the fields of these details as well. */
export function withDetails(fieldMask: string, details: readonly Detail[]): string {
  const fields = fieldMask.split(',');
  if (hasAll(fields)) return fieldMask;
  return [...new Set([...fields, ...details.map((detail) => DETAIL_FIELDS[detail])])].join(',');
}

/** Whether a place comes with its types. */
export function hasTypes(fieldMask: string): boolean {
  const fields = fieldMask.split(',');
  return hasAll(fields) || fields.includes('places.types');
}

function hasAll(fields: readonly string[]): boolean {
  return fields.includes('*') || fields.includes('places');
}

/** Without these a place cannot be passed on. */
const NEEDED_FIELDS = ['places.id', 'places.displayName', 'places.location'];

/** The fields that have to be added to a mask, so that its places can be passed on; none where it is good. */
export function missingFields(fieldMask: string): string[] {
  const fields = fieldMask.split(',');
  if (hasAll(fields)) return [];
  return NEEDED_FIELDS.filter((needed) => !fields.includes(needed));
}
