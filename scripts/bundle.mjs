// Joins the compiled modules of the program into a few files: to load them takes a server a third of the time. The
// modules themselves stay, for those who import them. Packages are left outside.
import { rmSync } from 'node:fs';
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

rmSync(join(ROOT, BUNDLE), { recursive: true, force: true });
const bundle = await rolldown({
  input: ENTRIES,
  cwd: join(ROOT, PROGRAM.output),
  platform: 'node',
  external: /^[^./]/,
});
await bundle.write({ dir: join(ROOT, BUNDLE), format: 'esm' });
