import { Herd } from '#src/client/index.js';
import { tour, type TourSpec } from './tour.ts';

/* A tour as a program: what it is given is in the variable TOUR, what it tells is JSON. */

const spec = JSON.parse(process.env['TOUR'] ?? '') as TourSpec;
console.log(JSON.stringify(await tour(Herd, spec)));
