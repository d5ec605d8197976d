import { MUTANTS } from './mutants.ts';
import { testMutants } from './mutants-test.ts';

/** Most are found within a few herds; so many are enough for any change of the code. */
testMutants(
  MUTANTS.filter(({ slow }) => slow !== true),
  150,
);
