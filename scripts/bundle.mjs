// Joins the compiled modules of the program, and the packages that every start loads, into a few files: to load them
// takes a server a third of the time. The modules themselves stay, for those who import them.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { BUNDLE, PROGRAM, ROOT } from './projects.mjs';

/** What is started by its path, by its name in the bundle. */
const ENTRIES = {
  main: './cli/main.js',
  program: './cli/program.js',
  'member-main': './cli/supervisor/member-main.js',
  'access-worker': './cli/access/access-worker.js',
};

/** What reads the command line and the configuration. All other packages are left outside. */
const PACKAGES = ['commander', 'yaml', 'zod'];

rmSync(join(ROOT, BUNDLE), { recursive: true, force: true });
const bundle = await rolldown({
  input: ENTRIES,
  cwd: join(ROOT, PROGRAM.output),
  platform: 'node',
  external: (name) => /^[^./]/.test(name) && !PACKAGES.includes(name),
});
await bundle.write({ dir: join(ROOT, BUNDLE), format: 'esm' });
// Their licences ask for their text in each copy.
const licenses = PACKAGES.map((name) => `${name}\n\n${readLicense(name)}`);
writeFileSync(join(ROOT, BUNDLE, 'LICENSES'), licenses.join('\n\n'));

/** @param {string} name of a package */
function readLicense(name) {
  const folder = join(ROOT, 'node_modules', name);
  const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
  if (file === undefined) throw new Error(`The package ${name} comes without its licence.`);
  return readFileSync(join(folder, file), 'utf8').trim();
}
