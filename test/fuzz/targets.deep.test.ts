import { testCases } from './cases-test.ts';

/** 100,000 in all, with other seeds than in the quick tier. */
testCases('client session', 71_500, 6);
testCases('client port', 2000, 7);
testCases('links', 23_000, 8);
testCases('peer port', 500, 9);
testCases('proven peer port', 500, 9);
testCases('configuration', 2500, 10);
