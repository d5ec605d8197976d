import { MUTANTS } from './mutants.ts';
import { testMutants } from './mutants-test.ts';

testMutants(
  MUTANTS.filter(({ slow }) => slow === true),
  600,
);
