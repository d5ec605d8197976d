import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import { inspect } from 'node:util';

import type { NearbyQuery, PlacesPage } from '#src/places/provider.js';
import { UpstreamError } from '#src/places/upstream-error.js';
import { AnsweringUpstream } from '../answering-upstream.ts';
import { type AnyProvider, untilAnswered } from './asking.ts';
import { type HttpFixture, QUERY } from './fixture.ts';

/** What came of one question: a page or an error. */
export type Outcome = PlacesPage | UpstreamError;

/** Asks once, and sees to it that the key is in nothing that comes of it, the error's stack included. */
export async function outcomeOf(
  provider: AnyProvider,
  key: string,
  query: NearbyQuery = QUERY,
  onSent = (): void => undefined,
): Promise<Outcome> {
  const outcome = await provider.nearby(query, untilAnswered(onSent)).then(
    ({ page }) => page,
    (error: unknown) => {
      if (error instanceof UpstreamError) return error;
      throw error;
    },
  );
  const said = inspect(outcome, { depth: Infinity, maxStringLength: Infinity });
  const forms = [key, encodeURIComponent(key), JSON.stringify(key).slice(1, -1)];
  for (const text of key === '' ? [] : [said, JSON.stringify(outcome)]) {
    for (const form of forms) assert(!text.includes(form), text);
  }
  return outcome;
}

/** Asks an upstream that answers in this way. */
export async function outcomeWith(
  fixture: HttpFixture,
  answer: RequestListener,
  onSent = (): void => undefined,
): Promise<Outcome> {
  await using upstream = await AnsweringUpstream.start(answer);
  return await outcomeOf(fixture.create(upstream.url), fixture.key, QUERY, onSent);
}

/** Asks an upstream that answers with this text. */
export function outcomeOfText(fixture: HttpFixture, text: string): Promise<Outcome> {
  return outcomeWith(fixture, (_request, response) => response.end(text));
}

/** The page that came, if one came. */
export function pageOf(outcome: Outcome): PlacesPage {
  assert(!(outcome instanceof UpstreamError), inspect(outcome));
  return outcome;
}

/** The error that came, if it is this one. */
export function failureOf(
  outcome: Outcome,
  code: UpstreamError['code'],
  status: PlacesPage['status'] = 'UNKNOWN_ERROR',
): UpstreamError {
  assert(outcome instanceof UpstreamError, inspect(outcome));
  assert.deepEqual([outcome.code, outcome.status], [code, status], inspect(outcome));
  assert.notEqual(outcome.message, '');
  return outcome;
}

/** Whether a page has the shape that all pages have. */
export function assertShape(page: PlacesPage): void {
  assert(page.status === 'OK' || page.status === 'ZERO_RESULTS', page.status);
  assert.equal(page.error_message, undefined);
  assert(page.html_attributions.every((text) => typeof text === 'string'));
  assert(page.results.length <= 20, `${page.results.length} places`);
  assert.equal(page.results.length === 0, page.status === 'ZERO_RESULTS');
  for (const place of page.results) {
    assert.equal(typeof place.name, 'string');
    assert.notEqual(place.place_id, '');
    assert.equal(typeof place.vicinity, 'string');
    assert(
      place.types.every((type) => /^[a-z_0-9]+$/.test(type)),
      inspect(place.types),
    );
    const { lat, lng } = place.geometry.location;
    assert(Math.abs(lat) <= 90 && Math.abs(lng) <= 180, `${lat}, ${lng}`);
  }
  const ids = page.results.map(({ place_id }) => place_id);
  assert.equal(new Set(ids).size, ids.length, 'an ID comes twice');
  // As the reply to a client has it.
  assert.deepEqual(JSON.parse(JSON.stringify(page)), page);
}
