import { z } from 'zod';

import { linkTo } from '../html.ts';
import { MAX_PLACES, type Place, type PlacesPage } from '../provider.ts';
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

/** A field that the mask did not ask for, or that Google does not know of a place, is not there. */
const placeSchema = z.looseObject({
  id: z.string().min(1),
  displayName: z.object({ text: z.string() }),
  location: pointSchema,
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
  currentOpeningHours: z.looseObject({ openNow: z.boolean().optional() }).optional(),
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
 * @see https://developers.google.com/maps/documentation/places/web-service/reference/rest/v1/places
 * @throws {UpstreamError} where it is not such an answer
 */
export function readAnswer(json: unknown): PlacesPage {
  const { places = [] } = checkShape(answerSchema, json, 'a Nearby Search (New)');
  const listings = places.flatMap(({ attributions }) =>
    attributions.map(({ provider, providerUri }) => `Listings by ${linkTo(provider, providerUri)}`),
  );
  return {
    html_attributions: [...new Set(listings)],
    results: places.slice(0, MAX_PLACES).map(toPlace),
    status: places.length === 0 ? 'ZERO_RESULTS' : 'OK',
  };
}

/**
 * A place as the legacy API has it. What that one has no field for, and only a richer mask asks for, is
 * passed on under its own name.
 */
function toPlace(place: GooglePlace): Place {
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
    rating,
    userRatingCount,
    priceLevel,
    currentOpeningHours,
    ...further
  } = place;
  return {
    ...further,
    ...known({
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

function toPoint({ latitude, longitude }: GooglePlace['location']): { lat: number; lng: number } {
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
