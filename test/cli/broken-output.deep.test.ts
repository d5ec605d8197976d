import { testBrokenOutput } from './broken-output-test.ts';

testBrokenOutput('a full disk under standard error');
testBrokenOutput('standard error closed');
testBrokenOutput('both read by nobody');
