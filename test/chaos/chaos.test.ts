import { testChaos } from './chaos-test.ts';

testChaos('on disk', { seconds: 2, faultsOfEachKind: 1, subscribers: 2, seed: 1 });
