import { createServer } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { Asker } from './asker.ts';
import { repeat } from './repeat.ts';
import { slowUpstream } from './slow-upstream.ts';

/*
 * A program beside the benchmark, so that its work is not in the benchmark's figures: the upstream of
 * the places, and those who ask for them. `GET /questions?server=PORT&run=N&ms=DURATION` has a server
 * asked for so long, and is answered with how long its replies took, in milliseconds.
 *
 * Arguments: the port to listen on; how long the upstream takes over each answer, in milliseconds.
 */

/** A question every 100 ms over each of ten connections: a hundred a second. */
const ASKERS = 10;
const ASK_EVERY_MS = 100;
/** Of the questions of one connection, one in so many is about a place that nobody has asked about. */
const MISS_EVERY = 10;

const [port, answerAfterMs] = process.argv.slice(2).map(Number);
const upstream = slowUpstream(answerAfterMs ?? 0);

createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://questioner');
  if (pathname !== '/questions') return upstream(request, response);
  const [server = 0, run = 0, durationMs = 0] = ['server', 'run', 'ms'].map((name) =>
    Number(searchParams.get(name)),
  );
  askAll(server, run, durationMs).then(
    (times) => response.end(JSON.stringify(times)),
    (error: unknown) => response.writeHead(500).end(String(error)),
  );
}).listen(port, '127.0.0.1', () => console.log('ready'));

async function askAll(server: number, run: number, durationMs: number): Promise<number[]> {
  const askers = await Promise.all(Array.from({ length: ASKERS }, () => Asker.connect(server)));
  try {
    const each = askers.map((asker, lane) => ask(asker, run, lane, durationMs));
    return (await Promise.all(each)).flat();
  } finally {
    for (const asker of askers) asker.close();
  }
}

/** Asks for a while, mostly about the same place; how long the replies took. */
async function ask(asker: Asker, run: number, lane: number, durationMs: number): Promise<number[]> {
  await delay((lane * ASK_EVERY_MS) / ASKERS);
  return repeat(durationMs, ASK_EVERY_MS, async (n) => {
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
