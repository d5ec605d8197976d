// `npm run simulate`: makes the checkout ready where it is not, then runs the simulation of the herd.
import { prepare } from './prepare.mjs';

if (prepare()) await import('../build/test/simulation/main.js');
else process.exitCode = 1;
