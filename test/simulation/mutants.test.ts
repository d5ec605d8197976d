import assert from 'node:assert/strict';
import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { TestFolder } from '../support/folder.ts';
import { CHECKOUT, TestProcess } from '../support/process.ts';
import { MUTANTS, type Mutant } from './mutants.ts';

/** In how many runs a mutant must be found; the slowest takes some hundreds. */
const SEEDS = 600;

/** A copy of the built project in which one text of one file is another. */
async function plant({ file, find, replace }: Mutant, folder: string): Promise<void> {
  const parts = ['package.json', 'dist', 'build/test/simulation'];
  await mkdir(join(folder, 'build/test'), { recursive: true });
  await Promise.all(
    parts.map((part) => cp(join(CHECKOUT, part), join(folder, part), { recursive: true })),
  );
  await symlink(join(CHECKOUT, 'node_modules'), join(folder, 'node_modules'));
  const path = join(folder, 'dist', file);
  const text = await readFile(path, 'utf8');
  assert.equal(text.split(find).length, 2, `"${find}" must stand once in ${file}`);
  await writeFile(
    path,
    text.replace(find, () => replace),
  );
}

describe('the simulation finds', { concurrency: 2 }, () => {
  for (const mutant of MUTANTS) {
    test(mutant.name, async (t) => {
      await using folder = await TestFolder.make();
      await plant(mutant, folder.path);
      const main = join(folder.path, 'build/test/simulation/main.js');
      await using run = new TestProcess(process.execPath, [main, '--seeds', String(SEEDS)]);
      const { code, stdout } = await run.finished();
      assert.match(stdout, /^seed \d+ did not: /m, 'the mutant survived');
      assert.equal(code, 1);
      t.diagnostic(stdout.slice(0, 200));
    });
  }
});
