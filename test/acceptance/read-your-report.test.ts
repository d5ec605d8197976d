import { testBursts, testReadYourReport, testStandingStill } from './read-your-report-test.ts';

testReadYourReport(25);
testStandingStill(5);
testBursts(5);
