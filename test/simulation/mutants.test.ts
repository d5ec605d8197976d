import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { CHECKOUT } from '../support/process.ts';
import { MUTANTS } from './mutants.ts';
import { FAST_SEEDS, QUICK_MUTANTS, testMutants } from './mutants-test.ts';

testMutants(QUICK_MUTANTS, FAST_SEEDS);

test('each mutant, also those of the deep tier, has its one place in the built code', async () => {
  for (const { name, file, find } of MUTANTS) {
    const code = await readFile(join(CHECKOUT, 'dist', file), 'utf8');
    assert.equal(code.split(find).length, 2, `${name}: "${find}" in ${file}`);
  }
});
