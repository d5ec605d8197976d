// `npm run fuzz -- --seconds N --seed S`: makes the checkout ready where it is not, then runs the fuzzer.
import { prepare } from './prepare.mjs';

if (prepare()) await import('../build/test/fuzz/main.js');
else process.exitCode = 1;
