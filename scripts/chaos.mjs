// `npm run chaos -- --seconds N --seed S`: makes the checkout ready where it is not, then runs a herd under faults.
import { prepare } from './prepare.mjs';

if (prepare()) await import('../build/test/chaos/main.js');
else process.exitCode = 1;
