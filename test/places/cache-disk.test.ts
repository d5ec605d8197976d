import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { createCachedPage, type CachedPage } from '#src/places/cache/cached-page.js';
import { keyOf } from '#src/places/cache/cached-pages.js';
import { LevelShelf } from '#src/places/cache/level-shelf.js';
import { DEFAULT_CHOICES } from '#src/places/choices.js';
import { TestFolder } from '../support/folder.ts';
import { SmallDisk } from '../support/small-disk.ts';

const SOURCE = 'atlas';

/** A page of about this size. */
function cached(radiusMetres: number, characters = 10): CachedPage {
  const place = {
    name: 'x'.repeat(characters),
    place_id: '1',
    geometry: { location: { lat: 1, lng: 2 } },
    types: [],
    vicinity: '',
  };
  const page = { html_attributions: [], results: [place], status: 'OK' } as const;
  return createCachedPage(
    { latitude: 1, longitude: 2, radiusMetres, choices: DEFAULT_CHOICES },
    { page, complete: true },
    1,
  );
}

/** Opens a shelf, uses it and closes it: which pages were on it, and what went wrong. */
async function withShelf(
  folder: string,
  use: (shelf: LevelShelf) => Promise<void> | void = () => undefined,
) {
  const codes: string[] = [];
  const radii: number[] = [];
  const onError = ({ code }: { readonly code: string }): void => void codes.push(code);
  const shelf = new LevelShelf({ folder, source: SOURCE, onError });
  await shelf.restore(({ query }) => radii.push(query.radiusMetres));
  await use(shelf);
  await shelf.close();
  return { codes, radii };
}

function put(shelf: LevelShelf, page: CachedPage): void {
  shelf.put(keyOf(page.query), page);
}

test('a full disk ends the writing, and takes nothing of what was written', async (t) => {
  await using folder = await TestFolder.make();
  const mounted = await SmallDisk.mount(join(folder.path, 'disk'), 8);
  if (typeof mounted === 'string') return t.skip(mounted);
  await using disk = mounted;
  const cache = join(disk.folder, 'cache');
  await withShelf(cache, (shelf) => put(shelf, cached(1)));
  const { codes } = await withShelf(cache, async (shelf) => {
    await disk.fill();
    for (let i = 0; i < 10; i++) put(shelf, cached(1_000 + i, 200_000));
  });
  assert.deepEqual(codes, ['CACHE_UNUSABLE']);
  // There is no room to open it either, and nothing of it is removed for that.
  assert.deepEqual(await withShelf(cache), { codes: ['CACHE_UNUSABLE'], radii: [] });
  await disk.free();
  const { radii } = await withShelf(cache);
  assert.equal(radii[0], 1);
});

/** A process with few files to open: it takes all but some, and opens the cache with those. */
const POOR = `
import { closeSync, openSync } from 'node:fs';
import { DEFAULT_CHOICES } from '#src/places/choices.js';
const { LevelShelf } = await import(process.argv[1]);
const [folder, left] = process.argv.slice(2);
const codes = [];
const shelf = new LevelShelf({ folder, source: '${SOURCE}', onError: ({ code }) => codes.push(code) });
const taken = [];
try {
  for (;;) taken.push(openSync('/dev/null'));
} catch {}
for (const file of taken.splice(0, Number(left))) closeSync(file);
await shelf.restore(() => {});
for (const file of taken) closeSync(file);
await shelf.close();
console.log(codes.join());
`;

test('a process with too many open files takes nothing of the cache', async () => {
  await using folder = await TestFolder.make();
  const cache = join(folder.path, 'cache');
  await withShelf(cache, (shelf) => put(shelf, cached(1)));
  const shelfFile = fileURLToPath(import.meta.resolve('#src/places/cache/level-shelf.js'));
  const outcomes = new Set<string>();
  for (let left = 0; left < 8; left++) {
    const node = [process.execPath, '--input-type=module', '--eval', POOR, shelfFile, cache];
    const command = ['-c', 'ulimit -n 128; exec "$@"', 'sh', ...node, String(left)];
    const { stdout } = await promisify(execFile)('sh', command, { encoding: 'utf8' });
    outcomes.add(stdout.trim());
    assert.deepEqual(await withShelf(cache), { codes: [], radii: [1] }, `${left} files`);
  }
  assert.deepEqual(outcomes, new Set(['CACHE_UNUSABLE', '']));
});
