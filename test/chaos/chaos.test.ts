import { testChaos } from './chaos-test.ts';

testChaos('in memory', 2, 1);
testChaos('on disk', 2, 1);
