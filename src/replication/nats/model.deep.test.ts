import { testRuns } from './model-runs.test.ts';

testRuns(600, 4);
