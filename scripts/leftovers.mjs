// What tests leave behind: files in the temporary folder that a run gives them, and processes, which are
// known by having that folder in their environment.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const PROC = '/proc';

/** So long a process that was told to end may take, in milliseconds. */
const ENDS_WITHIN_MS = 5000;
const LOOK_EVERY_MS = 50;
/** So many of the files in a folder that was left behind are named. */
const FILES_LISTED = 10;

/** Makes a temporary folder, which all that this process starts from now on uses as its own. */
export function makeTemporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'proxy-herd-test-'));
  process.env['TMPDIR'] = folder;
  return folder;
}

/**
 * Waits until every process that used the folder has ended, but not for long.
 *
 * @param {string} folder
 * @returns {Promise<string[]>} what was left behind, a line each
 */
export async function findLeftovers(folder) {
  const deadline = performance.now() + ENDS_WITHIN_MS;
  while (processesOf(folder).length > 0 && performance.now() < deadline) await delay(LOOK_EVERY_MS);
  return [
    ...processesOf(folder).map(({ pid, command }) => `process ${pid}: ${command}`),
    ...readdirSync(folder).map((name) => describeFile(join(folder, name))),
  ];
}

/**
 * A path, with what is in it where it is a folder: that tells whose it is.
 *
 * @param {string} path
 */
function describeFile(path) {
  if (!statSync(path).isDirectory()) return path;
  const inside = readdirSync(path, { recursive: true }).slice(0, FILES_LISTED);
  return `${path} (${inside.length === 0 ? 'empty' : inside.join(', ')})`;
}

/**
 * Kills what still uses the folder, and removes it.
 *
 * @param {string} folder
 */
export function removeLeftovers(folder) {
  // One may have started another while the first ones were killed.
  for (let found = processesOf(folder); found.length > 0; found = processesOf(folder)) {
    for (const { pid } of found) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has just ended.
      }
    }
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 3, retryDelay: 100 });
}

/**
 * The processes with the folder, or one in it, as their `TMPDIR`. Where the system has no `/proc` there are
 * none to see.
 *
 * @param {string} folder
 */
function processesOf(folder) {
  return listProcesses().flatMap((pid) => {
    const environment = readOf(pid, 'environ').split('\0');
    const isOurs = environment.some((line) => line.startsWith(`TMPDIR=${folder}`));
    return isOurs ? [{ pid, command: readOf(pid, 'cmdline').replaceAll('\0', ' ').trim() }] : [];
  });
}

function listProcesses() {
  try {
    return readdirSync(PROC)
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

/**
 * @param {number} pid
 * @param {string} file
 */
function readOf(pid, file) {
  try {
    return readFileSync(join(PROC, String(pid), file), 'utf8');
  } catch {
    return ''; // it has ended, or is somebody else's
  }
}
