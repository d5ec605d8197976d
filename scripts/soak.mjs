// `npm run soak`: makes the checkout ready where it is not, then runs the soak.
import { prepare } from './prepare.mjs';

if (prepare()) await import('../build/test/soak/main.js');
else process.exitCode = 1;
