import { z } from 'zod';

import { knownDetails, webUrl, type PlaceDetails } from '../details.ts';
import { linkTo } from '../html.ts';
import { distinctPlaces } from '../distinct-places.ts';
import { MAX_PLACES, type Place, type SourceAnswer } from '../provider.ts';
import { checkShape } from '../read-answer.ts';

/** Protocol Buffers' JSON leaves out a 0. */
const pointSchema = z.strictObject({
  latitude: z.number().min(-90).max(90).default(0),
  longitude: z.number().min(-180).max(180).default(0),
});

const photoSchema = z.object({
  name: z.string(),
  widthPx: z.int().optional(),
  heightPx: z.int().optional(),
  authorAttributions: z
    .array(z.object({ displayName: z.string().default(''), uri: z.string().optional() }))
    .default([]),
});

const hoursSchema = z.looseObject({
  openNow: z.boolean().optional(),
  weekdayDescriptions: z.array(z.string()).optional(),
});

/** A field that the mask did not ask for, or that Google does not know of a place, is not there. */
const placeSchema = z.looseObject({
  // A place without one of these three cannot be passed on, and is left out.
  id: z.string().optional(),
  displayName: z
    .object({ text: z.string().default(''), languageCode: z.string().optional() })
    .optional(),
  location: pointSchema.optional(),
  viewport: z.object({ low: pointSchema, high: pointSchema }).optional(),
  shortFormattedAddress: z.string().optional(),
  formattedAddress: z.string().optional(),
  types: z.array(z.string()).default([]),
  businessStatus: z.string().optional(),
  plusCode: z
    .object({ globalCode: z.string().optional(), compoundCode: z.string().optional() })
    .optional(),
  iconMaskBaseUri: z.string().optional(),
  iconBackgroundColor: z.string().optional(),
  photos: z.array(photoSchema).optional(),
  attributions: z
    .array(z.object({ provider: z.string(), providerUri: z.string().optional() }))
    .default([]),
  rating: z.number().optional(),
  userRatingCount: z.int().optional(),
  priceLevel: z.string().optional(),
  currentOpeningHours: hoursSchema.optional(),
  regularOpeningHours: hoursSchema.optional(),
  internationalPhoneNumber: z.string().optional(),
  nationalPhoneNumber: z.string().optional(),
  websiteUri: z.string().optional(),
  accessibilityOptions: z
    .looseObject({ wheelchairAccessibleEntrance: z.boolean().optional() })
    .optional(),
});

type GooglePlace = z.infer<typeof placeSchema>;

/** Where there is no place, Google answers `{}`. */
const answerSchema = z
  .looseObject({ places: z.array(placeSchema).optional() })
  .refine((answer) => answer.places !== undefined || Object.keys(answer).length === 0, {
    error: 'expected places, or nothing at all',
  });

const PRICE_LEVELS: ReadonlyMap<string, number> = new Map([
  ['PRICE_LEVEL_FREE', 0],
  ['PRICE_LEVEL_INEXPENSIVE', 1],
  ['PRICE_LEVEL_MODERATE', 2],
  ['PRICE_LEVEL_EXPENSIVE', 3],
  ['PRICE_LEVEL_VERY_EXPENSIVE', 4],
]);

/**
 * Reads an answer of the Places API (New) into the shape of the legacy Nearby Search.
 *
 * @param shortPagesComplete whether fewer than 20 places are complete
 * @see https://developers.google.com/maps/documentation/places/web-service/reference/rest/v1/places
 * @throws {UpstreamError} where it is not such an answer
 */
export function readAnswer(json: unknown, shortPagesComplete: boolean): SourceAnswer {
  const { places = [] } = checkShape(answerSchema, json, 'a Nearby Search (New)');
  const results = distinctPlaces(places.flatMap((place) => toPlace(place) ?? []));
  const listings = places.flatMap(({ attributions }) =>
    attributions.map(({ provider, providerUri }) => `Listings by ${linkTo(provider, providerUri)}`),
  );
  return {
    page: {
      html_attributions: [...new Set(listings)],
      results,
      status: results.length === 0 ? 'ZERO_RESULTS' : 'OK',
    },
    complete: places.length < MAX_PLACES && shortPagesComplete,
  };
}

/**
 * A place as the legacy API has it. What that one has no field for, and only a richer mask asks for, is
 * passed on under its own name. `undefined` where it lacks what every place has.
 */
function toPlace(place: GooglePlace): Place | undefined {
  const {
    id,
    displayName,
    location,
    viewport,
    shortFormattedAddress,
    formattedAddress,
    types,
    businessStatus,
    plusCode,
    iconMaskBaseUri,
    iconBackgroundColor,
    photos,
    attributions: _attributions,
    details: _details,
    prominence: _prominence,
    rating,
    userRatingCount,
    priceLevel,
    currentOpeningHours,
    ...further
  } = place;
  if (!id || !displayName?.text || location === undefined) return undefined;
  return {
    ...further,
    ...known({
      details: detailsOf(place),
      business_status: businessStatus,
      icon: iconMaskBaseUri && `${iconMaskBaseUri}.png`,
      icon_background_color: iconBackgroundColor,
      icon_mask_base_uri: iconMaskBaseUri,
      opening_hours: toOpeningHours(currentOpeningHours),
      // The legacy Nearby Search gives one photo of a place as well.
      photos: photos?.slice(0, 1).map(toPhoto),
      plus_code: toPlusCode(plusCode),
      price_level: PRICE_LEVELS.get(priceLevel ?? ''),
      rating,
      user_ratings_total: userRatingCount,
    }),
    geometry: {
      location: toPoint(location),
      ...known({
        viewport: viewport && {
          northeast: toPoint(viewport.high),
          southwest: toPoint(viewport.low),
        },
      }),
    },
    name: displayName.text,
    place_id: id,
    reference: id,
    types,
    vicinity: shortFormattedAddress ?? formattedAddress ?? '',
  };
}

/** What is known of it beyond the legacy shape, in the form of all providers. */
function detailsOf(place: GooglePlace): PlaceDetails | undefined {
  const { displayName, currentOpeningHours, regularOpeningHours, accessibilityOptions } = place;
  const openNow = currentOpeningHours?.openNow ?? regularOpeningHours?.openNow;
  const hours = regularOpeningHours ?? currentOpeningHours;
  const weekdays = hours?.weekdayDescriptions?.length ? hours.weekdayDescriptions : undefined;
  const isAccessible = accessibilityOptions?.wheelchairAccessibleEntrance;
  const language = displayName?.languageCode;
  const openingHours = {
    ...(openNow !== undefined && { openNow }),
    ...(weekdays !== undefined && { weekdays }),
  };
  return knownDetails({
    openingHours: Object.keys(openingHours).length === 0 ? undefined : openingHours,
    phone: place.internationalPhoneNumber ?? place.nationalPhoneNumber,
    website: webUrl(place.websiteUri),
    wheelchair: isAccessible === undefined ? undefined : isAccessible ? 'yes' : 'no',
    names: displayName && language ? { [language]: displayName.text } : undefined,
  });
}

function toPoint({ latitude, longitude }: z.infer<typeof pointSchema>): {
  lat: number;
  lng: number;
} {
  return { lat: latitude, lng: longitude };
}

function toOpeningHours(hours: GooglePlace['currentOpeningHours']): object | undefined {
  return hours?.openNow === undefined ? undefined : { open_now: hours.openNow };
}

function toPlusCode(plusCode: GooglePlace['plusCode']): object | undefined {
  return (
    plusCode && known({ compound_code: plusCode.compoundCode, global_code: plusCode.globalCode })
  );
}

/** `photo_reference` is the photo's resource name, which the Places API (New) takes for the picture. */
function toPhoto({ name, widthPx, heightPx, authorAttributions }: z.infer<typeof photoSchema>) {
  return {
    ...known({ height: heightPx, width: widthPx }),
    html_attributions: authorAttributions.map(({ displayName, uri }) => linkTo(displayName, uri)),
    photo_reference: name,
  };
}

/** The fields that are there. */
function known(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
