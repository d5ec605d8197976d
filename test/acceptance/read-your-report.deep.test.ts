import { testBursts, testReadYourReport, testStandingStill } from './read-your-report-test.ts';

testReadYourReport(1250);
testStandingStill(20);
testBursts(20);
