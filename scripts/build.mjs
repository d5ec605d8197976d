// `npm run build`: compiles TypeScript, makes the data of the places provider, the schema of herd.yaml, the bundle and, at the same time, the
// dashboard. `npm start` needs the program alone, without tests and benchmarks, which is compiled in half the time and with
// fewer packages.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BUNDLE, DASHBOARD, filesIn, OTHERS, PROGRAM, ROOT } from './projects.mjs';

const TSC = 'node_modules/typescript/bin/tsc';
const MAKE_DATA = 'dist/places/geonames/build.js';
const MAKE_SCHEMA = 'dist/cli/config/json-schema/write.js';
const SCHEMA = 'dist/herd.schema.json';
const MAKE_BUNDLE = 'scripts/bundle.mjs';
const MAKE_DASHBOARD = 'scripts/dashboard.mjs';

/** Beside the sources, what a build depends on. */
const SETTINGS = [
  'scripts/bundle.mjs',
  'scripts/dashboard.mjs',
  'scripts/map-data.mjs',
  'package-lock.json',
  'package.json',
  'tsconfig.base.json',
  'tsconfig.json',
];

/**
 * What is built: the program alone, or the tests and the benchmarks as well.
 *
 * @typedef {'program' | 'all'} Scope
 */

/** @typedef {{ source: string, output: string }} Project */

/**
 * @typedef {object} Build
 * @property {string[]} tsc which projects the compiler is told; none: all of them
 * @property {string} stamp holds the fingerprint of what the last build was made from
 * @property {readonly Project[]} projects
 * @property {(file: string) => boolean} isNeeded
 */

/** @type {Readonly<Record<Scope, Build>>} */
const BUILDS = {
  program: {
    tsc: ['src/tsconfig.app.json'],
    stamp: join(ROOT, 'build/program-built-from'),
    projects: [PROGRAM],
    isNeeded: (file) => !/\.test\.tsx?$/.test(file),
  },
  all: {
    tsc: [],
    stamp: join(ROOT, 'build/built-from'),
    projects: [PROGRAM, ...OTHERS],
    isNeeded: () => true,
  },
};

/**
 * Whether what is built is what the sources are now. Looks at names, times and sizes only.
 *
 * @param {Scope} scope
 */
export function isBuilt(scope) {
  const { stamp, projects, isNeeded } = BUILDS[scope];
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== fingerprint(scope)) return false;
  if (!existsSync(join(ROOT, BUNDLE)) || !existsSync(join(ROOT, SCHEMA))) return false;
  if (!existsSync(join(ROOT, DASHBOARD.output, 'index.html'))) return false;
  return projects.every((project) => missing(project, isNeeded).length === 0);
}

/**
 * Builds all that is out of date. Returns whether it succeeded; what went wrong has been printed.
 *
 * @param {Scope} scope
 */
export async function build(scope) {
  const { tsc, projects, isNeeded } = BUILDS[scope];
  /** @type {readonly Scope[]} */
  const scopes = scope === 'all' ? ['program', 'all'] : [scope]; // what is built with it
  for (const each of scopes) rmSync(BUILDS[each].stamp, { force: true });
  const before = scopes.map(
    (each) => /** @type {const} */ ([BUILDS[each].stamp, fingerprint(each)]),
  );
  let complete = true;
  for (const project of projects) {
    removeStale(project);
    if (missing(project, isNeeded).length > 0) complete = false;
  }
  // Left to itself, tsc does not see that an output was deleted.
  const force = complete ? [] : ['--force'];
  const built = await Promise.all([buildProgram(...force, ...tsc), node(MAKE_DASHBOARD)]);
  if (built.includes(false)) return false;
  mkdirSync(join(ROOT, 'build'), { recursive: true });
  for (const [stamp, text] of before) writeFileSync(stamp, text);
  return true;
}

/** @param {string[]} args of the compiler */
async function buildProgram(...args) {
  return (
    (await node(TSC, '-b', ...args)) &&
    (await node(MAKE_DATA)) &&
    (await node(MAKE_SCHEMA, SCHEMA)) &&
    node(MAKE_BUNDLE)
  );
}

/**
 * Runs Node. Resolves to whether it succeeded.
 *
 * @param {string[]} args
 * @returns {Promise<boolean>}
 */
async function node(...args) {
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 2, 2] });
  const [status] = /** @type {[number | null]} */ (await once(child, 'exit'));
  return status === 0;
}

/** @param {Scope} scope */
function fingerprint(scope) {
  const { projects, isNeeded } = BUILDS[scope];
  const hash = createHash('sha256');
  const all = scope === 'all' ? projects : [...projects, DASHBOARD];
  const sources = all.flatMap(({ source }) =>
    filesIn(source)
      .filter(isNeeded)
      .map((file) => `${source}/${file}`),
  );
  for (const file of [...sources, ...SETTINGS]) {
    const { mtimeMs, size } = statSync(join(ROOT, file));
    hash.update(`${file} ${mtimeMs} ${size}\n`);
  }
  return hash.digest('hex');
}

/**
 * The files that a source should have been built into and that are not there.
 *
 * @param {Project} project
 * @param {(file: string) => boolean} isNeeded
 */
function missing({ source, output }, isNeeded) {
  const built = new Set(filesIn(output));
  return compiled(filesIn(source).filter(isNeeded)).filter((file) => !built.has(file));
}

/**
 * Removes what was built of a source that is gone: a test that was renamed would run under both names.
 *
 * @param {Project} project
 */
function removeStale({ source, output }) {
  const wanted = new Set(
    compiled(filesIn(source)).flatMap((js) => [js, js.replace(/\.js$/, '.d.ts')]),
  );
  for (const file of filesIn(output)) {
    const path = join(output, file);
    if ([BUNDLE, DASHBOARD.output].some((made) => path.startsWith(join(made, sep)))) continue;
    if (/\.(js|d\.ts)$/.test(file) && !wanted.has(file)) rmSync(join(ROOT, path));
  }
}

/** @param {string[]} sources */
function compiled(sources) {
  return sources
    .filter((file) => /\.tsx?$/.test(file) && !file.endsWith('.d.ts'))
    .map((file) => file.replace(/\.tsx?$/, '.js'));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.exitCode = (await build('all')) ? 0 : 1;
}
