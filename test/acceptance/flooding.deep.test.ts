import { testSteadyHerd } from './flooding-test.ts';

testSteadyHerd('2s');
