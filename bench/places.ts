import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Benchmark, Figures, Measure } from './harness/benchmark.ts';
import type { Scope } from './harness/scope.ts';
import { Asker } from './load/asker.ts';
import { clientId, iamatTalk, type Report } from './load/reports.ts';
import { runLoad } from './load/run-load.ts';
import { talkOf, WrongReply, type Talk } from './load/talk.ts';
import { getTalk, NGINX, startNginx } from './nginx.ts';
import { startOne, type RunningServer } from './server.ts';

const CONNECTIONS = 50;
/** As many positions as the cache keeps by default. */
const ENTRIES = 10_000;
const RADIUS_KM = 50;
const RESULTS = 5;
/** So many steps of the grid that clients stand on, each of a thousandth of a degree. */
const GRID = 100;
/** No factor of `ENTRIES`: so each connection asks for all of them, in another order than they came. */
const STRIDE = 7919;

/** A second or so of work at each depth; `hot` asks for one position, `full` for each in turn. */
const MEASURED = [
  { name: 'hot 1', depth: 1, questions: 40_000, aim: 1 },
  { name: 'hot 16', depth: 16, questions: 80_000, aim: undefined },
  { name: 'full 1', depth: 1, questions: 40_000, aim: 1 },
  { name: 'full 16', depth: 16, questions: 80_000, aim: undefined },
] as const;

function measuresOf({ name, aim }: (typeof MEASURED)[number]): [string, Measure][] {
  const bound = aim === undefined ? undefined : ({ of: 'ratio', bound: aim } as const);
  return [
    [name, { unit: 'answers/s', better: 'higher', aim: bound }],
    [`generator, ${name}`, { unit: '%', better: 'lower', aim: undefined }],
  ];
}

/** Something that answers: asked for these entries, it has to say what is expected of each. */
interface CommandHandler {
  readonly port: number;
  readonly entries: number;
  readonly talk: (entries: readonly number[]) => Talk;
}

async function askAll(
  share: number,
  { port, entries, talk }: CommandHandler,
): Promise<Figures<string>> {
  const figures: Record<string, number> = {};
  for (const { name, depth, questions } of MEASURED) {
    const among = name.startsWith('hot') ? 1 : entries;
    const each = Math.ceil((questions * share) / CONNECTIONS);
    const talks = Array.from({ length: CONNECTIONS }, (_, connection) => {
      const asked = (n: number): number => ((connection * each + n) * STRIDE) % among;
      return { port, talk: talk(Array.from({ length: each }, (_unused, n) => asked(n))) };
    });
    const { rate, generator } = await runLoad(talks, { depth });
    figures[name] = rate;
    figures[`generator, ${name}`] = generator;
  }
  return figures;
}

/** Clients near each other in Los Angeles, where there are more places around than are asked for. */
function makeClients(count: number): Report[] {
  return Array.from({ length: count }, (_, n) => ({
    client: clientId(n),
    latitude: `+${(34 + (n % GRID) / 1000).toFixed(6)}`,
    longitude: `-${(118.2 + Math.floor(n / GRID) / 1000).toFixed(6)}`,
    time: '1600000000.000000000',
  }));
}

function question(entry: number): string {
  return `WHATSAT ${clientId(entry)} ${RADIUS_KM} ${RESULTS}\n`;
}

/** Has all clients report to a server, asks for each, and returns the answers. */
async function collectAnswers({ name, port }: RunningServer, entries: number): Promise<Buffer[]> {
  await runLoad([{ port, talk: iamatTalk(name, makeClients(entries)) }], { depth: 100 });
  const asker = await Asker.connect(port);
  try {
    const answers: Buffer[] = [];
    for (let entry = 0; entry < entries; entry++) {
      const answer = await asker.ask(question(entry));
      const results = answer.split('"place_id"').length - 1;
      if (results !== RESULTS) throw new Error(`${results} places: ${answer}`);
      answers.push(Buffer.from(answer, 'latin1'));
    }
    return answers;
  } finally {
    asker.close();
  }
}

/** Asks our server; all of an answer has to be what it was. */
function whatsatTalk(entries: readonly number[], answers: readonly Buffer[]): Talk {
  const requests = entries.map(question);
  return talkOf(requests, (received, start, index) => {
    const answer = answerTo(entries, answers, index);
    const end = start + answer.length;
    if (end > received.length) return -1;
    if (received.compare(answer, 0, answer.length, start, end) === 0) return end;
    throw new WrongReply(requests[index] ?? '', received.subarray(start, end));
  });
}

function answerTo(entries: readonly number[], answers: readonly Buffer[], index: number): Buffer {
  const answer = answers[entries[index] ?? -1];
  if (answer === undefined) throw new RangeError(`there is no answer ${index}`);
  return answer;
}

async function startOurs(scope: Scope, share: number): Promise<() => Promise<Figures<string>>> {
  const entries = ENTRIES * share;
  const server = await startOne(scope, { places: { cache: { ttl: '1h' } } });
  const answers = await collectAnswers(server, entries);
  return () =>
    askAll(share, { port: server.port, entries, talk: (asked) => whatsatTalk(asked, answers) });
}

/** nginx, with the answers of a server of ours behind it, which it asks for once each. */
async function startCache(scope: Scope, share: number): Promise<() => Promise<Figures<string>>> {
  const entries = ENTRIES * share;
  const source = await startOne(scope);
  const answers = await collectAnswers(source, entries);
  await source.program.stop();
  let asked = 0;
  const upstream = createServer((request, response) => {
    asked += 1;
    const answer = answerTo([Number(request.url?.slice(1))], answers, 0);
    response.writeHead(200, { 'content-type': 'text/plain', 'content-length': answer.length });
    response.end(answer);
  });
  await scope.defer(async () => {
    upstream.close().closeAllConnections();
  });
  await once(upstream.listen(0, '127.0.0.1'), 'listening');
  const { port } = await startNginx(scope, (upstream.address() as AddressInfo).port);
  const talk = (asked: readonly number[]): Talk =>
    getTalk(
      asked.map((entry) => `/${entry}`),
      (index) => answerTo(asked, answers, index),
    );
  await runLoad([{ port, talk: talk([...answers.keys()]) }], { depth: 1 });
  return async () => {
    const before = asked;
    const figures = await askAll(share, { port, entries, talk });
    if (asked !== before) throw new Error(`nginx asked its upstream ${asked - before} times`);
    return figures;
  };
}

/** Cached places, as a client asks for them, against a web server that has the same texts cached. */
export const places: Benchmark = {
  name: 'places',
  description: 'cached answers a second to WHATSAT, against the same from nginx',
  requires: [NGINX],
  measures: Object.fromEntries(MEASURED.flatMap(measuresOf)),
  a: {
    label: `WHATSAT with ${RESULTS} places, for one position, and for ${ENTRIES} in turn`,
    start: startOurs,
  },
  b: {
    label: "GET of the same texts from nginx's proxy_cache, on connections kept alive",
    start: startCache,
  },
};
