import { testReadYourReport } from './read-your-report-test.ts';

testReadYourReport(1250);
