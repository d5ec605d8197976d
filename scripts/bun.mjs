// Prints the path of the Bun that tests run servers on, the version of scripts/bun/package-lock.json. Where it
// is not there yet it is installed from the npm registry, under build/ and outside the package's own dependencies.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { installLocked } from './install.mjs';
import { ROOT } from './projects.mjs';

const SOURCE = join(ROOT, 'scripts/bun');
const FOLDER = join(ROOT, 'build/bun');

/** Each package of this folder has the program for one kind of system; npm installs those that may fit. */
const PROGRAMS = join(FOLDER, 'node_modules/@oven');

const path = findBun() ?? (installBun() ? findBun() : undefined);
if (path === undefined) {
  console.error('There is no Bun for this system, or it could not be installed.');
  process.exitCode = 1;
} else {
  console.log(path);
}

/** The program that runs here and is of the wanted version. */
function findBun() {
  if (!existsSync(PROGRAMS)) return undefined;
  const name = process.platform === 'win32' ? 'bun.exe' : 'bun';
  return readdirSync(PROGRAMS)
    .map((folder) => join(PROGRAMS, folder, 'bin', name))
    .find((file) => versionOf(file) === wantedVersion());
}

function installBun() {
  console.error('Installing Bun …');
  cpSync(SOURCE, FOLDER, { recursive: true });
  // The packages have the programs in them: a script of theirs is not needed.
  return installLocked(FOLDER, '--ignore-scripts');
}

/** @param {string} file */
function versionOf(file) {
  return spawnSync(file, ['--version'], { encoding: 'utf8' }).stdout?.trim();
}

function wantedVersion() {
  const text = readFileSync(join(SOURCE, 'package.json'), 'utf8');
  const { dependencies } = /** @type {{ dependencies: { bun: string } }} */ (JSON.parse(text));
  return dependencies.bun;
}
