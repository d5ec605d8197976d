import { testRuns } from './resync-runs.test.ts';

testRuns(300, 32);
