// `npm run docs:client`: makes the documentation of the SDK and of the places out of their docstrings, in build/docs/client. Fails where a link
// leads nowhere, something is not documented, or a type is used that is not exported. TypeDoc is installed from the npm
// registry where it is not there yet, apart from the package's own dependencies, since it needs an older TypeScript.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { installLocked } from './install.mjs';
import { ROOT } from './projects.mjs';

const SOURCE = join(ROOT, 'scripts/typedoc');
const FOLDER = join(ROOT, 'build/typedoc');
const PROGRAM = join(FOLDER, 'node_modules/typedoc/bin/typedoc');
const OUTPUT = join(ROOT, 'build/docs/client');

if (isInstalled() || install()) {
  rmSync(OUTPUT, { recursive: true, force: true });
  const { status } = spawnSync(process.execPath, [PROGRAM, ...options()], {
    cwd: ROOT,
    stdio: ['ignore', 2, 2],
  });
  process.exitCode = status ?? 1;
  if (status === 0) console.log(join(OUTPUT, 'index.html'));
} else {
  console.error('TypeDoc could not be installed.');
  process.exitCode = 1;
}

function isInstalled() {
  return existsSync(PROGRAM) && lockOf(FOLDER) === lockOf(SOURCE);
}

function install() {
  console.error('Installing TypeDoc …');
  rmSync(FOLDER, { recursive: true, force: true });
  cpSync(SOURCE, FOLDER, { recursive: true });
  return installLocked(FOLDER, '--ignore-scripts');
}

/** @param {string} folder */
function lockOf(folder) {
  return readFileSync(join(folder, 'package-lock.json'), 'utf8');
}

function options() {
  return [
    '--tsconfig',
    'src/tsconfig.app.json',
    ...entryPoints().flatMap((file) => ['--entryPoints', file]),
    '--out',
    OUTPUT,
    '--name',
    'proxy-herd',
    '--readme',
    'none',
    '--intentionallyNotExported',
    'detailsSchema', // what PlaceDetails are made of
    '--excludePrivate',
    '--excludeInternal',
    '--disableSources', // they would lead to a repository
    '--skipErrorChecking', // the build has checked them, with another TypeScript
    '--treatWarningsAsErrors',
    '--treatValidationWarningsAsErrors',
    '--validation.notDocumented',
    '--requiredToBeDocumented',
    'Class',
    '--requiredToBeDocumented',
    'Interface',
    '--requiredToBeDocumented',
    'Method',
    '--requiredToBeDocumented',
    'TypeAlias',
    '--requiredToBeDocumented',
    'Function',
  ];
}

/** The sources of what the package exports as the SDK, and as the places by themselves. */
function entryPoints() {
  const text = readFileSync(join(ROOT, 'package.json'), 'utf8');
  const { exports } = /** @type {{ exports: Record<string, { default?: string }> }} */ (
    JSON.parse(text)
  );
  return Object.entries(exports)
    .filter(([name]) => /^\.\/(client|places)(\/|$)/.test(name))
    .map(([, { default: file = '' }]) =>
      file.replace(/^\.\/dist\//, 'src/').replace(/\.js$/, '.ts'),
    );
}
