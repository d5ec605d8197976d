import type { Benchmark, Figures, Measure } from './harness/benchmark.ts';
import { httpRequest, httpTalk } from './load/http-talk.ts';
import { makeReports, type Report } from './load/reports.ts';
import { runLoad } from './load/run-load.ts';
import { startWithGateway } from './server.ts';

const CONNECTIONS = 50;
const CLIENTS = 10_000;
const REPORTS = 10_000;
/** Points of one request of Overland's, the most that it sends, and how many such requests there are. */
const BATCH_POINTS = 1_000;
const BATCHES = 50;

/** One report as an app sends it. */
type Request = (report: Report) => string;

const JSON_TYPE = 'application/json';
const FORM = 'application/x-www-form-urlencoded';

/** What every app that has attributes says beside the position. */
const ACCURACY_M = 7.5;
const SPEED_MPS = 1.5;
const BATTERY_PERCENT = 63;

function post(path: string, type: string, body: object | URLSearchParams): string {
  const text = body instanceof URLSearchParams ? body.toString() : JSON.stringify(body);
  return httpRequest('POST', path, type, text);
}

function get(path: string, query: URLSearchParams): string {
  return httpRequest('GET', `${path}?${query.toString()}`, FORM, '');
}

/** The time of a report in whole and in decimal seconds. */
const seconds = ({ time }: Report): number => Math.floor(Number(time));
const iso = (report: Report): string => new Date(seconds(report) * 1000).toISOString();
const position = ({ latitude, longitude }: Report) => ({
  lat: Number(latitude),
  lon: Number(longitude),
});
const texts = (report: Report): Record<string, string> => ({
  lat: report.latitude,
  lon: report.longitude,
});

const fields = (values: Record<string, string | number>): URLSearchParams =>
  new URLSearchParams(
    Object.entries(values).map(([name, value]): [string, string] => [name, `${value}`]),
  );

/** A point of Overland's. */
function feature(report: Report): object {
  const { lat, lon } = position(report);
  return {
    type: 'Feature',
    geometry: { type: 'Point', coordinates: [lon, lat] },
    properties: {
      device_id: report.client,
      timestamp: iso(report),
      horizontal_accuracy: ACCURACY_M,
      speed: SPEED_MPS,
      battery_level: BATTERY_PERCENT / 100,
    },
  };
}

/** By the names of the apps, as `docs/PHONES.md` has them; `PUT` is the JSON API. */
const REQUESTS: Readonly<Record<string, Request>> = {
  PUT: (report) =>
    httpRequest(
      'PUT',
      `/v1/clients/${report.client}/location`,
      JSON_TYPE,
      JSON.stringify({
        latitude: Number(report.latitude),
        longitude: Number(report.longitude),
        time: report.time,
        accuracyM: ACCURACY_M,
        speedMps: SPEED_MPS,
        batteryPercent: BATTERY_PERCENT,
      }),
    ),
  owntracks: (report) =>
    post('/in/owntracks', JSON_TYPE, {
      _type: 'location',
      topic: `owntracks/fleet/${report.client}`,
      ...position(report),
      tst: seconds(report),
      acc: ACCURACY_M,
      vel: 5,
      batt: BATTERY_PERCENT,
      tid: 'aa',
    }),
  traccar: (report) =>
    post(
      '/in/traccar',
      FORM,
      fields({
        id: report.client,
        ...texts(report),
        timestamp: seconds(report),
        accuracy: ACCURACY_M,
        speed: 3,
        batt: BATTERY_PERCENT,
      }),
    ),
  osmand: (report) =>
    get(
      '/in/osmand',
      fields({
        id: report.client,
        ...texts(report),
        timestamp: seconds(report) * 1000,
        hdop: ACCURACY_M,
        speed: SPEED_MPS,
        batt: BATTERY_PERCENT,
      }),
    ),
  gpslogger: (report) =>
    get(
      '/in/gpslogger',
      fields({
        aid: report.client,
        ...texts(report),
        timestamp: seconds(report),
        acc: ACCURACY_M,
        spd: SPEED_MPS,
        batt: BATTERY_PERCENT,
      }),
    ),
  overland: (report) => post('/in/overland', JSON_TYPE, { locations: [feature(report)] }),
  colota: (report) =>
    post('/in/colota', JSON_TYPE, {
      id: report.client,
      ...position(report),
      tst: seconds(report),
      acc: ACCURACY_M,
      vel: SPEED_MPS,
      batt: BATTERY_PERCENT,
    }),
  ulogger: (report) =>
    post(
      '/in/ulogger/client/index.php',
      FORM,
      fields({
        action: 'addpos',
        user: report.client,
        ...texts(report),
        time: seconds(report),
        accuracy: ACCURACY_M,
        speed: SPEED_MPS,
        trackid: 1,
      }),
    ),
  'traccar-forward': (report) =>
    post('/in/traccar-forward', JSON_TYPE, {
      position: {
        latitude: Number(report.latitude),
        longitude: Number(report.longitude),
        fixTime: iso(report),
        accuracy: ACCURACY_M,
        speed: 3,
        valid: true,
        attributes: { batteryLevel: BATTERY_PERCENT },
      },
      device: { uniqueId: report.client },
    }),
};

const RATE: Measure = { unit: 'reports/s', better: 'higher', aim: undefined };
const BATCH = `overland ${BATCH_POINTS}`;

/** Has each app report, one after the other; reports a second. */
async function reportAll(port: number, share: number): Promise<Figures<string>> {
  const figures: Record<string, number> = {};
  for (const [app, request] of Object.entries(REQUESTS)) {
    const spec = { connections: CONNECTIONS, clients: CLIENTS, reports: REPORTS * share };
    const talks = makeReports(spec).map((lane) => ({ port, talk: httpTalk(lane.map(request)) }));
    figures[app] = (await runLoad(talks, { depth: 1 })).rate;
  }
  figures[BATCH] = await postBatches(port, share);
  return figures;
}

async function postBatches(port: number, share: number): Promise<number> {
  const batches = Math.max(1, BATCHES * share);
  const connections = Math.min(10, batches);
  const lanes = makeReports({ connections, clients: CLIENTS, reports: batches * BATCH_POINTS });
  const talks = lanes.map((reports) => {
    const requests: string[] = [];
    for (let first = 0; first < reports.length; first += BATCH_POINTS) {
      const locations = reports.slice(first, first + BATCH_POINTS).map(feature);
      requests.push(post('/in/overland', JSON_TYPE, { locations }));
    }
    return { port, talk: httpTalk(requests) };
  });
  return (await runLoad(talks, { depth: 1 })).rate * BATCH_POINTS;
}

/** What phones' apps report to one server, each in its own form, beside the JSON API. */
export const phones: Benchmark = {
  name: 'phones',
  description: 'reports in the form of each phone app, beside the JSON API, to one server',
  requires: [],
  measures: Object.fromEntries([...Object.keys(REQUESTS), BATCH].map((name) => [name, RATE])),
  a: {
    label: `one report a request, over ${CONNECTIONS} connections; and ${BATCH_POINTS} points a request`,
    async start(scope, share) {
      const { gateway } = await startWithGateway(scope);
      return () => reportAll(gateway, share);
    },
  },
  b: undefined,
};
