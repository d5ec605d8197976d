// `npm test` and `npm run test:deep`: makes the checkout ready where it is not, then runs the tests of one
// tier, or those whose file has one of the arguments in its path: `npm test -- protocol/ herd.test`.
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, constants } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { findLeftovers, makeTemporaryFolder, removeLeftovers } from './leftovers.mjs';
import { Outcome, sourceOf } from './outcome.mjs';
import { prepare } from './prepare.mjs';
import { filesIn, ROOT } from './projects.mjs';

/** @typedef {import('./unit-tests.mjs').UnitTestFile} UnitTestFile */

/** Where built tests are. */
const FOLDERS = ['build/bench', 'build/test', 'build/web', 'dist'];

/** What takes longest begins first, in this order, so that it is not alone at the end. */
const FIRST = [
  'build/test/simulation/',
  'build/bench/main.',
  'build/test/soak/',
  'build/test/chaos/',
  'build/test/cli/scripts.',
  'build/test/gateway/openapi.',
  'build/test/fuzz/targets.',
  'build/test/nats/',
  'build/test/dashboard/snapshots.',
  'build/test/acceptance/retention.',
];

/** The deep tier: `x.deep.test.ts`. All other tests are the quick one. */
const DEEP = '.deep.test.js';

/** Of the quick tier, what the deep one runs again with the servers on Bun. */
const ON_BUN = ['build/test/acceptance/', 'build/test/chaos/'];

/** The same with herds that stand on NATS instead of links: what has the same meaning there. */
const ON_NATS = [
  'build/test/acceptance/kill-all.test.js',
  'build/test/acceptance/partition.test.js',
  'build/test/acceptance/restart.test.js',
  'build/test/acceptance/retention.test.js',
  'build/test/chaos/',
  'build/test/gateway/events.test.js',
  'build/test/gateway/geofence-events.test.js',
  'build/test/gateway/herd.test.js',
];

/** Many files of unit tests share a process. */
const UNITS = [
  'build/bench/harness/',
  'build/bench/load/',
  'build/bench/ticks/',
  'build/web/',
  'dist/',
];
/**
 * So do the quick tier's files whose servers run in the test's own process, since the gateway's modules take long to load; but
 * not those that wait for most of their time.
 */
const OWN_SERVERS = ['build/test/gateway/', 'build/test/places/'];
const WAITING = new Set([...ON_NATS, 'build/test/gateway/hooks.test.js']);
/** @type {readonly { name: string, has: (file: string) => boolean }[]} */
const SHARING = [
  { name: 'units', has: (file) => isIn(UNITS, file) },
  {
    name: 'own-servers',
    has: (file) => isIn(OWN_SERVERS, file) && !file.endsWith(DEEP) && !WAITING.has(file),
  },
];
/** So many for each kind of files that share. */
const SHARED_PROCESSES = 2;
const UNIT_TESTS = pathToFileURL(join(ROOT, 'scripts/unit-tests.mjs')).href;

/** Test files at once: more than there are cores, since many wait, but no more herds than memory is for. */
const CONCURRENCY = Math.min(availableParallelism() + 4, 8);

/** A file that takes longer hangs, in milliseconds: the slowest takes a tenth of it on an idle machine. */
const FILE_WITHIN_MS = { quick: 600_000, deep: 1_800_000 };

const outcome = new Outcome();
const { values, positionals: parts } = parseArgs({
  options: {
    deep: { type: 'boolean', default: false },
    // Writes the pictures of the dashboard that have changed, in place of comparing with them.
    'update-snapshots': { type: 'boolean', default: false },
  },
  allowPositionals: true,
});
if (values['update-snapshots']) process.env['PROXY_HERD_UPDATE_SNAPSHOTS'] = '1';
process.exitCode =
  (await prepare('all')) && (await runTier(values.deep ? 'deep' : 'quick')) ? 0 : 1;

/**
 * Runs a tier; prints how it goes and, last, what failed and the counts. What a test left behind counts as a failure.
 *
 * @param {'quick' | 'deep'} tier
 * @returns {Promise<boolean>} whether something ran and nothing failed
 */
async function runTier(tier) {
  const folder = makeTemporaryFolder();
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => {
      removeLeftovers(folder);
      process.exit(128 + constants.signals[signal]);
    });
  }
  await runFiles(testFiles(tier), FILE_WITHIN_MS[tier], { folder });
  if (tier === 'deep') {
    await runOnBun(folder);
    await runOnNats(folder);
  }
  for (const left of await findLeftovers(folder)) outcome.addFailure(`left behind: ${left}`);
  removeLeftovers(folder);
  console.log(String(outcome));
  return outcome.passed > 0 && outcome.failed === 0;
}

/**
 * Runs the tests of `ON_BUN`, where there is a script that finds a Bun, or installs one, and prints its path.
 *
 * @param {string} folder the run's temporary one
 */
async function runOnBun(folder) {
  const script = join(ROOT, 'scripts/bun.mjs');
  const files = quickFilesIn(ON_BUN);
  if (!existsSync(script) || files.length === 0) return;
  const { status, stdout } = spawnSync(process.execPath, [script], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) {
    outcome.addFailure('there is no Bun to test with: see above');
    return;
  }
  console.log('With the servers on Bun:');
  process.env['PROXY_HERD_RUNTIME'] = stdout.trim();
  await runFiles(files, FILE_WITHIN_MS.quick, { folder, where: ' on Bun' });
  delete process.env['PROXY_HERD_RUNTIME'];
}

/**
 * Runs the tests of `ON_NATS`.
 *
 * @param {string} folder the run's temporary one
 */
async function runOnNats(folder) {
  const files = quickFilesIn(ON_NATS);
  if (files.length === 0) return;
  console.log('With herds on NATS:');
  process.env['PROXY_HERD_REPLICATION'] = 'nats';
  await runFiles(files, FILE_WITHIN_MS.quick, { folder, where: ' on NATS' });
  delete process.env['PROXY_HERD_REPLICATION'];
}

/** @param {string[]} paths */
function quickFilesIn(paths) {
  return testFiles('quick').filter((file) => paths.some((path) => file.startsWith(path)));
}

/** @param {'quick' | 'deep'} tier */
function testFiles(tier) {
  return FOLDERS.flatMap((folder) => filesIn(folder).map((file) => `${folder}/${file}`))
    .filter((file) => file.endsWith('.test.js') && file.endsWith(DEEP) === (tier === 'deep'))
    .filter((file) => parts.length === 0 || parts.some((part) => file.includes(part)))
    .sort((a, b) => turnOf(a) - turnOf(b));
}

/** @param {string} file */
function turnOf(file) {
  const place = FIRST.findIndex((path) => file.startsWith(path));
  return place < 0 ? FIRST.length : place;
}

/**
 * Runs the files, prints how it goes, and counts. Those of `SHARING` share a few processes; each other has one of its own.
 *
 * @param {string[]} files
 * @param {number} fileWithinMs
 * @param {object} how
 * @param {string} how.folder the run's temporary one
 * @param {string} [how.where] what to say beside the file of a test that fails
 */
async function runFiles(files, fileWithinMs, { folder, where }) {
  if (files.length === 0) return;
  const shared = SHARING.flatMap(({ name, has }) => groupShared(name, files.filter(has)));
  const entries = shared.map(({ name, group }) => writeEntry(join(folder, `${name}.mjs`), group));
  const others = files.filter((file) => !SHARING.some(({ has }) => has(file)));
  const tests = run({
    files: [...entries, ...others.map((file) => join(ROOT, file))],
    concurrency: CONCURRENCY,
    timeout: fileWithinMs,
  });
  const sources = shared.map(({ group }) => group.map(({ source }) => source));
  outcome.follow(tests, sources, where);
  await pipeline(tests, new spec(), process.stdout, { end: false });
  for (const entry of entries) rmSync(entry);
}

/**
 * @param {readonly string[]} folders
 * @param {string} file
 */
function isIn(folders, file) {
  return folders.some((folder) => file.startsWith(folder));
}

/**
 * Who shares a process, and what it is called.
 *
 * @param {string} kind of files
 * @param {string[]} files of that kind
 */
function groupShared(kind, files) {
  const processes = Math.min(SHARED_PROCESSES, files.length);
  const all = files
    .map((file) => join(ROOT, file))
    .map((path) => ({ path, source: sourceOf(path) }));
  return Array.from({ length: processes }, (_, n) => ({
    name: `${kind}-${n}`,
    group: all.filter((_, i) => i % processes === n),
  }));
}

/**
 * Writes a module that runs such files, and returns its path: a process of tests is given no arguments.
 *
 * @param {string} path
 * @param {UnitTestFile[]} files
 */
function writeEntry(path, files) {
  const lines = [
    `import { runUnitTests } from ${JSON.stringify(UNIT_TESTS)};`,
    `await runUnitTests(${JSON.stringify(files)});`,
  ];
  writeFileSync(path, lines.join('\n'));
  return path;
}
