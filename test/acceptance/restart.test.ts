import { testKills, testRestarts } from './restart-test.ts';

testRestarts(['Riley']);
testKills(1);
