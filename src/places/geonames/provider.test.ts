import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';

import { DEFAULT_CHOICES, type PlaceChoices } from '../choices.ts';
import type { PlacesPage } from '../provider.ts';
import { buildPlaces } from './build-places.ts';
import type { SourceAirport, SourceCity } from './build-sources.ts';
import { createGeonamesProvider } from './provider.ts';

const REGIONS = new Map([
  ['XK.25', 'Prizren'],
  ['XK.00', 'Kosovo'],
]);

const TOWN: SourceCity = {
  id: 7,
  name: 'Münster',
  otherNames: '',
  latitude: -0.7,
  longitude: 0.7,
  country: 'XK',
  featureCode: 'PPL',
  regionCode: '',
  population: 7,
};

const AIRPORT: SourceAirport = {
  id: '3632',
  name: 'Los Angeles International Airport',
  latitude: 33.942501,
  longitude: -118.407997,
  type: 'large_airport',
  scheduled: 'yes',
  country: 'US',
  city: 'Los Angeles',
  iata: 'LAX',
  website: 'https://www.flylax.com/',
};

/** The page of all these places that are of types that are asked for. */
async function pageOf(
  cities: readonly Partial<SourceCity>[],
  {
    airports = [],
    moved = new Map(),
    ...choices
  }: Partial<PlaceChoices> & {
    readonly airports?: readonly SourceAirport[];
    readonly moved?: ReadonlyMap<number, string>;
  } = {},
): Promise<PlacesPage> {
  const folder = await mkdtemp(join(tmpdir(), 'proxy-herd-'));
  try {
    const file = join(folder, 'places.index');
    const whole = cities.map((city) => ({ ...TOWN, ...city }));
    const source = { cities: whole, airports, regions: REGIONS, moved };
    await writeFile(file, buildPlaces(source, 'a test'));
    const provider = createGeonamesProvider(pathToFileURL(file));
    const query = { latitude: 0, longitude: 0, radiusMetres: 20_000_000 };
    const { signal } = new AbortController();
    const asked = { ...query, choices: { ...DEFAULT_CHOICES, ...choices } };
    const { page } = await provider.nearby(asked, { signal });
    await provider.close();
    return page;
  } finally {
    await rm(folder, { recursive: true });
  }
}

test('a place has all that the protocol promises of it', async () => {
  const page = await pageOf([TOWN]);
  assert.equal(page.status, 'OK');
  assert.match(page.html_attributions.join(), /GeoNames.*CC BY 4\.0/);
  assert.deepEqual(page.results, [
    {
      name: 'Münster',
      place_id: 'geonames:7',
      geometry: { location: { lat: -0.7, lng: 0.7 } },
      types: ['locality', 'political'],
      vicinity: 'Kosovo',
      population: 7,
      prominence: 7,
    },
  ]);
});

for (const [featureCode, types] of [
  ['PPL', ['locality', 'political']],
  ['PPLC', ['locality', 'political']],
  ['PPLA2', ['locality', 'political']],
  ['PPLX', ['sublocality', 'political']],
  ['PPLW', ['locality']],
  ['PPLQ', ['locality']],
] as const) {
  test(`the feature code ${featureCode} becomes ${types.join(', ')}`, async () => {
    const { results } = await pageOf([{ featureCode }]);
    assert.deepEqual(results[0]?.types, types);
  });
}

for (const [regionCode, vicinity] of [
  ['25', 'Prizren, Kosovo'],
  ['00', 'Kosovo'],
  ['99', 'Kosovo'],
  ['', 'Kosovo'],
] as const) {
  test(`the vicinity of a place in region "${regionCode}" is ${vicinity}`, async () => {
    const { results } = await pageOf([{ regionCode }]);
    assert.equal(results[0]?.vicinity, vicinity);
  });
}

test('a place whose region has another code by now is in the region of that code', async () => {
  const { results } = await pageOf([{ regionCode: '99' }], { moved: new Map([[7, '25']]) });
  assert.equal(results[0]?.vicinity, 'Prizren, Kosovo');
});

test('an airport counts as a town by its size, and has its code', async () => {
  const airports: SourceAirport[] = [
    { ...AIRPORT, id: '1', type: 'medium_airport', scheduled: 'no', iata: '', website: '' },
    AIRPORT,
  ];
  const { results } = await pageOf([{ population: 500_001 }, { id: 8, population: 499_999 }], {
    airports,
  });
  assert.deepEqual(
    results.map(({ place_id }) => place_id),
    ['geonames:7', 'ourairports:3632', 'geonames:8', 'ourairports:1'],
  );
  assert.deepEqual(results[1], {
    name: 'Los Angeles International Airport',
    place_id: 'ourairports:3632',
    geometry: { location: { lat: 33.942501, lng: -118.407997 } },
    types: ['airport'],
    vicinity: 'Los Angeles, United States',
    iata_code: 'LAX',
    prominence: 500_000,
    details: { website: 'https://www.flylax.com/' },
  });
});

test('places of the types that are asked for alone are found', async () => {
  const options = { airports: [AIRPORT], types: ['airport', 'sublocality'] as const };
  const { results } = await pageOf([TOWN, { id: 8, featureCode: 'PPLX' }], options);
  assert.deepEqual(
    results.map(({ place_id }) => place_id),
    ['ourairports:3632', 'geonames:8'],
  );
});

test('names whose script says their language are names in it, the shortest of each', async () => {
  const seoul = {
    name: 'Seoul',
    otherNames: 'Séoul,Сеул,漢城,서울특별시,서울,ソウル特別市,ソウル,Σεούλ,سول,โซล',
  };
  const { results } = await pageOf([seoul], { language: 'ko-KR' });
  assert.equal(results[0]?.name, '서울');
  assert.equal(results[0].vicinity, '코소보');
  assert.deepEqual(results[0].details?.names, { ko: '서울', ja: 'ソウル', el: 'Σεούλ', th: 'โซล' });
  const french = await pageOf([seoul], { language: 'fr' });
  assert.equal(french.results[0]?.name, 'Seoul');
});

test('a page has the best 20', async () => {
  const cities = Array.from({ length: 30 }, (_, i) => ({ id: i, name: `T${i}`, population: i }));
  const { results } = await pageOf(cities);
  assert.deepEqual(
    results.map(({ name }) => name),
    Array.from({ length: 20 }, (_, i) => `T${29 - i}`),
  );
});
