import { testCases } from './cases-test.ts';

/** 5,000 in all. */
testCases('client session', 3500, 1);
testCases('client port', 150, 2);
testCases('links', 1150, 3);
testCases('peer port', 40, 4);
testCases('proven peer port', 40, 4);
testCases('configuration', 120, 5);
