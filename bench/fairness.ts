import type { Greed, GreedyClients } from './fairness/greedy.ts';
import type { Benchmark } from './harness/benchmark.ts';
import type { Scope } from './harness/scope.ts';
import { percentile } from './harness/statistics.ts';
import { startThread } from './harness/thread.ts';
import { Asker } from './load/asker.ts';
import { Asker as QuietClient } from './places-latency/asker.ts';
import { repeat } from './places-latency/repeat.ts';
import { startOne } from './server.ts';

const GREEDY = 80;
/** The quiet client reports every 10 ms, or when it has its reply, for so long. */
const REPORT_EVERY_MS = 10;
const PHASE_MS = 5_000;
const LEAST_PHASE_MS = 500;

/** In Los Angeles, where there are places. */
const POSITION = '+34.068930-118.445127';
const QUESTION = 'WHATSAT hot 10 5\n';

type Name = 'IAMAT p50' | 'IAMAT p99' | 'IAMAT p99 alone' | 'WHATSAT';
const LATENCY = { unit: 'ms', better: 'lower', aim: undefined } as const;

const GREEDY_MODULE = new URL('fairness/greedy.js', import.meta.url);

/** Has the quiet client report for a while; how long the replies took, in milliseconds. */
async function report(quiet: QuietClient, client: string, durationMs: number) {
  return Float64Array.from(
    await repeat(durationMs, REPORT_EVERY_MS, (n) => quiet.report(client, POSITION, n + 1)),
  );
}

async function start(scope: Scope, share: number) {
  const { port } = await startOne(scope);
  const quiet = await QuietClient.connect(port);
  await scope.defer(async () => quiet.close());
  await quiet.report('hot', POSITION, 1);
  const asker = await Asker.connect(port);
  const reply = await asker.ask(QUESTION);
  asker.close();
  const greedy: GreedyClients = { port, count: GREEDY, question: QUESTION, reply };
  const phaseMs = Math.max(PHASE_MS * share, LEAST_PHASE_MS);
  let runs = 0;
  return async () => {
    const run = ++runs;
    const alone = await report(quiet, `alone-${run}`, phaseMs);
    const thread = await startThread(scope, GREEDY_MODULE, greedy);
    const begun = performance.now();
    const beside = await report(quiet, `beside-${run}`, phaseMs);
    const seconds = (performance.now() - begun) / 1000;
    const { answers } = (await thread.stop()) as Greed;
    return {
      'IAMAT p50': percentile(beside, 0.5),
      'IAMAT p99': percentile(beside, 0.99),
      'IAMAT p99 alone': percentile(alone, 0.99),
      WHATSAT: answers / seconds,
    };
  };
}

/** How long one quiet client waits beside many that ask as fast as they can. */
export const fairness: Benchmark<Name> = {
  name: 'fairness',
  description: `IAMAT of one quiet client beside ${GREEDY} greedy ones`,
  requires: [],
  measures: {
    'IAMAT p50': { ...LATENCY, aim: { of: 'figure', bound: 20 } },
    'IAMAT p99': LATENCY,
    'IAMAT p99 alone': LATENCY,
    WHATSAT: { unit: 'answers/s', better: 'higher', aim: undefined },
  },
  a: {
    label: `IAMAT every ${REPORT_EVERY_MS} ms, beside ${GREEDY} connections that pipeline cached WHATSAT`,
    start,
  },
  b: undefined,
};
