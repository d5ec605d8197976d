import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Benchmark } from './harness/benchmark.ts';
import { Asker } from './places-latency/asker.ts';
import { startSlowUpstream } from './places-latency/slow-upstream.ts';
import { configureOne } from './server.ts';

const UPSTREAM_MS = 200;
const PHASE_MS = 5_000;
/** A report every 2 ms, over one connection. */
const REPORT_EVERY_MS = 2;
/** A question every 100 ms over each of ten connections: a hundred a second. */
const ASKERS = 10;
const ASK_EVERY_MS = 100;
/** Of the questions of one connection, one in so many is about a place that nobody has asked about. */
const MISS_EVERY = 10;

const HOT = '+34.068930-118.445127';

type Name = 'WHATSAT p50' | 'WHATSAT p99' | 'IAMAT p99' | 'IAMAT p99 alone';
const LATENCY = { unit: 'ms', better: 'lower', aim: undefined } as const;

/** How long questions for places take where most are answered from the cache, and reports beside them. */
export const placesLatency: Benchmark<Name> = {
  name: 'places-latency',
  description: `WHATSAT with an upstream that takes ${UPSTREAM_MS} ms, nine in ten from the cache`,
  requires: [],
  measures: {
    'WHATSAT p50': LATENCY,
    'WHATSAT p99': LATENCY,
    'IAMAT p99': LATENCY,
    'IAMAT p99 alone': LATENCY,
  },
  a: {
    label: '500 IAMAT and 100 WHATSAT a second for 5 s; before that, 5 s of the same IAMAT alone',
    async start(scope) {
      const url = await startSlowUpstream(scope, UPSTREAM_MS);
      const places = { provider: 'google-legacy', url, keyFile: './key' };
      const herd = await configureOne(scope, { logs: 'none', data: 'none', places });
      await writeFile(join(herd.folder, 'key'), 'key');
      const server = await herd.start('Riley');

      const connect = async (): Promise<Asker> => {
        const asker = await Asker.connect(server.port);
        await scope.defer(async () => asker.close());
        return asker;
      };
      const reporter = await connect();
      const askers = await Promise.all(Array.from({ length: ASKERS }, connect));
      await reporter.report('hot', HOT, 1);
      await reporter.places('hot');
      let runs = 0;
      return async () => {
        const run = ++runs;
        const alone = await report(reporter, `alone-${run}`);
        const [beside, asked] = await Promise.all([
          report(reporter, `beside-${run}`),
          Promise.all(askers.map((asker, n) => ask(asker, run, n))),
        ]);
        return {
          'WHATSAT p50': percentile(asked.flat(), 0.5),
          'WHATSAT p99': percentile(asked.flat(), 0.99),
          'IAMAT p99': percentile(beside, 0.99),
          'IAMAT p99 alone': percentile(alone, 0.99),
        };
      };
    },
  },
  b: undefined,
};

/** Reports one client for a while; how long the replies took. */
async function report(reporter: Asker, client: string): Promise<number[]> {
  return repeat(REPORT_EVERY_MS, (n) => reporter.report(client, HOT, n + 1));
}

/** Asks for a while, mostly about the same place; how long the replies took. */
async function ask(asker: Asker, run: number, lane: number): Promise<number[]> {
  await delay((lane * ASK_EVERY_MS) / ASKERS);
  return repeat(ASK_EVERY_MS, async (n) => {
    if ((n + lane) % MISS_EVERY !== 0) return asker.places('hot');
    const client = `cold-${run}-${lane}-${n}`;
    await asker.report(client, coldSpot(run, lane, n), 1);
    return asker.places(client);
  });
}

/** A spot of its own for each miss: a tenth of a degree from the next. */
function coldSpot(run: number, lane: number, n: number): string {
  const latitude = (-60 + run / 10 + lane / 100).toFixed(2);
  const longitude = (100 + n / 10).toFixed(1);
  return `${latitude}+${longitude}`;
}

/** Does something again and again, at that pace or as fast as it can be done. */
async function repeat(everyMs: number, action: (n: number) => Promise<number>): Promise<number[]> {
  const started = performance.now();
  const times: number[] = [];
  for (let n = 0; performance.now() - started < PHASE_MS; n++) {
    times.push(await action(n));
    await delay(Math.max(0, started + (n + 1) * everyMs - performance.now()));
  }
  return times;
}

/** The value below which that share of all lies. */
function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(Math.floor(share * sorted.length), sorted.length - 1)] ?? Number.NaN;
}
