import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { workerData } from 'node:worker_threads';
import { postResult, untilStop } from '../harness/thread.ts';

/*
 * A thread of subscribers of live updates. Each counts the locations that it is sent once it is ready, and notes how
 * old each was when it came.
 */

/** What the thread is started with. */
export interface Subscribers {
  readonly port: number;
  /** What each asks for, as the query of a URL. */
  readonly queries: readonly string[];
  /** How many locations all of them together are to get, from the start to the end. */
  readonly locations: number;
}

/** Its result. */
export interface Received {
  /** How old each location was when it came, in milliseconds, by the time in the report. */
  readonly agesMs: Float64Array;
  /** When the last one came, in milliseconds since the POSIX epoch. */
  readonly lastMs: number;
  /** How busy the thread was, in per cent of one core. */
  readonly generator: number;
}

const READY = 'event: ready\n';
const LOCATION = /^data: .*"time":"([^"]+)"/gm;
const EVENT_END = '\n\n';

const { port, queries, locations } = workerData as Subscribers;
const agent = new Agent({ maxSockets: Infinity });
const agesMs = new Float64Array(locations);
let count = 0;
let lastMs = 0;
let onAll: () => void = () => undefined;

/** Resolves to a stream that is ready. */
async function subscribe(query: string): Promise<IncomingMessage> {
  const path = `/v1/events?${query}`;
  const [response] = (await once(get({ host: '127.0.0.1', port, path, agent }), 'response')) as [
    IncomingMessage,
  ];
  if (response.statusCode !== 200) throw new Error(`${path} is answered ${response.statusCode}`);
  let rest = '';
  let onReady: (() => void) | undefined;
  const ready = new Promise<void>((resolve) => (onReady = resolve));
  response.setEncoding('latin1').on('data', (text: string) => {
    const whole = rest + text;
    const end = whole.lastIndexOf(EVENT_END) + 1;
    rest = whole.slice(end);
    if (onReady === undefined) countLocations(whole.slice(0, end));
    else if (whole.includes(READY)) {
      onReady();
      onReady = undefined;
    }
  });
  await ready;
  return response;
}

function countLocations(text: string): void {
  const now = performance.timeOrigin + performance.now();
  for (const [, time = ''] of text.matchAll(LOCATION)) {
    agesMs[count] = now - Date.parse(time);
    count += 1;
  }
  lastMs = now;
  if (count >= locations) onAll();
}

const streams = await Promise.all(queries.map(subscribe));
const all = new Promise<void>((resolve) => (onAll = resolve));
const before = performance.eventLoopUtilization();
await untilStop();
if (count < locations) await all;
const { utilization } = performance.eventLoopUtilization(before);
for (const stream of streams) stream.destroy();
postResult({ agesMs, lastMs, generator: utilization * 100 } satisfies Received);
