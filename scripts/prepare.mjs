// What every command needs before its real work: the packages of the lock file, and a build of the
// sources as they are. Where both are there, this only looks, in some ten milliseconds.
import { build, isBuilt } from './build.mjs';
import { install, isInstalled } from './install.mjs';

/** The first version of Node that will do; the same as in package.json's `engines`. */
const [LEAST_MAJOR, LEAST_MINOR] = [20, 19];

/**
 * Makes the checkout ready to run. Returns whether it is; what went wrong has been printed.
 *
 * @param {import('./build.mjs').Scope} scope what is to run: the program alone, or tests and benchmarks as well
 */
export async function prepare(scope) {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < LEAST_MAJOR || (major === LEAST_MAJOR && minor < LEAST_MINOR)) {
    const needed = `${LEAST_MAJOR}.${LEAST_MINOR}`;
    return failed(`Node ${needed} or newer is needed; this is ${process.versions.node}.`);
  }
  if (!isInstalled(scope)) {
    console.error('Installing the packages of package-lock.json …');
    if (!install(scope)) return failed('Installing the packages failed (see above).');
  }
  if (!isBuilt(scope)) {
    console.error('Building …');
    if (!(await build(scope))) return failed('The build failed (see above).');
  }
  return true;
}

/** @param {string} why */
function failed(why) {
  console.error(why);
  return false;
}
