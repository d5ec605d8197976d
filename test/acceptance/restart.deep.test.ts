import { testKills } from './restart-test.ts';

testKills(10);
