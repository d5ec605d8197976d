import { createOverpassProvider, OVERPASS_TRAITS } from '#src/places/overpass/provider.js';
import type { AskedRequest } from '../answering-upstream.ts';
import { HTTP, PATIENT_MS } from './asking.ts';
import type { HttpChoicesFixture } from './choices.ts';
import { type HttpFixture, type KnownPlace, QUERY, type Refusal } from './fixture.ts';

const HEAD = {
  version: 0.6,
  generator: 'Overpass API 0.7.62.5 1bd436f1',
  osm3s: {
    timestamp_osm_base: '2025-11-01T10:00:00Z',
    copyright: 'The data included in this document is from www.openstreetmap.org.',
  },
};

function elementOf({ id, name, latitude, longitude }: KnownPlace): object {
  return { type: 'node', id, lat: latitude, lon: longitude, tags: { amenity: 'cafe', name } };
}

/** A page as the interpreter answers errors with. */
function errorPage(error: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN"
    "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">
<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="en" lang="en">
<head>
  <meta http-equiv="content-type" content="text/html; charset=utf-8" lang="en"/>
  <title>OSM3S Response</title>
</head>
<body>

<p>The data included in this document is from www.openstreetmap.org. The data is made available under ODbL.</p>
<p><strong style="color:#FF0000">Error</strong>: ${error} </p>

</body>
</html>
`;
}

function refusal(
  httpStatus: number,
  status: Refusal['status'],
  error: string,
  retryAfterMs?: number,
): Refusal {
  return {
    name: `${httpStatus} ${error}`,
    httpStatus,
    body: errorPage(error),
    code: 'UPSTREAM_HTTP_STATUS',
    status,
    message: `The upstream answered with HTTP status ${httpStatus}.`,
    detail: error,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
}

/** An answer whose query the server gave up half-way. */
function givenUp(error: string): Refusal {
  return {
    name: error,
    httpStatus: 200,
    body: JSON.stringify({
      ...HEAD,
      elements: [elementOf({ id: 1, name: 'x', latitude: 34.06893, longitude: -118.445127 })],
      remark: `runtime error: ${error}`,
    }),
    code: 'UPSTREAM_REFUSED',
    status: 'UNKNOWN_ERROR',
    message: 'The upstream gave up half-way.',
    detail: error,
  };
}

const { latitude, longitude } = QUERY;

const DOCUMENTED = {
  answer: {
    ...HEAD,
    elements: [
      {
        type: 'node',
        id: 1,
        lat: latitude + 0.001,
        lon: longitude,
        tags: {
          amenity: 'cafe',
          name: 'Far Café',
          'addr:street': 'Westwood Plaza',
          'addr:housenumber': '7',
          'addr:city': 'Los Angeles',
        },
      },
      {
        type: 'node',
        id: 2,
        lat: latitude,
        lon: longitude,
        tags: { amenity: 'cafe', name: 'Near Café', 'addr:city': 'Los Angeles' },
      },
      {
        type: 'way',
        id: 3,
        center: { lat: latitude + 0.01, lon: longitude },
        tags: { tourism: 'museum', name: 'Hammer Museum', 'addr:full': 'Wilshire 10899, CA' },
      },
      {
        type: 'relation',
        id: 4,
        center: { lat: latitude, lon: longitude },
        tags: { leisure: 'pitch', name: 'Intramural Field', 'addr:housenumber': '9' },
      },
      { type: 'relation', id: 5, tags: { leisure: 'park', name: 'Nowhere' } },
      { type: 'node', id: 6, lat: latitude, lon: longitude, tags: { amenity: 'cafe' } },
      { type: 'node', id: 7, lat: latitude, lon: longitude },
    ],
  },
  page: {
    html_attributions: [
      '<a href="https://www.openstreetmap.org/copyright">© OpenStreetMap contributors</a>, ' +
        '<a href="https://opendatacommons.org/licenses/odbl/1-0/">ODbL 1.0</a>',
    ],
    results: [
      {
        name: 'Hammer Museum',
        place_id: 'osm:way/3',
        geometry: { location: { lat: latitude + 0.01, lng: longitude } },
        types: ['museum', 'tourist_attraction', 'point_of_interest', 'establishment'],
        vicinity: 'Wilshire 10899, CA',
        prominence: 3,
      },
      {
        name: 'Near Café',
        place_id: 'osm:node/2',
        geometry: { location: { lat: latitude, lng: longitude } },
        types: ['cafe', 'food', 'point_of_interest', 'establishment'],
        vicinity: 'Los Angeles',
        prominence: 2,
      },
      {
        name: 'Far Café',
        place_id: 'osm:node/1',
        geometry: { location: { lat: latitude + 0.001, lng: longitude } },
        types: ['cafe', 'food', 'point_of_interest', 'establishment'],
        vicinity: 'Westwood Plaza 7, Los Angeles',
        prominence: 2,
      },
      {
        name: 'Intramural Field',
        place_id: 'osm:relation/4',
        geometry: { location: { lat: latitude, lng: longitude } },
        types: ['point_of_interest', 'establishment'],
        vicinity: '',
        prominence: 0,
      },
    ],
    status: 'OK',
  },
} as const;

/** An element that could be passed on. */
const GOOD = {
  type: 'node',
  id: 1,
  lat: latitude,
  lon: longitude,
  tags: { amenity: 'cafe', name: 'x' },
};

/** What a request asks for by the choices: the filters of its smallest circle, and whether it sends the nearest. */
async function wordsOf({ body }: AskedRequest): Promise<Record<string, unknown>> {
  const query = new URLSearchParams(await body).get('data') ?? '';
  const [, first = ''] = query.split('\n');
  const [radius] = [...first.matchAll(/around:(\d+),/g)].map(([, metres]) => Number(metres));
  return {
    filters: [...first.matchAll(/\[name\](\[.*?\]);/g)].map(([, filter]) => filter),
    radius,
    byWeight: query.includes('landmarks'),
  };
}

const ANY = [
  '[amenity]',
  '[shop]',
  '[tourism]',
  '[leisure]',
  '[historic]',
  '[aeroway=aerodrome]',
  '[railway~"^(station|halt|tram_stop)$"]',
  '[public_transport~"^(station|platform)$"]',
];
const CAFES = ['[amenity~"(^|; *)(cafe)( *;|$)"]'];

const CHOICES: HttpChoicesFixture = {
  traits: OVERPASS_TRAITS,
  type: 'cafe',
  otherType: 'museum',
  asked: [
    { choices: {}, request: { filters: ANY, radius: 250, byWeight: true } },
    { choices: { rank: 'distance' }, request: { filters: ANY, radius: 50, byWeight: false } },
    { choices: { types: ['cafe'] }, request: { filters: CAFES, radius: 250, byWeight: true } },
    {
      choices: { types: ['campground', 'museum'], rank: 'distance' },
      request: {
        filters: ['[tourism~"(^|; *)(camp_site|museum)( *;|$)"]'],
        radius: 50,
        byWeight: false,
      },
    },
    // All languages come with every answer.
    { choices: { language: 'de' }, request: { filters: ANY, radius: 250, byWeight: true } },
  ],
  wordsOf,
  detailed: {
    answer: {
      elements: [
        {
          ...GOOD,
          tags: {
            ...GOOD.tags,
            'name:de': 'das X',
            'name:zh_pinyin': 'x',
            'name:zh-hant': 'X',
            'name:etymology': 'the letter',
            opening_hours: '24/7',
            'contact:phone': '+41 44 555 01 00; +41 44 555 01 01',
            website: 'x.example/menu; http://other.example',
            wheelchair: 'designated',
          },
        },
      ],
    },
    details: {
      openingHours: { osm: '24/7' },
      phone: '+41 44 555 01 00; +41 44 555 01 01',
      website: 'https://x.example/menu',
      wheelchair: 'yes',
      names: { de: 'das X', 'zh-pinyin': 'x', 'zh-Hant': 'X' },
    },
  },
  odd: {
    elements: [
      {
        ...GOOD,
        tags: {
          ...GOOD.tags,
          'name:1900': 'old',
          'name:de': '',
          opening_hours: '',
          website: 'javascript:alert(1)',
          wheelchair: 'perhaps',
        },
      },
    ],
  },
};

/** @see https://wiki.openstreetmap.org/wiki/Overpass_API */
export const OVERPASS: HttpFixture & { readonly choices: HttpChoicesFixture } = {
  choices: CHOICES,
  name: 'overpass',
  attribution: /© OpenStreetMap contributors.*odbl/i,
  key: '',
  create: (url) =>
    createOverpassProvider({ url, contact: undefined, deadlineMs: PATIENT_MS }, HTTP),
  answer: (places) => JSON.stringify({ ...HEAD, elements: places.map(elementOf) }),
  documented: DOCUMENTED,
  refusals: [
    refusal(400, 'INVALID_REQUEST', 'line 1: parse error: Unknown type'),
    refusal(
      429,
      'OVER_QUERY_LIMIT',
      'runtime error: open64: 0 Success /osm3s_osm_base Dispatcher_Client::request_read_and_idx::rate_limited.',
      30_000,
    ),
    refusal(
      504,
      'UNKNOWN_ERROR',
      'runtime error: open64: 0 Success /osm3s_osm_base Dispatcher_Client::request_read_and_idx::timeout.',
      30_000,
    ),
    refusal(504, 'UNKNOWN_ERROR', 'The dispatcher is turned off.', 30_000),
    givenUp('Query timed out in "query" at line 4 after 6 seconds.'),
    givenUp('Query run out of memory using about 2048 MB of RAM.'),
  ],
  lacking: {
    'a name': { elements: [{ ...GOOD, id: 2, tags: { amenity: 'cafe' } }, GOOD] },
    'any name': { elements: [{ ...GOOD, id: 2, tags: { amenity: 'cafe', name: '' } }, GOOD] },
    tags: { elements: [GOOD, { ...GOOD, id: 2, tags: undefined }] },
    'a location': { elements: [GOOD, { ...GOOD, id: 2, lat: undefined }] },
  },
  malformed: {
    'no elements': HEAD,
    'elements that are no list': { elements: {} },
    'an element that is none': { elements: [GOOD, null] },
    'an element of no type': { elements: [{ ...GOOD, type: 'street' }] },
    'an element without an ID': { elements: [{ ...GOOD, id: undefined }] },
    'a place off the map': { elements: [{ ...GOOD, lat: 91 }] },
    'a place with a word for a coordinate': { elements: [{ ...GOOD, lat: '1' }] },
    'tags that are no texts': { elements: [{ ...GOOD, tags: { name: 1 } }] },
    'a remark that is no text': { elements: [], remark: 1 },
  },
};
