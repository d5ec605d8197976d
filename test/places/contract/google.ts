import { DEFAULT_FIELD_MASK } from '#src/places/google/field-mask.js';
import { createGoogleProvider, traitsOf } from '#src/places/google/provider.js';
import type { AskedRequest } from '../answering-upstream.ts';
import { HTTP } from './asking.ts';
import type { HttpChoicesFixture } from './choices.ts';
import { type HttpFixture, KEY, type KnownPlace, type Refusal } from './fixture.ts';

function placeOf({ id, name, latitude, longitude }: KnownPlace): object {
  return {
    id: `ChIJ${id}`,
    displayName: { text: name, languageCode: 'en' },
    location: { latitude, longitude },
    types: ['cafe'],
    shortFormattedAddress: 'Los Angeles',
  };
}

/** The same, in an array as some of Google's servers have it. */
function inArray(refusal: Refusal): Refusal {
  return { ...refusal, name: `${refusal.name}, in an array`, body: `[${refusal.body}]` };
}

/** What Google's errors are made of, and what is not there or is something else. */
const ODD_ERRORS: readonly Refusal[] = [
  { name: 'no status', error: { message: 'No.' }, message: 'No.' },
  { name: 'no message', error: { status: 'PERMISSION_DENIED' } },
  { name: 'odd details', error: { status: 'X', message: 'No.', details: [7] }, message: 'No.' },
  { name: 'nothing', error: {} },
].map(({ name, error, message = 'The upstream answered with HTTP status 403.' }) => ({
  name: `403 with ${name}`,
  httpStatus: 403,
  body: JSON.stringify({ error }),
  code: 'UPSTREAM_HTTP_STATUS',
  status: 'REQUEST_DENIED',
  message,
  detail: 'HTTP status 403',
}));

function refusal(
  httpStatus: number,
  code: string,
  status: Refusal['status'],
  message: string,
  more: { details?: object[]; detail?: string; retryAfterMs?: number } = {},
): Refusal {
  const { details, detail = `HTTP status ${httpStatus}, ${code}`, ...rest } = more;
  return {
    name: `${httpStatus} ${code}`,
    httpStatus,
    body: JSON.stringify({ error: { code: httpStatus, message, status: code, details } }),
    code: 'UPSTREAM_HTTP_STATUS',
    status,
    message,
    detail,
    ...rest,
  };
}

/** Why a key does not do, as Google has it. */
function keyError(reason: string): object {
  return {
    '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
    reason,
    domain: 'googleapis.com',
    metadata: { service: 'places.googleapis.com' },
  };
}

const KEY_INVALID = refusal(
  400,
  'INVALID_ARGUMENT',
  'REQUEST_DENIED',
  'API key not valid. Please pass a valid API key.',
  { details: [keyError('API_KEY_INVALID')], detail: 'API_KEY_INVALID. Check the key' },
);

const API_OFF = refusal(
  403,
  'PERMISSION_DENIED',
  'REQUEST_DENIED',
  'Places API (New) is off in project 123.',
  { details: [keyError('SERVICE_DISABLED')], detail: 'Places API (New) and billing' },
);

const WAIT = { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '36.5s' };

const DOCUMENTED = {
  answer: {
    places: [
      {
        name: 'places/ChIJs3QhSxquEmsRCV7QqgcqXrE',
        id: 'ChIJs3QhSxquEmsRCV7QqgcqXrE',
        types: ['bar', 'restaurant', 'food', 'point_of_interest', 'establishment'],
        formattedAddress: '1/5 Circular Quay W, The Rocks NSW 2000, Australia',
        shortFormattedAddress: '1/5 Circular Quay W, The Rocks',
        plusCode: { globalCode: '4RRH46R6+G2', compoundCode: '46R6+G2 The Rocks NSW, Australia' },
        location: { latitude: -33.8587323, longitude: 151.2100055 },
        viewport: {
          low: { latitude: -33.86009812989271, longitude: 151.2085439701072 },
          high: { latitude: -33.85739847010727, longitude: 151.2112436298927 },
        },
        rating: 4.1,
        userRatingCount: 1269,
        businessStatus: 'OPERATIONAL',
        priceLevel: 'PRICE_LEVEL_MODERATE',
        iconMaskBaseUri: 'https://maps.gstatic.com/mapfiles/place_api/icons/v2/bar_pinlet',
        iconBackgroundColor: '#FF9E67',
        displayName: { text: 'Cruise Bar', languageCode: 'en' },
        currentOpeningHours: { openNow: false, periods: [], weekdayDescriptions: [] },
        photos: [
          {
            name: 'places/ChIJs3QhSxquEmsRCV7QqgcqXrE/photos/AUGGfZmQj',
            widthPx: 4032,
            heightPx: 3024,
            authorAttributions: [
              {
                displayName: 'A "Google" User',
                uri: '//maps.google.com/maps/contrib/1?a=1&b=2',
                photoUri: '//lh3.googleusercontent.com/a/x',
              },
            ],
          },
          { name: 'places/ChIJs3QhSxquEmsRCV7QqgcqXrE/photos/second' },
        ],
        attributions: [{ provider: 'Bars & Co', providerUri: 'https://bars.example/' }],
        websiteUri: 'https://cruisebar.example/',
      },
      {
        id: 'ChIJbare',
        displayName: { text: 'Bare' },
        location: { longitude: 151.2 },
        formattedAddress: 'Only the long one',
        priceLevel: 'PRICE_LEVEL_UNSPECIFIED',
      },
    ],
  },
  page: {
    html_attributions: ['Listings by <a href="https://bars.example/">Bars &amp; Co</a>'],
    results: [
      {
        business_status: 'OPERATIONAL',
        details: {
          openingHours: { openNow: false },
          website: 'https://cruisebar.example/',
          names: { en: 'Cruise Bar' },
        },
        geometry: {
          location: { lat: -33.8587323, lng: 151.2100055 },
          viewport: {
            northeast: { lat: -33.85739847010727, lng: 151.2112436298927 },
            southwest: { lat: -33.86009812989271, lng: 151.2085439701072 },
          },
        },
        icon: 'https://maps.gstatic.com/mapfiles/place_api/icons/v2/bar_pinlet.png',
        icon_background_color: '#FF9E67',
        icon_mask_base_uri: 'https://maps.gstatic.com/mapfiles/place_api/icons/v2/bar_pinlet',
        name: 'Cruise Bar',
        opening_hours: { open_now: false },
        photos: [
          {
            height: 3024,
            html_attributions: [
              '<a href="//maps.google.com/maps/contrib/1?a=1&amp;b=2">A &quot;Google&quot; User</a>',
            ],
            photo_reference: 'places/ChIJs3QhSxquEmsRCV7QqgcqXrE/photos/AUGGfZmQj',
            width: 4032,
          },
        ],
        place_id: 'ChIJs3QhSxquEmsRCV7QqgcqXrE',
        plus_code: {
          compound_code: '46R6+G2 The Rocks NSW, Australia',
          global_code: '4RRH46R6+G2',
        },
        price_level: 2,
        rating: 4.1,
        reference: 'ChIJs3QhSxquEmsRCV7QqgcqXrE',
        types: ['bar', 'restaurant', 'food', 'point_of_interest', 'establishment'],
        user_ratings_total: 1269,
        vicinity: '1/5 Circular Quay W, The Rocks',
        websiteUri: 'https://cruisebar.example/',
      },
      {
        geometry: { location: { lat: 0, lng: 151.2 } },
        name: 'Bare',
        place_id: 'ChIJbare',
        reference: 'ChIJbare',
        types: [],
        vicinity: 'Only the long one',
      },
    ],
    status: 'OK',
  },
} as const;

/** A place that could be passed on. */
const GOOD = { id: 'x', displayName: { text: 'y' }, location: { latitude: 1, longitude: 2 } };

const DETAILED = {
  ...GOOD,
  displayName: { text: 'y', languageCode: 'pt-BR' },
  types: ['cafe'],
  currentOpeningHours: { openNow: true, weekdayDescriptions: ['Monday: closed for the feast'] },
  regularOpeningHours: { openNow: true, weekdayDescriptions: ['Monday: 9:00 AM – 5:00 PM'] },
  internationalPhoneNumber: '+41 44 555 01 00',
  nationalPhoneNumber: '044 555 01 00',
  websiteUri: 'http://y.example/menu?a=1',
  accessibilityOptions: { wheelchairAccessibleEntrance: false, wheelchairAccessibleParking: true },
};

/** What a request asks for by the choices: what the body has beyond the circle. */
async function wordsOf({ body }: AskedRequest): Promise<Record<string, unknown>> {
  const { includedTypes, rankPreference, languageCode } = JSON.parse(await body) as Record<
    string,
    unknown
  >;
  return {
    rankPreference,
    ...(includedTypes !== undefined && { includedTypes }),
    ...(languageCode !== undefined && { languageCode }),
  };
}

const CHOICES: HttpChoicesFixture = {
  traits: traitsOf({ fieldMask: DEFAULT_FIELD_MASK }),
  type: 'cafe',
  otherType: 'museum',
  asked: [
    { choices: {}, request: { rankPreference: 'POPULARITY' } },
    { choices: { rank: 'distance' }, request: { rankPreference: 'DISTANCE' } },
    {
      choices: { types: ['cafe', 'museum'], language: 'pt-BR' },
      request: {
        rankPreference: 'POPULARITY',
        includedTypes: ['cafe', 'museum'],
        languageCode: 'pt-BR',
      },
    },
  ],
  wordsOf,
  detailed: {
    answer: { places: [DETAILED] },
    details: {
      openingHours: { openNow: true, weekdays: ['Monday: 9:00 AM – 5:00 PM'] },
      phone: '+41 44 555 01 00',
      website: 'http://y.example/menu?a=1',
      wheelchair: 'no',
      names: { 'pt-BR': 'y' },
    },
  },
  odd: {
    places: [
      {
        ...GOOD,
        currentOpeningHours: { weekdayDescriptions: [] },
        websiteUri: 'javascript:alert(1)',
        accessibilityOptions: {},
        details: { phone: '1' },
        prominence: 7,
      },
    ],
  },
};

/** @see https://developers.google.com/maps/documentation/places/web-service/nearby-search */
export const GOOGLE: HttpFixture & { readonly choices: HttpChoicesFixture } = {
  choices: CHOICES,
  name: 'google',
  attribution: undefined,
  key: KEY,
  create: (url) =>
    createGoogleProvider(
      {
        url,
        key: KEY,
        fieldMask: DEFAULT_FIELD_MASK,
        region: undefined,
        details: [],
        shortPagesComplete: true,
      },
      HTTP,
    ),
  answer: (places) => JSON.stringify(places.length === 0 ? {} : { places: places.map(placeOf) }),
  documented: DOCUMENTED,
  refusals: [
    KEY_INVALID,
    inArray(KEY_INVALID),
    refusal(400, 'INVALID_ARGUMENT', 'INVALID_REQUEST', 'FieldMask is a required parameter.'),
    refusal(401, 'UNAUTHENTICATED', 'REQUEST_DENIED', 'Request had invalid credentials.'),
    API_OFF,
    inArray(API_OFF),
    ...ODD_ERRORS,
    refusal(404, 'NOT_FOUND', 'INVALID_REQUEST', 'Requested entity was not found.'),
    refusal(429, 'RESOURCE_EXHAUSTED', 'OVER_QUERY_LIMIT', 'Quota exceeded for quota metric.', {
      details: [WAIT],
      retryAfterMs: 36_500,
    }),
    refusal(500, 'INTERNAL', 'UNKNOWN_ERROR', 'Internal error encountered.'),
    refusal(503, 'UNAVAILABLE', 'UNKNOWN_ERROR', 'The service is currently unavailable.'),
    refusal(504, 'DEADLINE_EXCEEDED', 'UNKNOWN_ERROR', 'Deadline expired.'),
  ],
  lacking: {
    'an ID': { places: [GOOD, { ...GOOD, id: undefined }] },
    'any ID': { places: [{ ...GOOD, id: '' }, GOOD] },
    'a name': { places: [{ ...GOOD, id: 'z', displayName: undefined }, GOOD] },
    'a text for its name': { places: [GOOD, { ...GOOD, id: 'z', displayName: {} }] },
    'a location': { places: [GOOD, { ...GOOD, id: 'z', location: undefined }] },
  },
  malformed: {
    'places that are no list': { places: {} },
    'something else than places': { error: { code: 500 } },
    'a place that is none': { places: [GOOD, null] },
    'a place with a number for an ID': { places: [{ ...GOOD, id: 7 }] },
    'a place with a text for a name': { places: [{ ...GOOD, displayName: 'y' }] },
    'a place off the map': { places: [{ ...GOOD, location: { latitude: 91, longitude: 0 } }] },
    'coordinates in other words': { places: [{ ...GOOD, location: { lat: 1, lng: 2 } }] },
    'types that are no texts': { places: [{ ...GOOD, types: [1] }] },
    'the answer of the legacy API': { results: [], status: 'ZERO_RESULTS' },
  },
};
