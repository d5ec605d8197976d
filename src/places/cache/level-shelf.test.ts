import assert from 'node:assert/strict';
import { mkdir, readdir, rm, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';

import { ClassicLevel } from 'classic-level';

import { makeTemporaryFolder } from '../../disk/temporary-folder.test.ts';
import type { PlacesPage } from '../provider.ts';
import { createCachedPage, type CachedPage } from './cached-page.ts';
import { keyOf } from './cached-pages.ts';
import { seal } from './seal.ts';
import { LevelShelf } from './level-shelf.ts';
import type { ShelfError } from './shelf-errors.ts';
import { DEFAULT_CHOICES } from '../choices.ts';

const PAGE: PlacesPage = {
  html_attributions: ['by'],
  results: [
    {
      name: 'Café',
      place_id: '1',
      geometry: { location: { lat: 1, lng: 2 } },
      types: ['cafe'],
      vicinity: 'Here',
      rating: 4.5,
    },
  ],
  next_page_token: 'more',
  status: 'OK',
};
const EMPTY: PlacesPage = { html_attributions: [], results: [], status: 'ZERO_RESULTS' };

function cached(radiusMetres: number, page = PAGE): CachedPage {
  return createCachedPage(
    { latitude: 1, longitude: 2, radiusMetres, choices: DEFAULT_CHOICES },
    { page, complete: true },
    123.5,
  );
}

function put(shelf: LevelShelf, ...pages: readonly CachedPage[]): void {
  for (const page of pages) shelf.put(keyOf(page.query), page);
}

/** A folder that is not there yet. */
async function makeFolder(): Promise<string> {
  return join(await makeTemporaryFolder(), 'cache');
}

/** Opens a shelf: what was on it, and what went wrong. */
async function open(t: TestContext, folder: string, source = 'atlas') {
  const errors: ShelfError[] = [];
  const pages: CachedPage[] = [];
  const shelf = new LevelShelf({ folder, source, onError: (error) => errors.push(error) });
  t.after(() => shelf.close());
  await shelf.restore((page) => pages.push(page));
  return { shelf, pages, errors, codes: () => errors.map(({ code }) => code) };
}

test('pages outlive the shelf, with all that they say', async (t) => {
  const folder = await makeFolder();
  const first = await open(t, folder);
  assert.deepEqual([first.pages, first.errors], [[], []]);
  put(first.shelf, cached(10), cached(20), cached(30, EMPTY), cached(40));
  first.shelf.delete(keyOf(cached(20).query));
  await first.shelf.close();

  const second = await open(t, folder);
  assert.deepEqual(
    [second.pages, second.errors],
    [[cached(10), cached(30, EMPTY), cached(40)], []],
  );
});

test('more pages than are read in one go', async (t) => {
  const folder = await makeFolder();
  const pages = Array.from({ length: 101 }, (_, i) => cached(1000 + i));
  const first = await open(t, folder);
  put(first.shelf, ...pages);
  await first.shelf.close();
  assert.deepEqual((await open(t, folder)).pages, pages);
});

test('a shelf that is closed while it is read reads no further, and keeps all', async (t) => {
  const folder = await makeFolder();
  const pages = Array.from({ length: 101 }, (_, i) => cached(1000 + i));
  const first = await open(t, folder);
  put(first.shelf, ...pages);
  await first.shelf.close();
  const read: CachedPage[] = [];
  const second = new LevelShelf({ folder, source: 'atlas', onError: assert.ifError });
  let closed: Promise<void> | undefined;
  await second.restore((page) => {
    read.push(page);
    closed ??= second.close();
  });
  await closed;
  assert.ok(read.length > 0 && read.length < pages.length);
  assert.deepEqual((await open(t, folder)).pages, pages);
});

test('what is cleared is gone, what comes after it is not', async (t) => {
  const folder = await makeFolder();
  const first = await open(t, folder);
  put(first.shelf, cached(10));
  await first.shelf.close();
  const second = await open(t, folder);
  put(second.shelf, cached(20));
  second.shelf.clear();
  put(second.shelf, cached(30));
  await second.shelf.close();
  assert.deepEqual((await open(t, folder)).pages, [cached(30)]);
});

test('pages of another source are not read, and are removed', async (t) => {
  const folder = await makeFolder();
  const first = await open(t, folder);
  put(first.shelf, cached(10));
  await first.shelf.close();
  const other = await open(t, folder, 'gazetteer');
  assert.deepEqual([other.pages, other.errors], [[], []]);
  await other.shelf.close();
  assert.deepEqual((await open(t, folder)).pages, []);
});

test('what is put before the folder is open is kept as well', async (t) => {
  const folder = await makeFolder();
  const shelf = new LevelShelf({ folder, source: 'atlas', onError: assert.ifError });
  const restored = shelf.restore(() => assert.fail());
  put(shelf, cached(10));
  await restored;
  await shelf.close();
  assert.deepEqual((await open(t, folder)).pages, [cached(10)]);
});

test('what comes after the close is not kept, and harms nothing', async (t) => {
  const folder = await makeFolder();
  const first = await open(t, folder);
  put(first.shelf, cached(10));
  await first.shelf.close();
  put(first.shelf, cached(20));
  first.shelf.clear();
  await first.shelf.close();
  assert.deepEqual(first.errors, []);
  assert.deepEqual((await open(t, folder)).pages, [cached(10)]);
});

test('a damaged folder begins empty, and is a fault', async (t) => {
  const folder = await makeFolder();
  const first = await open(t, folder);
  put(first.shelf, cached(10));
  await first.shelf.close();
  for (const file of await readdir(folder)) {
    if (/^(CURRENT|MANIFEST)/.test(file)) await writeFile(join(folder, file), 'damage');
  }

  const second = await open(t, folder);
  assert.deepEqual([second.pages, second.codes()], [[], ['CACHE_DAMAGED']]);
  assert.ok(second.errors[0]?.message.includes(folder));
  put(second.shelf, cached(20));
  await second.shelf.close();
  assert.deepEqual((await open(t, folder)).pages, [cached(20)]);
});

test('a folder that lacks a file is damaged', async (t) => {
  const folder = await makeFolder();
  const first = await open(t, folder);
  put(first.shelf, cached(10));
  await first.shelf.close();
  for (const file of await readdir(folder)) {
    if (file.startsWith('MANIFEST')) await rm(join(folder, file));
  }
  assert.deepEqual((await open(t, folder)).codes(), ['CACHE_DAMAGED']);
});

/** Puts three pages on disk, and changes the row of the second. */
async function damageOne(t: TestContext, change: (row: string) => string): Promise<string> {
  const folder = await makeFolder();
  const first = await open(t, folder);
  put(first.shelf, cached(10), cached(20), cached(30));
  await first.shelf.close();
  const level = new ClassicLevel(folder);
  const key = `@${keyOf(cached(20).query)}`;
  await level.put(key, change((await level.get(key)) ?? ''));
  await level.close();
  return folder;
}

for (const [what, change] of [
  ['was changed', (row: string) => row.replace('Café', 'Cafe')],
  ['is cut off', (row: string) => row.slice(0, -5)],
  ['is none', () => 'nonsense'],
  ['is another thing, and sealed', () => seal('{"query":7}')],
] as const) {
  test(`a page on disk that ${what} is damage, and is dropped alone`, async (t) => {
    const folder = await damageOne(t, change);
    const second = await open(t, folder);
    assert.deepEqual(second.codes(), ['CACHE_DAMAGED']);
    assert.deepEqual(second.pages, [cached(10), cached(30)]);
    await second.shelf.close();
    const third = await open(t, folder);
    assert.deepEqual([third.pages, third.errors], [[cached(10), cached(30)], []]);
  });
}

test('a disk that fails to open leaves all as it is, and forgetting is made up for', async (t) => {
  const folder = await makeFolder();
  const first = await open(t, folder);
  put(first.shelf, cached(10), cached(20));
  await first.shelf.close();
  // LevelDB cannot lock a folder in place of its file: an error of the disk, not of what is on it.
  const lock = join(folder, 'LOCK');
  await rm(lock);
  await mkdir(lock);
  const second = await open(t, folder);
  assert.deepEqual([second.pages, second.codes()], [[], ['CACHE_UNUSABLE']]);
  put(second.shelf, cached(30));
  await second.shelf.close();

  await rmdir(lock);
  const third = await open(t, folder);
  assert.deepEqual([third.pages, third.errors], [[cached(10), cached(20)], []]);
  await third.shelf.close();
  await rm(lock);
  await mkdir(lock);
  const fourth = await open(t, folder);
  await rmdir(lock);
  fourth.shelf.clear();
  put(fourth.shelf, cached(40));
  await fourth.shelf.close();
  assert.deepEqual((await open(t, folder)).pages, [cached(40)]);
});

test('a folder in use is left alone: the second shelf keeps nothing', async (t) => {
  const folder = await makeFolder();
  const first = await open(t, folder);
  put(first.shelf, cached(10));
  const second = await open(t, folder);
  assert.deepEqual(second.codes(), ['CACHE_UNUSABLE']);
  put(second.shelf, cached(20));
  second.shelf.clear();
  await second.shelf.close();
  await first.shelf.close();
  assert.deepEqual((await open(t, folder)).pages, [cached(10)]);
});

test('a database of something else is left alone', async (t) => {
  const folder = await makeFolder();
  const journal = new ClassicLevel(folder);
  await journal.put('client', 'location');
  await journal.close();
  const { shelf, pages, codes } = await open(t, folder);
  put(shelf, cached(10));
  shelf.clear();
  await shelf.close();
  assert.deepEqual([pages, codes()], [[], ['CACHE_FOREIGN']]);
  await journal.open();
  t.after(() => journal.close());
  assert.deepEqual(await journal.iterator().all(), [['client', 'location']]);
});

test('a folder that cannot be made is a fault', async (t) => {
  const folder = await makeFolder();
  await writeFile(folder, '');
  const { shelf, codes } = await open(t, folder);
  assert.deepEqual(codes(), ['CACHE_UNUSABLE']);
  put(shelf, cached(10));
  await shelf.close();
});
