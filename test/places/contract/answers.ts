import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { PlaceCircle, PlacesPage } from '#src/places/provider.js';
import { type AnyProvider, until } from './asking.ts';
import {
  type KnownPlace,
  placeAtKilometres,
  placesInARow,
  type ProviderFixture,
  QUERY,
} from './fixture.ts';
import { assertShape, outcomeOf, pageOf } from './outcome.ts';

/** Runs `use` with a provider whose upstream knows these places. */
export type WithPlaces = (
  places: readonly KnownPlace[],
  use: (provider: AnyProvider) => Promise<void>,
) => Promise<void>;

/** Questions that are answered like any other: at the poles, at the seams, in small and in large. */
const EVERYWHERE: readonly PlaceCircle[] = [
  { latitude: 90, longitude: 0, radiusMetres: 50_000 },
  { latitude: -90, longitude: 180, radiusMetres: 50_000 },
  { latitude: 0, longitude: -180, radiusMetres: 1 },
  { latitude: -0, longitude: -0, radiusMetres: 0.001 },
  { latitude: 1e-9, longitude: -1e-9, radiusMetres: 1e9 },
  { latitude: 34.068_930_000_001, longitude: -118.445_127_000_001, radiusMetres: 1234.5 },
];

/** What every provider does with what its upstream knows. */
export function answerCases(fixture: ProviderFixture, withPlaces: WithPlaces): void {
  const page = async (places: readonly KnownPlace[], query = QUERY): Promise<PlacesPage> => {
    let page: PlacesPage | undefined;
    await withPlaces(places, async (provider) => {
      page = pageOf(await outcomeOf(provider, fixture.key, query));
    });
    assert(page !== undefined);
    assertShape(page);
    return page;
  };

  test('places are answered in the shape of a Nearby Search, with their names as they are', async () => {
    const places = placesInARow(3);
    const { results } = await page(places);
    assert.deepEqual(
      new Set(results.map(({ name }) => name)),
      new Set(places.map(({ name }) => name)),
    );
    const first = results.find(({ name }) => name === places[0]?.name);
    const { lat, lng } = first?.geometry.location ?? {};
    assert.deepEqual([lat?.toFixed(5), lng?.toFixed(5)], ['34.06893', '-118.44513']);
  });

  test('no places are ZERO_RESULTS', async () => {
    assert.deepEqual((await page([])).results, []);
  });

  test('a page of 20 is whole, one of 21 or more is cut to 20', async () => {
    for (const count of [20, 21, 60]) {
      assert.equal((await page(placesInARow(count))).results.length, 20);
    }
  });

  test('what the upstream wants to be shown is in the page', async () => {
    const { html_attributions } = await page(placesInARow(1));
    if (fixture.attribution === undefined) assert.deepEqual(html_attributions, []);
    else assert.match(html_attributions.join(), fixture.attribution);
  });

  test('a question from anywhere on Earth is answered', async () => {
    for (const circle of EVERYWHERE) await page([], { ...QUERY, ...circle });
  });

  test('questions at the same time are all answered', async () => {
    await withPlaces(placesInARow(2), async (provider) => {
      const outcomes = await Promise.all(
        Array.from({ length: 9 }, () => outcomeOf(provider, fixture.key)),
      );
      for (const outcome of outcomes) assert.equal(pageOf(outcome).results.length, 2);
    });
  });

  test('an asker that has gone before it asked gets its own reason', async () => {
    await withPlaces([], async (provider) => {
      const gone = AbortSignal.abort(new Error('gone'));
      await assert.rejects(provider.nearby(QUERY, until(gone)), /gone/);
    });
  });
}

/** What a provider does that sees to it that no place lies outside the radius. */
export function radiusCases(fixture: ProviderFixture, withPlaces: WithPlaces): void {
  test('a place within the radius is there, one beyond it is not', async () => {
    for (const [kilometres, found] of [
      [9.999, 1],
      [10.001, 0],
    ] as const) {
      await withPlaces([placeAtKilometres(kilometres)], async (provider) => {
        const { results } = pageOf(await outcomeOf(provider, fixture.key));
        assert.equal(results.length, found);
      });
    }
  });
}
