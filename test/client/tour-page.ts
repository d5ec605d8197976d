import { Herd } from '#src/client/index.js';
import { tour, type TourSpec } from './tour.ts';

/* A tour in a page: bundled, it is a function there. */

Object.assign(globalThis, { takeTour: (spec: TourSpec) => tour(Herd, spec) });
