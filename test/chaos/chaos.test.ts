import { testChaos } from './chaos-test.ts';

testChaos('in memory', 4, 1);
testChaos('on disk', 4, 1);
