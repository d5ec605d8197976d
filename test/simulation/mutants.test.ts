import { MUTANTS } from './mutants.ts';
import { testMutants } from './mutants-test.ts';

/** Most are found within some ten herds; as many as the quick tier simulates are enough for any change of the code. */
testMutants(
  MUTANTS.filter(({ slow }) => slow !== true),
  150,
);
