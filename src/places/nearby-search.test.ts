import assert from 'node:assert/strict';
import { test } from 'node:test';

import { askForPage, createNearbySearch, type UpstreamFault } from './nearby-search.ts';
import type { PlaceProvider, PlacesPage } from './provider.ts';
import { UpstreamError } from './upstream-error.ts';

const QUERY = { latitude: 1, longitude: 2, radiusMetres: 3 };
const EMPTY: PlacesPage = { html_attributions: [], results: [], status: 'ZERO_RESULTS' };

function never(): AbortSignal {
  return new AbortController().signal;
}

/** Asks a provider that answers with `nearby`; the faults are collected. */
async function ask(nearby: PlaceProvider['nearby'], signal: AbortSignal) {
  const faults: UpstreamFault[] = [];
  const onFault = (fault: UpstreamFault): void => void faults.push(fault);
  const page = await askForPage({ name: 'atlas', nearby }, { onFault })(QUERY, signal);
  return { page, faults };
}

test('the page of a provider is passed on as it is', async () => {
  const { page, faults } = await ask(async () => EMPTY, never());
  assert.equal(page, EMPTY);
  assert.deepEqual(faults, []);
});

test('an upstream that fails becomes a page for the asker and a fault for the operator', async () => {
  const { page, faults } = await ask(async () => {
    throw new UpstreamError({
      code: 'UPSTREAM_REFUSED',
      status: 'OVER_QUERY_LIMIT',
      message: 'Enough.',
      detail: 'Since noon.',
    });
  }, never());
  assert.deepEqual(page, {
    html_attributions: [],
    results: [],
    status: 'OVER_QUERY_LIMIT',
    error_message: 'Enough.',
  });
  assert.deepEqual(faults, [
    { provider: 'atlas', code: 'UPSTREAM_REFUSED', text: 'Enough. Since noon.' },
  ]);
});

test('an error of ours is an answer as well, and its words are for the operator only', async () => {
  const { page, faults } = await ask(() => Promise.reject(new TypeError('x is no y')), never());
  assert.equal(page.status, 'UNKNOWN_ERROR');
  assert.doesNotMatch(page.error_message ?? '', /x is no y/);
  assert.deepEqual(faults, [{ provider: 'atlas', code: 'INTERNAL', text: 'TypeError: x is no y' }]);
});

test('a call that was ended early is no fault', async () => {
  const controller = new AbortController();
  const faults: UpstreamFault[] = [];
  const askPage = askForPage(
    {
      name: 'atlas',
      nearby: async () => {
        controller.abort(new Error('gone'));
        throw new UpstreamError({
          code: 'UPSTREAM_CONNECTION',
          status: 'UNKNOWN_ERROR',
          message: '',
        });
      },
    },
    { onFault: (fault) => faults.push(fault) },
  );
  await assert.rejects(askPage(QUERY, controller.signal), /gone/);
  assert.deepEqual(faults, []);
});

test('the embedded places answer, from the cache too', async () => {
  const search = createNearbySearch(
    { provider: 'geonames', cache: { ttlMs: 60_000, entries: 10 } },
    { onFault: ({ text }) => assert.fail(text) },
  );
  const losAngeles = { latitude: 34.05223, longitude: -118.24368, radiusMetres: 1_000 };
  const first = await search.nearby(losAngeles, never());
  assert.equal(first.results[0]?.place_id, 'geonames:5368361');
  assert.equal(await search.nearby({ ...losAngeles }, never()), first);
});
