import { movingPosition } from '#src/cli/bench/moving-position.js';
import { talkOf, WrongReply, type Talk } from './talk.ts';

/** One report of a client's. */
export interface Report {
  readonly client: string;
  /** Degrees with six decimals and their sign. */
  readonly latitude: string;
  readonly longitude: string;
  /** POSIX seconds with nine decimals. */
  readonly time: string;
}

/** What reports are wanted. */
export interface ReportsSpec {
  readonly connections: number;
  /** How many clients report, the same number over each connection. */
  readonly clients: number;
  /** The number of the first of them: others report others. */
  readonly firstClient?: number;
  /** How many reports there are in all. */
  readonly reports: number;
}

/** The first second of the reports' times: in the past, as that of a report always is. */
const FIRST_SECOND = 1_600_000_000;
/** Steps with no factor in common with any number of clients, which are 2s and 5s multiplied. */
const STRIDES = [1009, 1013, 1019, 1021, 1031, 1033, 1039, 1049] as const;

/** How often this process has made reports. */
let made = 0;

/**
 * Reports for each connection. The clients, which all move, report in turn, each time in another order;
 * each report is newer than the client's ones of this process before.
 */
export function makeReports(spec: ReportsSpec): Report[][] {
  made += 1;
  const run = made;
  const { connections, clients, firstClient = 0, reports } = spec;
  const [clientsEach, reportsEach] = [clients / connections, Math.ceil(reports / connections)];
  const stride = STRIDES[run % STRIDES.length] ?? 1;
  return Array.from({ length: connections }, (_, connection) =>
    Array.from({ length: reportsEach }, (_unused, n) => {
      const client = firstClient + connection * clientsEach + ((n * stride) % clientsEach);
      return makeReport(client, n, run);
    }),
  );
}

/** A client's ID, of 30 bytes. */
export function clientId(client: number): string {
  return `${String(client).padStart(8, '0')}.tracker.fleet.example`;
}

function makeReport(client: number, n: number, run: number): Report {
  const time = `${FIRST_SECOND + run}.${String(n).padStart(9, '0')}`;
  return { client: clientId(client), ...movingPosition(client, n, run), time };
}

const LINE_FEED = 0x0a;

/** Reports to a server of ours; the replies must come from it and have the report's own words. */
export function iamatTalk(server: string, reports: readonly Report[]): Talk {
  const requests = reports.map(
    ({ client, latitude, longitude, time }) => `IAMAT ${client} ${latitude}${longitude} ${time}\n`,
  );
  const said = Buffer.from(`AT ${server} +`, 'latin1');
  const command = 'IAMAT'.length;
  const talk: Talk = talkOf(requests, (received, start, index) => {
    const end = received.indexOf(LINE_FEED, start) + 1;
    if (end === 0) return -1;
    const from = (talk.ends[index - 1] ?? 0) + command;
    const to = talk.ends[index] ?? 0;
    const right =
      received.compare(said, 0, said.length, start, start + said.length) === 0 &&
      received.compare(talk.requests, from, to, end - (to - from), end) === 0;
    if (!right) throw new WrongReply(requests[index] ?? '', received.subarray(start, end));
    return end;
  });
  return talk;
}
