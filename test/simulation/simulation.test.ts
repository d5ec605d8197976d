import { testSeeds } from './seeds-test.ts';

testSeeds({ first: 1, count: 15 });
