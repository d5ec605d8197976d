import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Benchmark } from './harness/benchmark.ts';
import { freePorts } from './harness/ports.ts';
import { Asker } from './places-latency/asker.ts';
import { repeat } from './places-latency/repeat.ts';
import { configureOne } from './server.ts';

const QUESTIONER = fileURLToPath(new URL('places-latency/questioner.js', import.meta.url));
const UPSTREAM_MS = 200;
/** How long reports are timed alone, and as long again beside the questions; at least, where it is tried out. */
const PHASE_MS = 5_000;
const LEAST_PHASE_MS = 500;
/** A report every 2 ms, over one connection. */
const REPORT_EVERY_MS = 2;

const HOT = '+34.068930-118.445127';

/** The aim for reports beside questions. */
const MOST_TIMES_ALONE = 1.5;

type Name = 'WHATSAT p50' | 'WHATSAT p99' | 'IAMAT p99' | 'IAMAT p99 alone' | 'IAMAT p99, beside';
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
    'IAMAT p99, beside': {
      unit: 'times alone',
      better: 'lower',
      aim: { of: 'figure', bound: MOST_TIMES_ALONE },
    },
  },
  a: {
    label: '500 IAMAT and 100 WHATSAT a second for 5 s; before that, 5 s of the same IAMAT alone',
    async start(scope, share) {
      const phaseMs = Math.max(PHASE_MS * share, LEAST_PHASE_MS);
      const [port = 0] = await freePorts(1);
      const questioner = scope.spawn(process.execPath, [
        QUESTIONER,
        String(port),
        String(UPSTREAM_MS),
      ]);
      await questioner.prints(/ready/);
      const url = `http://127.0.0.1:${port}`;
      const places = { provider: 'google-legacy', url, keyFile: './key' };
      const herd = await configureOne(scope, { logs: 'none', data: 'none', places });
      await writeFile(join(herd.folder, 'key'), 'key');
      const server = await herd.start('Riley');
      const reporter = await Asker.connect(server.port);
      await scope.defer(async () => reporter.close());
      await reporter.report('hot', HOT, 1);
      await reporter.places('hot');
      let runs = 0;
      return async () => {
        const run = ++runs;
        const alone = await report(reporter, `alone-${run}`, phaseMs);
        const [beside, asked] = await Promise.all([
          report(reporter, `beside-${run}`, phaseMs),
          ask(url, server.port, run, phaseMs),
        ]);
        return {
          'WHATSAT p50': percentile(asked, 0.5),
          'WHATSAT p99': percentile(asked, 0.99),
          'IAMAT p99': percentile(beside, 0.99),
          'IAMAT p99 alone': percentile(alone, 0.99),
          'IAMAT p99, beside': percentile(beside, 0.99) / percentile(alone, 0.99),
        };
      };
    },
  },
  b: undefined,
};

/** Reports one client for a while; how long the replies took. */
async function report(reporter: Asker, client: string, durationMs: number): Promise<number[]> {
  return repeat(durationMs, REPORT_EVERY_MS, (n) => reporter.report(client, HOT, n + 1));
}

/** Has the questioner ask for a while; how long the replies took. */
async function ask(
  url: string,
  server: number,
  run: number,
  durationMs: number,
): Promise<number[]> {
  const response = await fetch(`${url}/questions?server=${server}&run=${run}&ms=${durationMs}`);
  if (!response.ok) throw new Error(`the questioner failed: ${await response.text()}`);
  return (await response.json()) as number[];
}

/** The value below which that share of all lies. */
function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(Math.floor(share * sorted.length), sorted.length - 1)] ?? Number.NaN;
}
