import { fileURLToPath } from 'node:url';

import type { Benchmark, Figures, Measure } from './harness/benchmark.ts';
import { freePorts } from './harness/ports.ts';
import { httpRequest, httpTalk } from './load/http-talk.ts';
import { makeReports, type Report } from './load/reports.ts';
import { runLoad } from './load/run-load.ts';
import { herdTarget, load } from './load/target.ts';
import { startWithGateway } from './server.ts';

const BARE = fileURLToPath(new URL('http/bare.js', import.meta.url));
const CONNECTIONS = 50;
const CLIENTS = 10_000;

/** Some seconds of work at each depth. */
const DEPTHS = [
  { depth: 1, reports: 20_000 },
  { depth: 16, reports: 20_000 },
] as const;
/** Reports of one batch, and how many there are over all connections. */
const BATCH_REPORTS = 1_000;
const BATCHES = 100;

const RATE = { unit: 'reports/s', better: 'higher', aim: undefined } as const;

function measuresAt({ depth }: (typeof DEPTHS)[number]): [string, Measure][] {
  return [
    [`PUT ${depth}`, RATE],
    [`generator ${depth}`, { unit: '%', better: 'lower', aim: undefined }],
  ];
}

function locationOf({ latitude, longitude, time }: Report): object {
  return { latitude: Number(latitude), longitude: Number(longitude), time };
}

function putRequest(report: Report): string {
  const path = `/v1/clients/${report.client}/location`;
  return httpRequest('PUT', path, 'application/json', JSON.stringify(locationOf(report)));
}

/** Puts locations at each depth. */
async function putAll(port: number, share: number): Promise<Figures<string>> {
  const figures: Record<string, number> = {};
  for (const { depth, reports } of DEPTHS) {
    const spec = { connections: CONNECTIONS, clients: CLIENTS, reports: reports * share };
    const talks = makeReports(spec).map((lane) => ({ port, talk: httpTalk(lane.map(putRequest)) }));
    const { rate, generator } = await runLoad(talks, { depth });
    figures[`PUT ${depth}`] = rate;
    figures[`generator ${depth}`] = generator;
  }
  return figures;
}

/** Reports a second, many to a request. */
async function postBatches(port: number, share: number): Promise<number> {
  const batches = Math.max(1, BATCHES * share);
  const connections = Math.min(CONNECTIONS, batches);
  const lanes = makeReports({ connections, clients: CLIENTS, reports: batches * BATCH_REPORTS });
  const talks = lanes.map((reports) => {
    const requests: string[] = [];
    for (let first = 0; first < reports.length; first += BATCH_REPORTS) {
      const lines = reports
        .slice(first, first + BATCH_REPORTS)
        .map((report) => JSON.stringify({ client: report.client, ...locationOf(report) }));
      const body = `${lines.join('\n')}\n`;
      requests.push(httpRequest('POST', '/v1/locations', 'application/x-ndjson', body));
    }
    return { port, talk: httpTalk(requests) };
  });
  const { rate } = await runLoad(talks, { depth: 1 });
  return rate * BATCH_REPORTS;
}

/** Reports over HTTP, beside the same over the text protocol and beside a route that does nothing with them. */
export const http: Benchmark = {
  name: 'http',
  description: 'reports over HTTP, against a bare route of the same framework; and IAMAT beside it',
  requires: [],
  measures: {
    ...Object.fromEntries(DEPTHS.flatMap(measuresAt)),
    batch: RATE,
    'IAMAT 1': RATE,
    'IAMAT 16': RATE,
  },
  a: {
    label: `PUT /v1/clients/{id}/location, POST /v1/locations of ${BATCH_REPORTS}, and IAMAT, to one server`,
    async start(scope, share) {
      const server = await startWithGateway(scope);
      const target = herdTarget(server);
      return async () => {
        const figures: Record<string, number> = { ...(await putAll(server.gateway, share)) };
        figures['batch'] = await postBatches(server.gateway, share);
        for (const { depth, reports } of DEPTHS) {
          const spec = { connections: CONNECTIONS, clients: CLIENTS, reports: reports * share };
          const { rate } = await load([target], spec, { depth });
          figures[`IAMAT ${depth}`] = rate;
        }
        return figures;
      };
    },
  },
  b: {
    label: 'PUT to a route that reads the body and answers 204',
    async start(scope, share) {
      const [port = 0] = await freePorts(1);
      await scope.spawn(process.execPath, [BARE, String(port)]).prints(/^ready$/m);
      return () => putAll(port, share);
    },
  },
};
