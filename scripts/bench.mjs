// `npm run bench -- NAME…`: makes the checkout ready where it is not, then runs the benchmarks.
import { prepare } from './prepare.mjs';

if (prepare()) await import('../build/bench/main.js');
else process.exitCode = 1;
