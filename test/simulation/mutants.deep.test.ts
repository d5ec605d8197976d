import { FAST_SEEDS, OTHER_MUTANTS, SLOW_MUTANTS, testMutants } from './mutants-test.ts';

testMutants(OTHER_MUTANTS, FAST_SEEDS);
testMutants(SLOW_MUTANTS, 600);
