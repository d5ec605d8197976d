// Runs the unit tests of many files in one process, since to start Node and to load what they all need takes longer
// than most of them do. Each file is a suite, and begins when the one before it has ended and left nothing behind.
import { after, describe } from 'node:test';
import { setImmediate, setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';

/** @typedef {{ source: string, path: string }} UnitTestFile the source's name, and where what is built from it is */

/** So long what a file has opened may take to close behind its last test, in milliseconds. */
const CLOSES_WITHIN_MS = 5000;
const LOOK_EVERY_MS = 5;

/** @param {readonly UnitTestFile[]} files */
export async function runUnitTests(files) {
  for (const file of files) await runFile(file);
}

/** @param {UnitTestFile} file */
async function runFile({ source, path }) {
  await setImmediate();
  await /** @type {Promise<void>} */ (
    new Promise((resolve) => {
      void describe(source, async () => {
        const before = { state: readState(), resources: countResources() };
        try {
          await import(pathToFileURL(path).href);
        } catch (error) {
          resolve(); // no more of the suite is run
          throw error;
        }
        // Behind what the file itself does after its tests.
        after(async () => {
          fc.resetConfigureGlobal();
          try {
            await untilClosed(before.resources);
            assertSame(before.state);
          } finally {
            resolve();
          }
        });
      });
    })
  );
}

/**
 * What a test may change for all others in its process, and has to set back.
 *
 * @returns {Record<string, unknown>}
 */
function readState() {
  // What is done as the process ends is no matter of the files between.
  const events = process.eventNames().filter((name) => name !== 'exit');
  return {
    'the working directory': process.cwd(),
    'the environment': { ...process.env },
    "the process's listeners": new Map(events.map((name) => [name, process.listenerCount(name)])),
    timers: [setTimeout, clearTimeout, setInterval, clearInterval, globalThis.setImmediate],
    clocks: [Date, ...methods(Date, 'now'), ...methods(performance, 'now')],
    'high-resolution time': [process.hrtime, ...methods(process.hrtime, 'bigint')],
    'random numbers': methods(Math, 'random'),
    output: [...methods(process.stdout, 'write'), ...methods(process.stderr, 'write')],
    warnings: methods(process, 'emitWarning'),
  };
}

/**
 * What is called by these names: a method that a test put in its place is another.
 *
 * @param {object} object
 * @param {string[]} names
 * @returns {unknown[]}
 */
function methods(object, ...names) {
  return names.map((name) => /** @type {unknown} */ (Reflect.get(object, name)));
}

/** @param {Record<string, unknown>} before */
function assertSame(before) {
  const now = readState();
  const changed = Object.keys(now).filter((what) => !isDeepStrictEqual(now[what], before[what]));
  if (changed.length > 0) throw new Error(`it did not set back ${changed.join(', ')}`);
}

/** What keeps a process from ending: how many timers, sockets, files and so on there are. */
function countResources() {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const kind of process.getActiveResourcesInfo())
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}

/**
 * Waits until nothing is open that was not before.
 *
 * @param {ReadonlyMap<string, number>} before
 */
async function untilClosed(before) {
  const deadline = performance.now() + CLOSES_WITHIN_MS;
  for (;;) {
    await delay(LOOK_EVERY_MS);
    const left = [...countResources()].filter(([kind, count]) => count > (before.get(kind) ?? 0));
    if (left.length === 0) return;
    if (performance.now() > deadline) {
      throw new Error(`it left open: ${left.map(([kind]) => kind).join(', ')}`);
    }
  }
}
