import { testBursts, testReadYourReport, testStandingStill } from './read-your-report-test.ts';

testReadYourReport(50);
testStandingStill(5);
testBursts(5);
