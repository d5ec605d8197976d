import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { PlacesPage } from '../provider.ts';
import { UpstreamError } from '../upstream-error.ts';
import { readAnswer } from './answer.ts';

const PLACE = {
  business_status: 'OPERATIONAL',
  geometry: {
    location: { lat: -33.8675219, lng: 151.2016502 },
    viewport: { northeast: { lat: -33.86, lng: 151.2 }, southwest: { lat: -33.87, lng: 151.1 } },
  },
  name: 'Cruise Bar',
  photos: [{ height: 575, html_attributions: ['<a href="https://example.com/">A</a>'] }],
  place_id: 'ChIJi6C1MxquEmsR9-c-3O48ykI',
  rating: 4.1,
  types: ['bar', 'restaurant'],
  vicinity: 'Level 1, 2 and 3, Overseas Passenger Terminal, The Rocks',
};

function answer(fields: object): string {
  return JSON.stringify({ html_attributions: [], results: [PLACE], status: 'OK', ...fields });
}

function parse(text: string): PlacesPage {
  return readAnswer(JSON.parse(text), true).page;
}

function failureOf(text: string): UpstreamError {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof UpstreamError) return error;
    throw error;
  }
  return assert.fail('it was parsed');
}

test('an answer is read with all that is known of its places', () => {
  const text = answer({ html_attributions: ['by'], next_page_token: 'CpQC' });
  assert.deepEqual(parse(text), JSON.parse(text));
});

test('of the page, only the fields of a Nearby Search are kept', () => {
  assert.deepEqual(parse(answer({ info_messages: ['x'] })), JSON.parse(answer({})));
});

test('ZERO_RESULTS is an answer', () => {
  const text = answer({ results: [], status: 'ZERO_RESULTS' });
  assert.deepEqual(parse(text), JSON.parse(text));
});

test('a place without types and vicinity gets empty ones, a page without attributions none', () => {
  const { types: _types, vicinity: _vicinity, ...bare } = PLACE;
  const page = parse(JSON.stringify({ results: [bare], status: 'OK' }));
  assert.deepEqual(page, {
    html_attributions: [],
    results: [{ ...bare, types: [], vicinity: '' }],
    status: 'OK',
  });
});

test('a page of more than 20 places is cut to the first 20', () => {
  const results = Array.from({ length: 21 }, (_, i) => ({ ...PLACE, place_id: String(i) }));
  const ids = parse(answer({ results })).results.map(({ place_id }) => place_id);
  assert.deepEqual(
    ids,
    results.slice(0, 20).map(({ place_id }) => place_id),
  );
});

for (const [status, expected] of [
  ['OVER_QUERY_LIMIT', 'OVER_QUERY_LIMIT'],
  ['OVER_DAILY_LIMIT', 'OVER_QUERY_LIMIT'],
  ['REQUEST_DENIED', 'REQUEST_DENIED'],
  ['INVALID_REQUEST', 'INVALID_REQUEST'],
  ['NOT_FOUND', 'INVALID_REQUEST'],
  ['UNKNOWN_ERROR', 'UNKNOWN_ERROR'],
  ['toString', 'UNKNOWN_ERROR'],
] as const) {
  test(`the status ${status} is a failure with status ${expected}`, () => {
    const said = failureOf(answer({ results: [], status, error_message: 'because' }));
    assert.equal(said.code, 'UPSTREAM_REFUSED');
    assert.equal(said.status, expected);
    assert.equal(said.message, 'because');
    const { detail = '' } = said;
    assert.ok(detail.startsWith(`Its status was ${status}.`), detail);
    assert.equal(detail.includes('Check the key'), expected === 'REQUEST_DENIED');

    const silent = failureOf(JSON.stringify({ status }));
    assert.equal(silent.status, expected);
    assert.notEqual(silent.message, '');
  });
}

for (const [what, text] of [
  ['null', 'null'],
  ['an array', '[]'],
  ['no status', JSON.stringify({ results: [] })],
  ['a status that is no text', answer({ status: 1 })],
  ['no results', JSON.stringify({ status: 'OK', html_attributions: [] })],
  ['results that are no list', answer({ results: {} })],
  ['a place that is none', answer({ results: [PLACE, null] })],
  ['a place with a number for a name', answer({ results: [{ ...PLACE, name: 7 }] })],
  ['a place with a number for an ID', answer({ results: [{ ...PLACE, place_id: 7 }] })],
  ['a geometry that is none', answer({ results: [{ ...PLACE, geometry: 'here' }] })],
  [
    'a place off the map',
    answer({ results: [{ ...PLACE, geometry: { location: { lat: 90.1, lng: 0 } } }] }),
  ],
  ['attributions that are no texts', answer({ html_attributions: [1] })],
  ['a token that is no text', answer({ next_page_token: 1 })],
] as const) {
  test(`${what} is a bad answer`, () => {
    const { code, status } = failureOf(text);
    assert.equal(code, 'UPSTREAM_BAD_ANSWER');
    assert.equal(status, 'UNKNOWN_ERROR');
  });
}

test('a project that came too late for the legacy API is explained to the operator, but not to clients', () => {
  const error_message =
    'You’re calling a legacy API, which is not enabled for your project. To get newer features and more ' +
    'functionality, switch to the Places API (New) or Routes API. Learn more: ' +
    'https://developers.google.com/maps/legacy#LegacyApiNotActivatedMapError';
  const failure = failureOf(JSON.stringify({ status: 'REQUEST_DENIED', error_message }));
  assert.equal(failure.message, error_message);
  assert.match(failure.detail ?? '', /set places\.provider to google.*enable Places API \(New\)/);

  const wrongKey = { status: 'REQUEST_DENIED', error_message: 'The provided API key is invalid.' };
  assert.doesNotMatch(failureOf(JSON.stringify(wrongKey)).detail ?? '', /places\.provider/);
});

test('the operator gets where an answer has another shape', () => {
  const { detail } = failureOf(answer({ results: [PLACE, { ...PLACE, geometry: 1 }] }));
  assert.match(detail ?? '', /^results\.1\.geometry: .*, found 1$/);
});

test('a page is complete that is short, has no further page, and may be taken for it', () => {
  const isComplete = (fields: object, count: number, shortPagesComplete = true): boolean => {
    const results = Array.from({ length: count }, (_, n) => ({ ...PLACE, place_id: String(n) }));
    return readAnswer(JSON.parse(answer({ results, ...fields })), shortPagesComplete).complete;
  };
  assert.equal(isComplete({}, 19), true);
  assert.equal(isComplete({}, 20), false);
  assert.equal(isComplete({ next_page_token: 'more' }, 19), false);
  assert.equal(isComplete({}, 19, false), false);
});

test('a full page with a place that is left out is not complete', () => {
  const results = Array.from({ length: 20 }, (_, n) => ({
    ...PLACE,
    place_id: String(n),
    name: n === 7 ? undefined : 'x',
  }));
  const { page, complete } = readAnswer(JSON.parse(answer({ results })), true);
  assert.deepEqual([page.results.length, complete], [19, false]);
});
