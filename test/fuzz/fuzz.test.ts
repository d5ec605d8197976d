import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { TestFolder } from '../support/folder.ts';
import { keepFinding, readCorpus } from './corpus.ts';
import { Finding, fuzz, type FuzzOptions, type Target } from './fuzz.ts';

/** Breaks on an input that takes a few mutations to get to. */
const FRAGILE: Target = {
  name: 'fragile',
  kind: 'client',
  words: ['bo', 'om'],
  lanes: 1,
  generate: (random) => `start ${random.integer(0, 9)}`,
  run(input) {
    if (input.includes('boom')) throw new Error('it broke');
    return input.includes('bo') ? 'near' : 'far';
  },
};

function options(
  folder: TestFolder,
  seed: number,
  noted: (string | undefined)[] = [],
): FuzzOptions {
  const note = (input: string | undefined): void => void noted.push(input);
  const stop = new AbortController().signal;
  return { seed, cases: 100_000, until: Infinity, stop, corpus: folder.path, note };
}

async function findingOf(folder: TestFolder, seed: number): Promise<Finding> {
  const found = await fuzz(FRAGILE, options(folder, seed)).catch((error: unknown) => error);
  assert.ok(found instanceof Finding);
  return found;
}

test('what breaks a target is found, kept, and the same again for the same seed', async () => {
  await using folder = await TestFolder.make();
  const finding = await findingOf(folder, 7);
  assert.match(finding.message, /^fragile: it broke\nthe input: .*finding-/);
  const [kept] = readCorpus(folder.path, 'client');
  assert.equal(kept?.input, finding.input);
  assert.ok(finding.message.endsWith(kept.file));

  await using other = await TestFolder.make();
  assert.equal((await findingOf(other, 7)).input, finding.input);
});

test('a run begins with the corpus, byte for byte', async () => {
  await using folder = await TestFolder.make();
  const bytes = String.fromCharCode(...Array.from({ length: 256 }, (_, byte) => byte));
  const file = keepFinding(folder.path, 'client', bytes);
  assert.deepEqual([...(await readFile(file))], [...Array.from({ length: 256 }).keys()]);
  const noted: (string | undefined)[] = [];
  assert.equal((await fuzz(FRAGILE, { ...options(folder, 1, noted), cases: 1 })).cases, 1);
  assert.deepEqual(noted, [bytes, undefined]);
});

test('a kept finding breaks the next run at once', async () => {
  await using folder = await TestFolder.make();
  keepFinding(folder.path, 'client', 'boom');
  await assert.rejects(fuzz(FRAGILE, { ...options(folder, 1), cases: 1 }), Finding);
  assert.equal(readCorpus(folder.path, 'client').length, 1);
});
