import { DIAGRAM } from '../support/herd.ts';
import { testKilledPairs, type Pair } from './partition-test.ts';

const { servers } = DIAGRAM;

/** Any two. */
testKilledPairs(servers.flatMap((a, index) => servers.slice(index + 1).map((b): Pair => [a, b])));
