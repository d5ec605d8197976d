import { testRuns } from './model-runs.test.ts';

testRuns(8, 3);
