import assert from 'node:assert/strict';
import { test } from 'node:test';

import { tagsOfWeight } from '../osm/kinds.ts';
import { overpassQuery } from './query.ts';
import { DEFAULT_CHOICES, type PlaceChoices } from '../choices.ts';

const POINT = { latitude: -0.000_000_1, longitude: 12.345_678_9 };

/** The part of a query that searches circles, and that which says what of it is sent. */
function partsOf(radiusMetres: number): { searches: string[]; output: string[] } {
  const [head, ...lines] = overpassQuery(
    { ...POINT, radiusMetres, choices: DEFAULT_CHOICES },
    5,
  ).split('\n');
  assert.equal(head, '[out:json][timeout:5];');
  const searches = lines.filter((line) => line.includes('around:'));
  return { searches, output: lines.slice(searches.length) };
}

test('a small radius is asked as it is', () => {
  const { searches } = partsOf(249.5);
  const circle = '(around:249.5,0,12.345679)[name]';
  const filters = [
    '[amenity]',
    '[shop]',
    '[tourism]',
    '[leisure]',
    '[historic]',
    '[aeroway=aerodrome]',
    '[railway~"^(station|halt|tram_stop)$"]',
    '[public_transport~"^(station|platform)$"]',
  ];
  assert.deepEqual(searches, [
    `(${filters.map((filter) => `nwr${circle}${filter};`).join('')})->.places;`,
  ]);
});

test('a large radius is asked in circles that grow as long as they have too few places', () => {
  const circles = partsOf(3_000).searches.map((line) => {
    const radii = [...line.matchAll(/around:(\d+),/g)].map(([, radius]) => Number(radius));
    assert.equal(new Set(radii).size, 1);
    return [radii[0], line.startsWith('if(places.count(nwr)<60){')];
  });
  assert.deepEqual(circles, [
    [250, false],
    [500, true],
    [1000, true],
    [2000, true],
    [3000, true],
  ]);
});

test('the largest radius ends with itself', () => {
  const { searches } = partsOf(50_000);
  assert.match(searches.at(-2) ?? '', /around:32000,/);
  assert.match(searches.at(-1) ?? '', /around:50000,/);
});

test('of very many places, those that weigh most are sent first, points and areas alike', () => {
  const { output } = partsOf(1_000);
  const [landmarks, lesser, destinations, others, ...sent] = output;
  assert.match(landmarks ?? '', /^\(nwr\.places\[.*"\];\)->\.landmarks;$/);
  assert.match(landmarks ?? '', /nwr\.places\[historic~"\(\^\|; \*\)\(castle\|fort\|monument\)/);
  assert.equal(lesser, '(.places; - .landmarks;)->.lesser;');
  assert.match(destinations ?? '', /nwr\.lesser\[amenity~.*\)->\.destinations;$/);
  assert.equal(others, '(.lesser; - .destinations;)->.others;');
  assert.deepEqual(
    sent,
    ['landmarks', 'destinations', 'others'].map(
      (set) =>
        `node.${set};out tags center 120;way.${set};out tags center 80;relation.${set};out tags center 20;`,
    ),
  );
});

/** Keys that say more of a place, which is one by another key. */
const REFINING: ReadonlySet<string> = new Set(['religion', 'station']);

test('all kinds that have a weight are asked for', () => {
  const [search = ''] = partsOf(249).searches;
  const filters = [...search.matchAll(/\[name\]\[(\w+)(?:=(\w+)|~"\^\(([\w|]+)\)\$")?\]/g)];
  const isAsked = (key: string, value: string): boolean =>
    filters.some(
      ([, name, only, some]) =>
        name === key && (only ?? value) === value && (some?.split('|').includes(value) ?? true),
    );
  for (const weight of [0, 1, 2, 3]) {
    for (const [key, values] of tagsOfWeight(weight)) {
      if (REFINING.has(key)) continue;
      for (const value of values) assert.ok(isAsked(key, value), `${key}=${value}`);
    }
  }
});

function searchesFor(choices: Partial<PlaceChoices>, radiusMetres = 249): string[] {
  const query = { ...POINT, radiusMetres, choices: { ...DEFAULT_CHOICES, ...choices } };
  return overpassQuery(query, 5)
    .split('\n')
    .filter((line) => line.includes('around:'));
}

test('types are asked for by their tags, a store by any shop as well', () => {
  const [search = ''] = searchesFor({ types: ['cafe', 'store', 'subway_station'] });
  assert.match(search, /\[name\]\[amenity~"\(\^\|; \*\)\(cafe\)\( \*;\|\$\)"\];/);
  assert.match(search, /\[name\]\[station~"[^"]*\(subway\)[^"]*"\];/);
  assert.match(search, /\[name\]\[shop\];/);
  assert.doesNotMatch(search, /tourism/);
});

test('the nearest are looked for in smaller circles, and all of the last one is sent', () => {
  const radii = searchesFor({ rank: 'distance' }, 3_000).map((line) =>
    Number(/around:(\d+),/.exec(line)?.[1]),
  );
  assert.deepEqual(radii, [50, 100, 250, 500, 1_000, 2_000, 3_000]);
  const choices = { ...DEFAULT_CHOICES, rank: 'distance' } as const;
  const query = overpassQuery({ ...POINT, radiusMetres: 40, choices }, 5);
  assert.deepEqual(query.split('\n').slice(2), [
    'node.places;out tags center 600;way.places;out tags center 400;relation.places;out tags center 60;',
  ]);
});
