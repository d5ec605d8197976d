import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Herd } from '#src/client/index.js';
import type { Benchmark } from './harness/benchmark.ts';

/** As many reports as wait where nothing else is said. */
const REPORTS = 10_000;
const MEBIBYTE = 2 ** 20;
const LESS = { better: 'lower', unit: 'MiB', aim: undefined } as const;

/** Collects what nobody needs any more; Node has it only where it is asked for. */
function makeCollector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}

/** What reports of so many clients take that wait in the SDK while no server answers, in MiB of the heap. */
async function measure(collect: () => void, reports: number, clients: number): Promise<number> {
  const never = new AbortController().signal;
  await using herd = new Herd({
    servers: ['http://127.0.0.1:9'],
    bufferSize: REPORTS,
    fetch: (_, init) =>
      new Promise((_, reject) => {
        const signal = init?.signal ?? never;
        signal.addEventListener('abort', () => reject(new TypeError('away')));
      }),
  });
  collect();
  const before = process.memoryUsage().heapUsed;
  for (let n = 0; n < reports; n++) {
    herd.enqueue({
      client: `a-client-with-an-id-of-30-${n % clients}`.slice(-30),
      latitude: n / reports,
      longitude: -118.445127,
      accuracyM: 12.5,
      speedMps: 1.25,
      batteryPercent: 80,
    });
  }
  await new Promise(setImmediate); // a first request of them is under way
  collect();
  const { unsent } = herd.sendCounts;
  if (unsent !== reports) throw new Error(`${unsent} of ${reports} reports wait`);
  const size = (process.memoryUsage().heapUsed - before) / MEBIBYTE;
  void herd.close({ deadlineMs: 1 });
  return size;
}

/** What the SDK's buffer takes at its bound. */
export const clientBuffer: Benchmark = {
  name: 'client-buffer',
  description: `the memory of ${REPORTS} reports that wait in the SDK, each with three attributes`,
  requires: [],
  measures: { 'of one client': LESS, 'of as many clients': LESS },
  a: {
    label: 'the heap of the process that reports, after a collection, while no server answers',
    start: async (_, share) => {
      const collect = makeCollector();
      const reports = Math.max(10, Math.round(REPORTS * share));
      return async () => ({
        'of one client': await measure(collect, reports, 1),
        'of as many clients': await measure(collect, reports, reports),
      });
    },
  },
  b: undefined,
};
