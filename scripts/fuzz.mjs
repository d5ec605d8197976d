// `npm run fuzz`: makes the checkout ready where it is not, then runs the fuzzing.
import { prepare } from './prepare.mjs';

if (prepare()) await import('../build/test/fuzz/main.js');
else process.exitCode = 1;
