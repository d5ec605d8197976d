// `npm test`: makes the checkout ready where it is not, then runs every test, or those whose file has
// one of the arguments in its path: `npm test -- protocol/ herd.test`.
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { prepare } from './prepare.mjs';
import { filesIn, ROOT } from './projects.mjs';

/** Test files at once. More would starve those that start a herd of processes on a small machine. */
const CONCURRENCY = 2;

/** A file that takes longer hangs, in milliseconds: the slowest takes a tenth of it on an idle machine. */
const FILE_WITHIN_MS = 600_000;

const selected = process.argv.slice(2);
process.exitCode = prepare() && (await runTests(testFiles())) ? 0 : 1;

function testFiles() {
  return ['dist', 'build/test', 'build/bench']
    .flatMap((folder) => filesIn(folder).map((file) => `${folder}/${file}`))
    .filter((file) => file.endsWith('.test.js'))
    .filter((file) => selected.length === 0 || selected.some((part) => file.includes(part)))
    .map((file) => join(ROOT, file));
}

/**
 * Runs the files, each in a process of its own; prints how it goes and, last, the counts.
 *
 * @param {string[]} files
 * @returns {Promise<boolean>} whether something ran and nothing failed
 */
async function runTests(files) {
  const count = { passed: 0, failed: 0, skipped: 0 };
  if (files.length > 0) {
    const tests = run({ files, concurrency: CONCURRENCY, timeout: FILE_WITHIN_MS });
    tests.on('test:pass', ({ details, skip }) => {
      if (details.type === 'suite') return;
      if (skip === undefined || skip === false) count.passed++;
      else count.skipped++;
    });
    tests.on('test:fail', ({ details }) => {
      if (details.type !== 'suite') count.failed++;
    });
    await pipeline(tests, new spec(), process.stdout, { end: false });
  }
  const skipped = count.skipped > 0 ? `, ${count.skipped} skipped` : '';
  console.log(`${count.passed} passed, ${count.failed} failed${skipped}`);
  return count.passed > 0 && count.failed === 0;
}
