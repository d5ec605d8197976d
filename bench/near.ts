import { fileURLToPath } from 'node:url';
import type { Benchmark, Figures, Measure } from './harness/benchmark.ts';
import { freePorts } from './harness/ports.ts';
import { runLoad } from './load/run-load.ts';
import { checkAnswers } from './near/check.ts';
import { indexCosts } from './near/in-process.ts';
import { moveCommand, nearCommand, nearTalk } from './near/requests.ts';
import { World } from './near/world.ts';
import { IN_MEMORY, REDIS, startRedis } from './redis.ts';

const SERVER = fileURLToPath(new URL('near/server.js', import.meta.url));
const CONNECTIONS = 50;
const CLIENTS = 1_000_000;
/** So many clients are put in at once. */
const FILL_CLIENTS = 100_000;
const FILL_DEPTH = 100;

/** Some seconds of work for Redis each; `moves` is how many moves come with each question. */
const MEASURED = [
  { name: 'near 500 m, 1', depth: 1, radiusMetres: 500, requests: 10_000, moves: 0 },
  { name: 'near 500 m, 16', depth: 16, radiusMetres: 500, requests: 10_000, moves: 0 },
  { name: 'near 2 km, 16', depth: 16, radiusMetres: 2_000, requests: 1_000, moves: 0 },
  { name: 'nine moves each, 16', depth: 16, radiusMetres: 500, requests: 50_000, moves: 9 },
] as const;

function measuresOf({ name }: (typeof MEASURED)[number]): [string, Measure][] {
  const aim = { of: 'ratio', bound: 1 } as const;
  return [
    [name, { unit: 'requests/s', better: 'higher', aim }],
    [`generator, ${name}`, { unit: '%', better: 'lower', aim: undefined }],
  ];
}

/** Puts all clients of the world in. */
async function fill(port: number, world: World): Promise<void> {
  const clients = world.latitudes.length;
  for (let first = 0; first < clients; first += FILL_CLIENTS) {
    const lanes: string[][] = Array.from({ length: CONNECTIONS }, () => []);
    for (let client = first; client < Math.min(clients, first + FILL_CLIENTS); client++) {
      lanes[client % CONNECTIONS]?.push(moveCommand(world, client));
    }
    const talks = lanes.map((commands) => ({ port, talk: nearTalk(commands) }));
    await runLoad(talks, { depth: FILL_DEPTH });
  }
}

async function askAll(port: number, world: World, share: number): Promise<Figures<string>> {
  const figures: Record<string, number> = {};
  for (const { name, depth, radiusMetres, requests, moves } of MEASURED) {
    const each = Math.ceil((requests * share) / CONNECTIONS);
    const request = (n: number): string => {
      const client = world.anyone();
      if (n % (moves + 1) === 0) return nearCommand(world, client, radiusMetres);
      world.move(client);
      return moveCommand(world, client);
    };
    const talks = Array.from({ length: CONNECTIONS }, () => ({
      port,
      talk: nearTalk(Array.from({ length: each }, (_, n) => request(n))),
    }));
    const { rate, generator } = await runLoad(talks, { depth });
    figures[name] = rate;
    figures[`generator, ${name}`] = generator;
  }
  return figures;
}

/** Who is near, among many clients that move. */
export const near: Benchmark = {
  name: 'near',
  description: 'who is near, among 1,000,000 clients that move, against GEOSEARCH of one Redis',
  requires: [REDIS],
  measures: {
    ...Object.fromEntries(MEASURED.flatMap(measuresOf)),
    move: { unit: 'ns', better: 'lower', aim: undefined },
    client: { unit: 'bytes', better: 'lower', aim: undefined },
  },
  a: {
    label: 'GEOADD and GEOSEARCH to a process with the spatial index, which understands these two',
    async start(scope, share) {
      const world = new World(CLIENTS * share);
      const [port = 0] = await freePorts(1);
      await scope.spawn(process.execPath, [SERVER, String(port)]).prints(/^ready$/m);
      await fill(port, world);
      await checkAnswers(port, world);
      return async () => ({
        ...(await askAll(port, world, share)),
        ...indexCosts(new World(CLIENTS * share), share),
      });
    },
  },
  b: {
    label: 'the same to a Redis in memory',
    async start(scope, share) {
      const world = new World(CLIENTS * share);
      const { port } = await startRedis(scope, IN_MEMORY);
      await fill(port, world);
      await checkAnswers(port, world);
      return () => askAll(port, world, share);
    },
  },
};
