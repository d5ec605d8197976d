import { testSoak } from './soak-test.ts';

testSoak(0.05, 200, 500);
