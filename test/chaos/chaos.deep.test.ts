import { testChaos } from './chaos-test.ts';

const LONG = { seconds: 60, faultsOfEachKind: 2, subscribers: 5, seed: 2 };

testChaos('in memory', LONG);
testChaos('on disk', LONG);
