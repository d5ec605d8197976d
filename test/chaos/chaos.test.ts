import { testChaos } from './chaos-test.ts';

testChaos('on disk', 2, 2, 1);
