import { register } from 'node:module';
import { MUTANTS } from './mutants.ts';

/*
 * `node --import plant.js main.js` with the name of a mutant in `MUTANT`: the simulation runs on the built
 * code with that fault in it. Nothing on disk is touched.
 */
const name = process.env['MUTANT'];
const mutant = MUTANTS.find((one) => one.name === name);
if (mutant === undefined) throw new Error(`MUTANT: found ${name}, expected the name of a mutant`);
register('./planting.js', { parentURL: import.meta.url, data: mutant });
