import { testKillAll } from './kill-all-test.ts';

testKillAll(3);
