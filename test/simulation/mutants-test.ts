import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { CHECKOUT, TestProcess } from '../support/process.ts';
import type { Mutant } from './mutant.ts';
import { MUTANTS } from './mutants.ts';

const FOLDER = join(CHECKOUT, 'build/test/simulation');
/** The test of what servers claim to have of each other, in which anything comes in any order. */
const MODEL = join(CHECKOUT, 'dist/replication/flood/model.test.js');
/** In how many of its runs a mutant is found. */
const MODEL_RUNS = 5000;
/** Runs at once: as many as the machine has cores, at the least. */
const CONCURRENCY = 2;

/** Of those that are found fast, so many are for the deep tier for each one in the quick one. */
const DEEP_FOR_ONE = 3;
const FAST = MUTANTS.filter(({ slow }) => slow !== true);
export const SLOW_MUTANTS = MUTANTS.filter(({ slow }) => slow === true);
export const QUICK_MUTANTS = FAST.filter((_, n) => n % (DEEP_FOR_ONE + 1) === 0);
export const OTHER_MUTANTS = FAST.filter((mutant) => !QUICK_MUTANTS.includes(mutant));
/** Most of the fast ones are found within a few herds; so many are enough for any change of the code. */
export const FAST_SEEDS = 150;

/** Defines a test for each mutant: one of `seeds` runs breaks a promise. */
export function testMutants(mutants: readonly Mutant[], seeds: number): void {
  describe('the simulation finds', { concurrency: CONCURRENCY }, () => {
    for (const { name, foundBy, seed = 1 } of mutants) {
      test(name, async (t) => {
        const plant = ['--import', join(FOLDER, 'plant.js')];
        const range = ['--seed', String(seed), '--seeds', String(seeds)];
        const main = [join(FOLDER, 'main.js'), ...range];
        const program = foundBy === 'model' ? [MODEL] : main;
        const env = { MUTANT: name, FIRST_SEED: String(seed), RUNS: String(MODEL_RUNS) };
        await using run = new TestProcess(process.execPath, [...plant, ...program], { env });
        const { code, stdout, stderr } = await run.finished();
        const found = /^seed \d+ did not: .*|'seed \d+: .*/m.exec(stdout)?.[0];
        assert.ok(found !== undefined, `the mutant survived ${stderr}`);
        assert.equal(code, 1);
        t.diagnostic(found);
      });
    }
  });
}
