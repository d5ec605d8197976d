// `npm start`: makes the checkout ready where it is not, then runs `proxy-herd up` in this process.
import { prepare } from './prepare.mjs';

/** Where the bundle has what `dist/cli/program.js` has; the build makes it. */
const PROGRAM = new URL('../dist/bin/program.js', import.meta.url);

if (await prepare('program')) {
  const program = /** @type {typeof import('../dist/cli/program.js')} */ (
    await import(PROGRAM.href)
  );
  process.exitCode = await program.run(['up', ...process.argv.slice(2)]);
} else {
  process.exitCode = 1;
}
