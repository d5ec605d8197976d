import { testRuns } from './resync-runs.test.ts';

testRuns(12, 31);
