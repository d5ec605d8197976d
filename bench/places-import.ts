import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { stat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Benchmark, Figures } from './harness/benchmark.ts';
import type { Program } from './harness/program.ts';
import type { Scope } from './harness/scope.ts';
import { clientId, iamatTalk, type Report } from './load/reports.ts';
import { runLoad } from './load/run-load.ts';
import { talkOf, WrongReply, type Talk } from './load/talk.ts';
import { IN_MEMORY, redisCommand, REDIS, startRedis } from './redis.ts';
import { startOne } from './server.ts';

const CLI = fileURLToPath(new URL('../../dist/bin/main.js', import.meta.url));

const PLACES = 1_000_000;
/** As many positions are asked about, each its own: no answer is cached. */
const CLIENTS = 10_000;
const CONNECTIONS = 20;
const RADIUS_KM = 2;
const NEAREST = 20;

const MEASURED = [
  { name: 'nearest 20, 1', depth: 1 },
  { name: 'nearest 20, 16', depth: 16 },
] as const;

/** How often the memory of an import is looked at, in milliseconds; the system keeps the peak. */
const WATCH_MS = 50;

/** Where places are: spread evenly by the additive recurrence of the plastic number, the same in every run. */
class Region {
  /** Of the sides of a square of 100 km or so around Berlin that a million places have: 100 a square kilometre, as in a city. */
  readonly #side: number;

  constructor(places: number) {
    this.#side = Math.sqrt(places / PLACES);
  }

  /** Of a place by its number; of somewhere else by another number. */
  position(n: number): { readonly latitude: number; readonly longitude: number } {
    return {
      latitude: 52 + ((0.5 + n * 0.754_877_666_246_693) % 1) * 0.9 * this.#side,
      longitude: 12.6 + ((0.5 + n * 0.569_840_290_998_053) % 1) * 1.5 * this.#side,
    };
  }
}

/** Each where no place is, and where there are more than 20 places around. */
function makeClients(count: number, region: Region): Report[] {
  return Array.from({ length: count }, (_, n) => {
    const { latitude, longitude } = region.position(n + 0.5);
    const time = '1600000000.000000000';
    const east = `+0${longitude.toFixed(6)}`;
    return { client: clientId(n), latitude: `+${latitude.toFixed(6)}`, longitude: east, time };
  });
}

async function writeCsv(path: string, places: number): Promise<void> {
  const file = createWriteStream(path);
  const region = new Region(places);
  file.write('id,name,lat,lon,types,prominence,vicinity,opening_hours,phone\n');
  for (let n = 0; n < places; n++) {
    const { latitude, longitude } = region.position(n);
    const where = `${latitude.toFixed(7)},${longitude.toFixed(7)}`;
    const row = `p${n},The place number ${n},${where},cafe food,${n % 4},Street ${n % 999},Mo-Fr 08:00-18:00,+49 30 ${n}\n`;
    if (!file.write(row)) await once(file, 'drain');
  }
  file.end();
  await finished(file);
}

/** Imports a file as an operator does; the peak is of the memory that is in RAM. */
async function importCsv(scope: Scope, input: string, output: string) {
  const started = performance.now();
  const program = scope.spawn(process.execPath, [CLI, 'places', 'import', input, '--out', output]);
  const watch = new AbortController();
  const peak = peakBytes(program, watch.signal);
  try {
    await program.succeeds();
  } finally {
    watch.abort(); // or it would go on, and this process with it
  }
  const seconds = (performance.now() - started) / 1000;
  return { seconds, peakBytes: await peak };
}

async function peakBytes({ pid }: Program, signal: AbortSignal): Promise<number> {
  let peak = 0;
  while (!signal.aborted) {
    const status = await readFile(`/proc/${pid}/status`, 'latin1').catch(() => '');
    peak = Math.max(peak, Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024);
    await delay(WATCH_MS);
  }
  return peak;
}

/** Asks from everywhere in turn. */
async function askAll(port: number, talkOfPart: (part: number) => Talk): Promise<Figures<string>> {
  const figures: Record<string, number> = {};
  for (const { name, depth } of MEASURED) {
    const talks = Array.from({ length: CONNECTIONS }, (_, part) => ({
      port,
      talk: talkOfPart(part),
    }));
    figures[name] = (await runLoad(talks, { depth })).rate;
  }
  return figures;
}

function partOf<T>(all: readonly T[], part: number): T[] {
  return all.filter((_, n) => n % CONNECTIONS === part);
}

const END = Buffer.from('\n\n');
const PLACE = Buffer.from('"place_id"');

/** Each answer has to have as many places as there can be. */
function whatsatTalk(clients: readonly Report[]): Talk {
  const requests = clients.map(({ client }) => `WHATSAT ${client} ${RADIUS_KM} ${NEAREST}\n`);
  return talkOf(requests, (received, start, index) => {
    const end = received.indexOf(END, start) + END.length;
    if (end < END.length) return -1;
    let count = 0;
    for (let at = received.indexOf(PLACE, start); at >= 0 && at < end; count++) {
      at = received.indexOf(PLACE, at + 1);
    }
    if (count === NEAREST) return end;
    throw new WrongReply(requests[index] ?? '', received.subarray(start, end));
  });
}

const LINE_FEED = 0x0a;
/** Of a place: `*2`, the length and the member, `*2`, twice the length and a coordinate. */
const LINES_A_PLACE = 8;

function geosearchTalk(clients: readonly Report[]): Talk {
  const requests = clients.map(({ latitude, longitude }) => {
    const circle = ['FROMLONLAT', longitude, latitude, 'BYRADIUS', String(RADIUS_KM), 'km'];
    const order = ['ASC', 'COUNT', String(NEAREST), 'WITHCOORD'];
    return redisCommand('GEOSEARCH', 'places', ...circle, ...order);
  });
  return talkOf(requests, (received, start, index) => {
    let end = received.indexOf(LINE_FEED, start) + 1;
    if (end === 0) return -1;
    if (received.toString('latin1', start, end - 2) !== `*${NEAREST}`) {
      throw new WrongReply(requests[index] ?? '', received.subarray(start, end));
    }
    for (let line = 0; line < NEAREST * LINES_A_PLACE; line++) {
      end = received.indexOf(LINE_FEED, end) + 1;
      if (end === 0) return -1;
    }
    return end;
  });
}

/** Tells Redis the same places. */
async function fillRedis(port: number, places: number): Promise<void> {
  const region = new Region(places);
  const commands = Array.from({ length: places }, (_, n) => {
    const { latitude, longitude } = region.position(n);
    return redisCommand('GEOADD', 'places', longitude.toFixed(7), latitude.toFixed(7), `p${n}`);
  });
  const talk = talkOf(commands, (received, start) => received.indexOf(LINE_FEED, start) + 1 || -1);
  await runLoad([{ port, talk }], { depth: 100 });
}

/** Places of one's own: how they are imported, and how they are answered with. */
export const placesImport: Benchmark = {
  name: 'places-import',
  description: 'an import of 1,000,000 places, and WHATSAT over them against GEOSEARCH of Redis',
  requires: [REDIS],
  measures: {
    import: { unit: 's', better: 'lower', aim: undefined },
    'import, memory': { unit: 'MiB', better: 'lower', aim: undefined },
    'index, a place': { unit: 'bytes', better: 'lower', aim: undefined },
    ...Object.fromEntries(
      MEASURED.map(({ name }) => [
        name,
        { unit: 'answers/s', better: 'higher', aim: undefined } as const,
      ]),
    ),
  },
  a: {
    label: 'places import of a CSV file, and WHATSAT by distance, all that is known of each place',
    async start(scope, share) {
      const folder = scope.folder();
      const [input, output] = [join(folder, 'in.csv'), join(folder, 'out.index')];
      await writeCsv(input, PLACES * share);
      await importCsv(scope, input, output);
      const clients = makeClients(CLIENTS * share, new Region(PLACES * share));
      const settings = { provider: 'file', file: output, rank: 'distance', cache: { ttl: 0 } };
      const { name, port } = await startOne(scope, { places: settings });
      await runLoad([{ port, talk: iamatTalk(name, clients) }], { depth: 100 });
      return async () => {
        const { seconds, peakBytes } = await importCsv(scope, input, join(folder, 'again.index'));
        const { size } = await stat(output);
        return {
          import: seconds,
          'import, memory': peakBytes / 2 ** 20,
          'index, a place': size / (PLACES * share),
          ...(await askAll(port, (part) => whatsatTalk(partOf(clients, part)))),
        };
      };
    },
  },
  b: {
    label: 'GEOSEARCH by distance of a Redis in memory, which has IDs and positions alone',
    async start(scope, share) {
      const { port } = await startRedis(scope, IN_MEMORY);
      await fillRedis(port, PLACES * share);
      const clients = makeClients(CLIENTS * share, new Region(PLACES * share));
      return () => askAll(port, (part) => geosearchTalk(partOf(clients, part)));
    },
  },
};
