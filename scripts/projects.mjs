// Where sources are and where their builds go: the same as in the tsconfig.json of each.
import { existsSync, readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout's folder. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** The program and its unit tests. */
export const PROGRAM = { source: 'src', output: 'dist' };

/** The program again, in few files, as its users start it. In the folder of the program, one below the root's. */
export const BUNDLE = `${PROGRAM.output}/bin`;

/** The dashboard, as browsers load it: beside the program, which serves it. */
export const DASHBOARD = { source: 'web', output: `${PROGRAM.output}/web` };

/** The other tests, the benchmarks, and the dashboard again: its modules one by one, for their unit tests. */
export const OTHERS = [
  { source: DASHBOARD.source, output: 'build/web' },
  { source: 'test', output: 'build/test' },
  { source: 'bench', output: 'build/bench' },
];

/**
 * The files of a folder and of those in it, as paths relative to it with `/`, in a fixed order.
 *
 * @param {string} folder relative to the checkout
 * @returns {string[]} none when there is no such folder
 */
export function filesIn(folder) {
  const path = join(ROOT, folder);
  if (!existsSync(path)) return [];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(path, join(entry.parentPath, entry.name)))
    .map((file) => file.split(sep).join('/'))
    .sort();
}
