// `npm run build`: compiles all TypeScript and makes the data of the places provider.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { filesIn, PROJECTS, ROOT } from './projects.mjs';

const TSC = 'node_modules/typescript/bin/tsc';
const MAKE_DATA = 'dist/places/geonames/build.js';

/** Beside the sources, what a build depends on. */
const SETTINGS = ['package-lock.json', 'package.json', 'tsconfig.base.json', 'tsconfig.json'];

/** Holds the fingerprint of what the last build was made from. */
const STAMP = join(ROOT, 'build/built-from');

/** Whether what is built is what the sources are now. Looks at names, times and sizes only. */
export function isBuilt() {
  if (!existsSync(STAMP) || readFileSync(STAMP, 'utf8') !== fingerprint()) return false;
  return PROJECTS.every(({ source, output }) => missing(source, output).length === 0);
}

/** Builds all that is out of date. Returns whether it succeeded; what went wrong has been printed. */
export function build() {
  rmSync(STAMP, { force: true });
  const before = fingerprint();
  let complete = true;
  for (const { source, output } of PROJECTS) {
    removeStale(source, output);
    if (missing(source, output).length > 0) complete = false;
  }
  // Left to itself, tsc does not see that an output was deleted.
  if (!node(TSC, '-b', ...(complete ? [] : ['--force'])) || !node(MAKE_DATA)) return false;
  mkdirSync(join(ROOT, 'build'), { recursive: true });
  writeFileSync(STAMP, before);
  return true;
}

/** @param {string[]} args */
function node(...args) {
  return spawnSync(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 2, 2] }).status === 0;
}

function fingerprint() {
  const hash = createHash('sha256');
  const sources = PROJECTS.flatMap(({ source }) =>
    filesIn(source).map((file) => `${source}/${file}`),
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
 * @param {string} source
 * @param {string} output
 */
function missing(source, output) {
  const built = new Set(filesIn(output));
  return compiled(source).filter((file) => !built.has(file));
}

/**
 * Removes what was built of a source that is gone: a test that was renamed would run under both names.
 *
 * @param {string} source
 * @param {string} output
 */
function removeStale(source, output) {
  const wanted = new Set(compiled(source).flatMap((js) => [js, js.replace(/\.js$/, '.d.ts')]));
  for (const file of filesIn(output)) {
    if (/\.(js|d\.ts)$/.test(file) && !wanted.has(file)) rmSync(join(ROOT, output, file));
  }
}

/** @param {string} source */
function compiled(source) {
  return filesIn(source)
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
    .map((file) => file.replace(/\.ts$/, '.js'));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = build() ? 0 : 1;
