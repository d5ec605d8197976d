import { testCases } from './cases-test.ts';

/** 2,000 in all. */
testCases('client session', 1400, 1);
testCases('client port', 60, 2);
testCases('links', 460, 3);
testCases('peer port', 16, 4);
testCases('proven peer port', 16, 4);
testCases('configuration', 48, 5);
