import { testChaos } from './chaos-test.ts';

testChaos('in memory', 60, 5, 2);
testChaos('on disk', 60, 5, 2);
