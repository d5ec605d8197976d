import { testSeeds } from './seeds-test.ts';

/** From where the quick tier ends. */
testSeeds({ first: 16, count: 1500 });
