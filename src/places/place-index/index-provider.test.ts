import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { DEFAULT_CHOICES } from '../choices.ts';
import type { NearbyQuery } from '../provider.ts';
import { UpstreamError } from '../upstream-error.ts';
import { createIndexProvider, type IndexedPlaces } from './index-provider.ts';
import { recordText } from './record.ts';
import { encodeIndex } from './write-index.ts';

const QUERY: NearbyQuery = {
  latitude: 0,
  longitude: 0,
  radiusMetres: 50_000,
  choices: DEFAULT_CHOICES,
};

function indexWith(ids: readonly string[]): Buffer {
  const places = ids.map((id) => ({
    latitude: 0,
    longitude: 0,
    prominence: 0,
    kind: 0,
    record: recordText({
      id,
      name: `The place ${id}`,
      vicinity: '',
      country: '',
      details: undefined,
      more: undefined,
    }),
  }));
  const description = { kinds: [{ types: ['cafe'] }], attributions: ['A'], madeFrom: 'a test' };
  return Buffer.concat(encodeIndex(places, description));
}

/** Runs `use` with a provider of a file that does not exist yet, and a clock of its own. */
async function withProvider(
  use: (provider: IndexedPlaces, path: string, clock: { now: number }) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'proxy-herd-'));
  const file = join(folder, 'places.index');
  const clock = { now: 5 };
  const options = { name: 'file', file, message: 'No places.', remedy: 'Make it.' };
  const provider = createIndexProvider(options, () => clock.now);
  try {
    await use(provider, file, clock);
  } finally {
    await provider.close();
    await rm(folder, { recursive: true });
  }
}

function ask(provider: IndexedPlaces, query = QUERY, controller = new AbortController()) {
  return provider.nearby(query, { signal: controller.signal });
}

test('a file that cannot be used fails the questions of a minute, and is then read again', async () => {
  await withProvider(async (provider, file, clock) => {
    const refused = { name: UpstreamError.name, code: 'UPSTREAM_DATA', message: 'No places.' };
    await assert.rejects(ask(provider), {
      ...refused,
      detail: /places\.index: ENOENT.*Make it\.$/,
    });
    const good = indexWith(['a']);
    for (const content of [good.subarray(1), Buffer.alloc(0), good]) {
      await writeFile(file, content);
      clock.now += 59_999;
      await assert.rejects(ask(provider), refused);
      clock.now += 1;
      if (content !== good) await assert.rejects(ask(provider), refused);
    }
    assert.equal((await ask(provider)).page.status, 'OK');
    // From here on it is open: what becomes of its name does not matter.
    await rm(file);
    clock.now += 60_000;
    const { page, complete } = await ask(provider);
    assert.equal(page.results[0]?.name, 'The place a');
    assert(complete);
  });
});

test('an index that is open when the first question comes is not opened by it', async () => {
  await withProvider(async (provider, file) => {
    await writeFile(file, indexWith(['a']));
    await provider.open();
    await rm(file);
    assert.equal((await ask(provider)).page.status, 'OK');
  });
});

test('an index that cannot be opened beforehand fails the questions, not the opening', async () => {
  await withProvider(async (provider) => {
    await provider.open();
    await assert.rejects(ask(provider), { code: 'UPSTREAM_DATA', detail: /ENOENT/ });
  });
});

test('a record that is damaged fails the question', async () => {
  await withProvider(async (provider, file) => {
    await writeFile(file, indexWith(['a']).fill('x', 4, 10));
    await assert.rejects(ask(provider), { code: 'UPSTREAM_DATA', detail: /record .* damaged/ });
  });
});

test('an asker that has gone while the file was opened gets its own reason', async () => {
  await withProvider(async (provider, file) => {
    await writeFile(file, indexWith(['a']));
    const controller = new AbortController();
    const answer = ask(provider, QUERY, controller);
    controller.abort(new Error('gone'));
    await assert.rejects(answer, /gone/);
  });
});

test('more places than a page has are not all, and one that comes twice is given once', async () => {
  await withProvider(async (provider, file) => {
    await writeFile(file, indexWith(['a', 'a', ...Array.from({ length: 19 }, (_, i) => `b${i}`)]));
    const { page, complete } = await ask(provider);
    assert.equal(page.results.length, 19);
    assert.deepEqual(page.html_attributions, ['A']);
    assert(!complete);
  });
});

test('where there is nothing, there are zero results', async () => {
  await withProvider(async (provider, file) => {
    await writeFile(file, indexWith([]));
    const { page, complete } = await ask(provider);
    assert.equal(page.status, 'ZERO_RESULTS');
    assert.deepEqual(page.results, []);
    assert(complete);
  });
});
