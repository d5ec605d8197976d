import { testChaos } from './chaos-test.ts';

testChaos('on disk', { seconds: 2, faultsOfEachKind: 2, subscribers: 2, seed: 1 });
