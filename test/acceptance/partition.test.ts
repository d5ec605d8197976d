import { testKilledPairs } from './partition-test.ts';

/** Each of the five servers once; the first two cut Riley off from the others. */
testKilledPairs([
  ['Jaquez', 'Juzang'],
  ['Riley', 'Bernard'],
  ['Campbell', 'Riley'],
]);
