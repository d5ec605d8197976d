import {
  createGoogleLegacyProvider,
  GOOGLE_LEGACY_TRAITS,
} from '#src/places/google-legacy/provider.js';
import { HTTP } from './asking.ts';
import type { HttpChoicesFixture } from './choices.ts';
import { GOOGLE } from './google.ts';
import { type HttpFixture, KEY, type KnownPlace, type Refusal } from './fixture.ts';

function placeOf({ id, name, latitude, longitude }: KnownPlace): object {
  return {
    geometry: { location: { lat: latitude, lng: longitude } },
    name,
    place_id: `ChIJ${id}`,
    types: ['cafe'],
    vicinity: 'Los Angeles',
  };
}

function refusal(
  said: string,
  status: Refusal['status'],
  error_message: string,
  detail = `Its status was ${said}.`,
): Refusal {
  return {
    name: said,
    httpStatus: 200,
    body: JSON.stringify({ error_message, html_attributions: [], results: [], status: said }),
    code: 'UPSTREAM_REFUSED',
    status,
    message: error_message,
    detail,
  };
}

/** The same, with an HTTP status that says no as well. */
function withStatus(httpStatus: number, refusal: Refusal): Refusal {
  const name = `${httpStatus} ${refusal.name}`;
  const detail = refusal.detail.replace('Its status was ', `HTTP status ${httpStatus}, `);
  return { ...refusal, name, httpStatus, detail, code: 'UPSTREAM_HTTP_STATUS' };
}

/** The same, with the remedy for this API. */
function inLegacyWords(refusal: Refusal): Refusal {
  return { ...refusal, detail: refusal.detail.replace('Places API (New)', 'Places API') };
}

const LEGACY_OFF = refusal(
  'REQUEST_DENIED',
  'REQUEST_DENIED',
  'The legacy API is off for this project.',
  'set places.provider to google',
);

const DOCUMENTED = {
  html_attributions: [],
  next_page_token: 'Aap_uEA7vb0DDYVJWEaX3O-AtYp77AaswQKSGtDaimt3gt7QCNpdjp1BkdM6acJ96xTec3tsV',
  results: [
    {
      business_status: 'OPERATIONAL',
      geometry: {
        location: { lat: -33.8587323, lng: 151.2100055 },
        viewport: {
          northeast: { lat: -33.85739847010727, lng: 151.2112436298927 },
          southwest: { lat: -33.86009812989271, lng: 151.2085439701072 },
        },
      },
      icon: 'https://maps.gstatic.com/mapfiles/place_api/icons/v1/png_71/bar-71.png',
      icon_background_color: '#FF9E67',
      icon_mask_base_uri: 'https://maps.gstatic.com/mapfiles/place_api/icons/v2/bar_pinlet',
      name: 'Cruise Bar',
      opening_hours: { open_now: false },
      photos: [
        {
          height: 608,
          html_attributions: [
            '<a href="https://maps.google.com/maps/contrib/112582655193348962755">A Google User</a>',
          ],
          photo_reference: 'Aap_uECvJIZuXT-uLDYm4DPbrV7gXVPeplbTWUgcOJ6rnfc4bUYCEAwPU_AmXGIaj0PDh',
          width: 1080,
        },
      ],
      place_id: 'ChIJi6C1MxquEmsR9-c-3O48ykI',
      plus_code: {
        compound_code: '46R6+G2 The Rocks, New South Wales',
        global_code: '4RRH46R6+G2',
      },
      price_level: 2,
      rating: 4,
      reference: 'ChIJi6C1MxquEmsR9-c-3O48ykI',
      scope: 'GOOGLE',
      types: ['bar', 'restaurant', 'food', 'point_of_interest', 'establishment'],
      user_ratings_total: 1269,
      vicinity: 'Level 1, 2 and 3, Overseas Passenger Terminal, Circular Quay W, The Rocks',
    },
  ],
  status: 'OK',
} as const;

/** A place that could be passed on. */
const GOOD = { name: 'x', place_id: 'y', geometry: { location: { lat: 0, lng: 0 } } };

const CHOICES: HttpChoicesFixture = {
  traits: GOOGLE_LEGACY_TRAITS,
  type: 'cafe',
  otherType: 'museum',
  asked: [
    { choices: {}, request: { radius: '10000' } },
    { choices: { types: ['cafe'] }, request: { radius: '10000', type: 'cafe' } },
    { choices: { language: 'pt-BR' }, request: { radius: '10000', language: 'pt-BR' } },
    {
      choices: { rank: 'distance', types: ['cafe'], language: 'de' },
      request: { rankby: 'distance', type: 'cafe', language: 'de' },
    },
  ],
  async wordsOf({ url }) {
    const { location: _location, key: _key, ...words } = Object.fromEntries(url.searchParams);
    return words;
  },
  detailed: {
    answer: {
      results: [
        {
          ...GOOD,
          opening_hours: { open_now: true, weekday_text: ['Monday: Closed'] },
          international_phone_number: '+41 44 555 01 00',
          website: 'https://y.example/',
          wheelchair_accessible_entrance: true,
        },
      ],
      status: 'OK',
    },
    details: {
      openingHours: { openNow: true, weekdays: ['Monday: Closed'] },
      phone: '+41 44 555 01 00',
      website: 'https://y.example/',
      wheelchair: 'yes',
    },
  },
  odd: {
    results: [
      {
        ...GOOD,
        opening_hours: 'always',
        international_phone_number: 7,
        website: 'javascript:alert(1)',
        wheelchair_accessible_entrance: 'yes',
        details: { phone: '1' },
      },
    ],
    status: 'OK',
  },
};

/** @see https://developers.google.com/maps/documentation/places/web-service/legacy/search-nearby */
export const GOOGLE_LEGACY: HttpFixture & { readonly choices: HttpChoicesFixture } = {
  choices: CHOICES,
  name: 'google-legacy',
  attribution: undefined,
  key: KEY,
  create: (url) => createGoogleLegacyProvider({ url, key: KEY, shortPagesComplete: true }, HTTP),
  answer: (places) =>
    JSON.stringify({
      html_attributions: [],
      results: places.map(placeOf),
      status: places.length === 0 ? 'ZERO_RESULTS' : 'OK',
    }),
  documented: {
    answer: DOCUMENTED,
    page: {
      ...DOCUMENTED,
      results: [{ ...DOCUMENTED.results[0], details: { openingHours: { openNow: false } } }],
    },
  },
  refusals: [
    refusal('REQUEST_DENIED', 'REQUEST_DENIED', 'The provided API key is invalid.'),
    refusal(
      'REQUEST_DENIED',
      'REQUEST_DENIED',
      'You’re calling a legacy API, which is not enabled for your project.',
      'set places.provider to google',
    ),
    LEGACY_OFF,
    withStatus(403, LEGACY_OFF),
    withStatus(
      400,
      refusal('REQUEST_DENIED', 'REQUEST_DENIED', 'The key is wrong.', 'Check the key'),
    ),
    withStatus(429, refusal('OVER_QUERY_LIMIT', 'OVER_QUERY_LIMIT', 'Enough.')),
    withStatus(403, refusal('SOMETHING_NEW', 'REQUEST_DENIED', 'This is news.', 'SOMETHING_NEW.')),
    ...GOOGLE.refusals.filter(({ httpStatus }) => httpStatus === 403).map(inLegacyWords),
    refusal('OVER_QUERY_LIMIT', 'OVER_QUERY_LIMIT', 'You have exceeded your daily request quota.'),
    refusal('OVER_DAILY_LIMIT', 'OVER_QUERY_LIMIT', 'You must enable Billing on the project.'),
    refusal('INVALID_REQUEST', 'INVALID_REQUEST', 'Missing the location parameter.'),
    refusal('NOT_FOUND', 'INVALID_REQUEST', 'The place is not there.'),
    refusal('UNKNOWN_ERROR', 'UNKNOWN_ERROR', 'A server-side error; try again.'),
    refusal('SOMETHING_NEW', 'UNKNOWN_ERROR', 'This is news.'),
  ],
  lacking: {
    'a name': { results: [{ ...GOOD, place_id: 'z', name: undefined }, GOOD], status: 'OK' },
    'any name': { results: [{ ...GOOD, place_id: 'z', name: '' }, GOOD], status: 'OK' },
    'an ID': { results: [GOOD, { ...GOOD, place_id: undefined }], status: 'OK' },
    'a geometry': {
      results: [GOOD, { ...GOOD, place_id: 'z', geometry: undefined }],
      status: 'OK',
    },
    'a location': { results: [GOOD, { ...GOOD, place_id: 'z', geometry: {} }], status: 'OK' },
  },
  malformed: {
    'no status': { html_attributions: [], results: [] },
    'no results': { html_attributions: [], status: 'OK' },
    'results that are no list': { results: {}, status: 'OK' },
    'a place that is none': { results: [null], status: 'OK' },
    'a place with a number for a name': { results: [{ ...GOOD, name: 7 }], status: 'OK' },
    'a place off the map': {
      results: [{ name: 'x', place_id: 'y', geometry: { location: { lat: 91, lng: 0 } } }],
      status: 'OK',
    },
    'the answer of the new API': { places: [{ id: 'x' }] },
  },
};
