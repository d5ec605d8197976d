import { testSoak } from './soak-test.ts';

testSoak(3, 1000, 20_000);
