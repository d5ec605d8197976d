import type { Benchmark, Figures, Measure } from './harness/benchmark.ts';
import { atRest, residentBytes } from './harness/process-usage.ts';
import { fill, herdTarget, type Target } from './load/target.ts';
import { IN_MEMORY, REDIS, startRedis } from './redis.ts';
import { startOne } from './server.ts';

/** How many clients there are when the memory is looked at. */
const SIZES = [100_000, 1_000_000] as const;
const MEBIBYTE = 2 ** 20;

const LESS = { better: 'lower', aim: undefined } as const;

function measuresAt(size: number): [string, Measure][] {
  return [
    [`each of ${size}`, { ...LESS, unit: 'bytes', aim: { of: 'ratio', bound: 1 } }],
    [`all of ${size}`, { ...LESS, unit: 'MiB' }],
  ];
}

/** Fills a new server, looks at its memory on the way, and stops it. */
async function fillOne(target: Target, share: number): Promise<Figures<string>> {
  const { program } = target;
  const settled = async (): Promise<number> => {
    await atRest(program.pid);
    return residentBytes(program.pid);
  };
  const empty = await settled();
  const figures: Record<string, number> = { empty: empty / MEBIBYTE };
  let filled = 0;
  for (const size of SIZES) {
    const clients = size * share;
    await fill(target, filled, clients);
    filled = clients;
    const all = await settled();
    figures[`all of ${size}`] = all / MEBIBYTE;
    figures[`each of ${size}`] = (all - empty) / clients;
  }
  await program.stop();
  return figures;
}

/** What a client costs in memory, by what the system says that the process has. */
export const memory: Benchmark = {
  name: 'memory',
  description: 'resident memory a client, whose ID has 30 bytes, against a Redis of the same',
  requires: [REDIS],
  measures: {
    empty: { ...LESS, unit: 'MiB' },
    ...Object.fromEntries(SIZES.flatMap(measuresAt)),
  },
  a: {
    label: 'a server with the defaults, to which each client has reported once',
    start: async (scope, share) => async () => fillOne(herdTarget(await startOne(scope)), share),
  },
  b: {
    label: 'a Redis in memory with the same clients by GEOADD',
    start: async (scope, share) => async () => fillOne(await startRedis(scope, IN_MEMORY), share),
  },
};
