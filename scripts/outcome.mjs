// What came of a run of tests: the counts, and the failures by name.
import { join } from 'node:path';
import { OTHERS, PROGRAM, ROOT } from './projects.mjs';

/** @typedef {import('node:test').TestsStream} TestsStream */
/** @typedef {{ message?: string, cause?: unknown, failureType?: string, exitCode?: number, signal?: string }} TestError */

/** What stands above the list of failures, which is followed by the counts alone: .ci/run looks for it. */
const FAILED = 'Failed tests:';

/** The counts of tests, not of suites, and what failed. */
export class Outcome {
  passed = 0;
  skipped = 0;

  /** @type {string[]} what failed and why, in the order in which it did */
  #failures = [];

  get failed() {
    return this.#failures.length;
  }

  /**
   * Counts what is not a test.
   *
   * @param {string} what a line
   */
  addFailure(what) {
    this.#failures.push(what);
  }

  /**
   * Counts the tests of a run.
   *
   * @param {TestsStream} tests
   * @param {readonly (readonly string[])[]} groups sources that share a process, each a suite by its name, in their order
   * @param {string} [where] what to say beside the file of a test that fails
   */
  follow(tests, groups, where = '') {
    const grouped = new Set(groups.flat());
    /** @type {Set<string>} of those, the ones that ran to their end */
    const ended = new Set();
    /** @type {string[]} the suites and tests that the present one is in, and itself */
    const path = [];
    tests.on('test:start', ({ name, nesting }) => {
      path.splice(nesting, Infinity, name);
    });
    tests.on('test:pass', ({ name, nesting, details, skip }) => {
      if (details.type === 'suite') {
        if (nesting === 0) ended.add(name);
      } else if (skip === undefined || skip === false) this.passed++;
      else this.skipped++;
    });
    tests.on('test:fail', ({ name, nesting, file = '', details }) => {
      const error = /** @type {TestError} */ (details.error);
      if (details.type === 'suite' && nesting === 0) ended.add(name);
      // A suite fails with its tests, which are counted, or by itself in what runs before or after them.
      if (details.type === 'suite' && error.failureType === 'subtestsFailed') return;
      // What fails outside of all tests goes by the name of the file.
      const names = name === file ? [] : [...path.slice(0, nesting), name];
      const source = grouped.has(names[0] ?? '') ? names.shift() : sourceOf(file);
      this.addFailure(`${[source + where, ...names].join(' > ')}\n    ${reason(error)}`);
    });
    tests.once('end', () => {
      for (const group of groups) {
        const [first, ...others] = group.filter((source) => !ended.has(source));
        if (first === undefined) continue;
        const after = others.length > 0 ? `, and ${others.length} after it did not run` : '';
        this.addFailure(`${first + where}\n    it did not run to its end${after}`);
      }
    });
  }

  /** What failed and, in the last line, the counts. */
  toString() {
    const failures = this.#failures.map((what) => `✖ ${what}\n`).join('');
    const skipped = this.skipped > 0 ? `, ${this.skipped} skipped` : '';
    const counts = `${this.passed} passed, ${this.failed} failed${skipped}`;
    return failures === '' ? counts : `${FAILED}\n${failures}${counts}`;
  }
}

/**
 * The source that a test was built from, relative to the checkout.
 *
 * @param {string} file
 */
export function sourceOf(file) {
  for (const { source, output } of [PROGRAM, ...OTHERS]) {
    const folder = join(ROOT, output);
    if (file.startsWith(folder)) return source + file.slice(folder.length).replace(/js$/, 'ts');
  }
  return file;
}

/**
 * A line that says why.
 *
 * @param {TestError} error
 */
function reason({ message = '', cause, failureType, exitCode, signal }) {
  if (typeof exitCode === 'number') return `its process ended with exit code ${exitCode}`;
  if (typeof signal === 'string') return `its process was ended by ${signal}`;
  const line = firstLine(message);
  // Of a hook the message says only that it failed.
  const inner = cause instanceof Error ? firstLine(cause.message) : '';
  if (inner !== '' && inner !== line) return `${line}: ${inner}`;
  return line || `${failureType}`;
}

/** @param {string} text */
function firstLine(text) {
  return text.trim().split('\n', 1)[0] ?? '';
}
