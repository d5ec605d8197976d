// `node scripts/run.mjs PROGRAM [ARGUMENT …]`: makes the checkout ready where it is not, then runs one of
// its built programs, as `npm run bench`, `simulate`, `fuzz`, `chaos` and `soak` do.
import { pathToFileURL } from 'node:url';
import { prepare } from './prepare.mjs';

// The program is to find its own arguments where it would if it had been started by itself.
const [program = ''] = process.argv.splice(2, 1);
if (await prepare('all')) await import(pathToFileURL(program).href);
else process.exitCode = 1;
