import { testRollingRestart } from './rolling-restart-test.ts';

testRollingRestart('none', 20);
testRollingRestart('./data', 20);
