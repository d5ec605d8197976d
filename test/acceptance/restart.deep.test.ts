import { testKills, testRestarts } from './restart-test.ts';

testRestarts(['Jaquez', 'Juzang', 'Campbell', 'Bernard']);
testKills(10);
