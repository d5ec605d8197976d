import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import type { Benchmark, Figures, Measure, Run } from './harness/benchmark.ts';
import { atRest, bytesRead, cpuSeconds } from './harness/process-usage.ts';
import type { Scope } from './harness/scope.ts';
import { pace } from './load/pacer.ts';
import { iamatTalk, makeReports } from './load/reports.ts';
import { fill, herdTarget } from './load/target.ts';
import { NATS, startNats } from './nats.ts';
import { startHerd, type RunningServer } from './server.ts';

/** Reports are made at the first; the last, which holds a third of the clients, is looked at. */
const SERVERS = ['Riley', 'Jaquez', 'Juzang', 'Campbell', 'Bernard', 'Ferry'];
const CLIENTS = 10_000;
const REPORTS_A_SECOND = 1000;
/** For how long reports come, in seconds, without anyone who follows, and again with one. */
const PHASE_S = 4;

type Name = 'alone' | 'followed' | 'alone read' | 'followed read';

const PROCESSOR = { unit: 'µs/report', better: 'lower', aim: undefined } satisfies Measure;
const READ = { unit: 'bytes/report', better: 'lower', aim: undefined } satisfies Measure;

async function start(scope: Scope, share: number): Promise<Run<Name>> {
  const { url } = await startNats(scope);
  const servers = await startHerd(scope, {
    servers: SERVERS,
    links: [],
    hasGateways: true,
    settings: {
      replication: { engine: 'nats', interest: 'used', servers: [url], partitions: 32 },
    },
  });
  const [first, last] = [servers[0], servers.at(-1)];
  if (first === undefined || last === undefined) throw new Error('there are no servers');
  const clients = CLIENTS * share;
  await fill(herdTarget(first), 0, clients);
  const reports = Math.ceil(REPORTS_A_SECOND * PHASE_S * share);
  const pids = servers.map(({ program }) => program.pid);
  return async () => {
    await atRest(...pids);
    const alone = await measure(first, last, clients, reports);
    const stream = await follow(last);
    await atRest(...pids);
    const followed = await measure(first, last, clients, reports);
    stream.destroy();
    return {
      alone: alone.processor,
      followed: followed.processor,
      'alone read': alone.read,
      'followed read': followed.read,
    };
  };
}

/** What reports to one server take of another one. */
async function measure(
  first: RunningServer,
  { program: { pid } }: RunningServer,
  clients: number,
  reports: number,
): Promise<Figures<'processor' | 'read'>> {
  const [lane = []] = makeReports({ connections: 1, clients, reports });
  const socket = connect({ host: '127.0.0.1', port: first.port, noDelay: true }).resume();
  await once(socket, 'connect');
  const before = await Promise.all([cpuSeconds(pid), bytesRead(pid)]);
  await pace(socket, iamatTalk(first.name, lane), REPORTS_A_SECOND);
  socket.end();
  await once(socket, 'close');
  await atRest(pid);
  const after = await Promise.all([cpuSeconds(pid), bytesRead(pid)]);
  return {
    processor: ((after[0] - before[0]) * 1e6) / reports,
    read: (after[1] - before[1]) / reports,
  };
}

/** Follows all clients at a server, and has been told of all that there are. */
async function follow({ gateway }: RunningServer): Promise<IncomingMessage> {
  const request = get({ host: '127.0.0.1', port: gateway, path: '/v1/events', agent: false });
  const [stream] = (await once(request, 'response')) as [IncomingMessage];
  if (stream.statusCode !== 200) throw new Error(`a stream was answered with ${stream.statusCode}`);
  stream.setEncoding('latin1').on('error', () => {}); // it is ended here
  await new Promise<void>((resolve) => {
    let text = '';
    stream.on('data', (part: string) => {
      text += part;
      if (text.includes('event: ready')) resolve();
      text = text.slice(-20); // it may come in two parts
    });
  });
  return stream;
}

/** What somebody who follows all clients costs a server that holds a part of them: see docs/NATS.md. */
export const following: Benchmark<Name> = {
  name: 'following',
  description:
    'one of six servers with interest: used, without and with one who follows all clients',
  requires: [NATS],
  measures: {
    alone: PROCESSOR,
    followed: PROCESSOR,
    'alone read': READ,
    'followed read': READ,
  },
  a: { label: `${REPORTS_A_SECOND} IAMAT a second to the first; what the last takes`, start },
  b: undefined,
};
