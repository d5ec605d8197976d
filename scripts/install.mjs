// The packages of package-lock.json, installed when node_modules holds others.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './projects.mjs';

/** npm's own note of what it installed last; it is written when an installation is complete. */
const INSTALLED = join(ROOT, 'node_modules/.package-lock.json');
const WANTED = join(ROOT, 'package-lock.json');

/**
 * Whether node_modules holds just what package-lock.json says, but for optional packages, which may be
 * for other systems.
 */
export function isInstalled() {
  if (!existsSync(INSTALLED)) return false;
  const wanted = packages(WANTED);
  const installed = packages(INSTALLED);
  return (
    Object.entries(wanted).every(
      ([path, { optional }]) => path in installed || optional === true,
    ) &&
    Object.entries(installed).every(
      ([path, { integrity }]) => wanted[path]?.integrity === integrity,
    )
  );
}

/** Installs them. Returns whether it succeeded; what went wrong has been printed. */
export function install() {
  return installLocked(ROOT, '--include=dev');
}

/**
 * Installs what the lock file of a folder says. Returns whether it succeeded; what went wrong has been
 * printed.
 *
 * @param {string} folder
 * @param {...string} more further options of `npm ci`
 */
export function installLocked(folder, ...more) {
  const args = ['ci', ...more, '--no-audit', '--no-fund', '--loglevel=error'];
  const npm = process.env['npm_execpath'];
  /** @type {import('node:child_process').SpawnSyncOptions} */
  const options = { cwd: folder, stdio: ['ignore', 2, 2] };
  // Under npm the same npm; on Windows `npm` is a batch file, which only a shell can start.
  const { status } = npm?.endsWith('npm-cli.js')
    ? spawnSync(process.execPath, [npm, ...args], options)
    : spawnSync('npm', args, { ...options, shell: process.platform === 'win32' });
  return status === 0;
}

/** @typedef {Record<string, { integrity?: string, optional?: boolean }>} LockedPackages */

/**
 * @param {string} file
 * @returns {LockedPackages} by folder, without the project itself
 */
function packages(file) {
  const lock = /** @type {{ packages: LockedPackages }} */ (JSON.parse(readFileSync(file, 'utf8')));
  const { '': _, ...others } = lock.packages;
  return others;
}
