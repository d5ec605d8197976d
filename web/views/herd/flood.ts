import type { ServerDetails } from './details.ts';

/**
 * A hop takes this long at least, in milliseconds: the clocks of two servers of one machine differ by up to three, and
 * a record does not arrive before it is sent.
 */
const MIN_HOP_MS = 0.1;
/** Where a record seems to arrive so long before it was sent, in milliseconds, the clocks say nothing of the way. */
const CLOCK_TOLERANCE_MS = 5;
/** And where it seems to take longer than this. */
const MAX_WAY_MS = 60_000;

/** A record's way over one link. Times are in milliseconds since its origin accepted it. */
export interface Hop {
  readonly from: string;
  readonly to: string;
  readonly startMs: number;
  readonly endMs: number;
  /** Whether it was news there: else it, or a newer one of its client, had come before. */
  readonly isNews: boolean;
}

/** A record's way through the herd, as far as servers say it. */
export interface Flood {
  /** The record's identity, the same at all servers. */
  readonly key: string;
  readonly origin: string;
  readonly sequence: number;
  /** When the origin accepted it, by its own clock, in milliseconds since 1970. */
  readonly acceptedMs: number;
  /** In the order in which it arrived. */
  readonly hops: readonly Hop[];
  /** Whether the times are measured: where clocks of servers differ too much only the order is, and each hop takes as long. */
  readonly isTimed: boolean;
  /** Until it came to all, in milliseconds. */
  readonly durationMs: number;
}

interface Arrival {
  readonly from: string;
  readonly to: string;
  readonly atMs: number;
  readonly isNews: boolean;
}

type Sighting = Pick<Flood, 'key' | 'origin' | 'sequence' | 'acceptedMs'> & {
  readonly arrivals: Arrival[];
};

/** The ways of the last records, put together of what each server says, the newest first. */
export function floodsIn(servers: Iterable<ServerDetails>): Flood[] {
  const sightings = new Map<string, Sighting>();
  for (const { server, arrivals } of servers) {
    for (const record of arrivals) {
      const key = `${record.server} ${record.epoch} ${record.sequence}`;
      const accepted = instantOf(record.receivedAt);
      const sighting = sightings.get(key) ?? {
        key,
        origin: record.server,
        sequence: record.sequence,
        acceptedMs: accepted.seconds * 1000 + accepted.nanoseconds / 1e6,
        arrivals: [],
      };
      sightings.set(key, sighting);
      for (const { neighbour, at, news } of record.arrivals) {
        const atMs = millisecondsBetween(accepted, instantOf(at));
        sighting.arrivals.push({ from: neighbour, to: server, atMs, isNews: news });
      }
    }
  }
  return [...sightings.values()]
    .map(wayOf)
    .filter(({ hops }) => hops.length > 0)
    .sort((a, b) => b.acceptedMs - a.acceptedMs);
}

/** A record is at a server from its news on; each hop begins where the record was then. */
function wayOf({ arrivals, ...record }: Sighting): Flood {
  const { origin } = record;
  const timed = hopsOf(origin, arrivals, ({ atMs }, startMs) =>
    Math.max(atMs, startMs + MIN_HOP_MS),
  );
  const isTimed = arrivals.every((arrival) => {
    const startMs = timed.reachedMs.get(arrival.from) ?? 0;
    return arrival.atMs > startMs - CLOCK_TOLERANCE_MS && arrival.atMs < MAX_WAY_MS;
  });
  const { hops } = isTimed ? timed : hopsOf(origin, arrivals, (_, startMs) => startMs + 1);
  return { ...record, hops, isTimed, durationMs: Math.max(0, ...hops.map(({ endMs }) => endMs)) };
}

/** The hops, and when the record came to each server. */
function hopsOf(
  origin: string,
  arrivals: readonly Arrival[],
  endOf: (arrival: Arrival, startMs: number) => number,
): { readonly hops: Hop[]; readonly reachedMs: ReadonlyMap<string, number> } {
  const reachedMs = new Map([[origin, 0]]);
  // From server to server: as often as there are servers in a row.
  for (let left = arrivals.filter(({ isNews }) => isNews); left.length > 0;) {
    const next = left.filter(({ from }) => reachedMs.has(from));
    for (const arrival of next) {
      const endMs = endOf(arrival, reachedMs.get(arrival.from) ?? 0);
      if (!reachedMs.has(arrival.to)) reachedMs.set(arrival.to, endMs);
    }
    if (next.length === 0) break; // who sent it to these does not say how it came there
    left = left.filter((arrival) => !next.includes(arrival));
  }
  const hops = arrivals.map((arrival) => {
    const { from, to, isNews } = arrival;
    const startMs = reachedMs.get(from) ?? Math.max(0, arrival.atMs - MIN_HOP_MS);
    return { from, to, isNews, startMs, endMs: endOf(arrival, startMs) };
  });
  return { hops: hops.sort((a, b) => a.endMs - b.endMs), reachedMs };
}

interface Instant {
  readonly seconds: number;
  readonly nanoseconds: number;
}

/** A time of RFC 3339 with up to nine decimals, in UTC. */
function instantOf(time: string): Instant {
  const [whole = '', decimals = ''] = time.replace('Z', '').split('.');
  return {
    seconds: Date.parse(`${whole}Z`) / 1000,
    nanoseconds: Number(decimals.padEnd(9, '0')),
  };
}

function millisecondsBetween(a: Instant, b: Instant): number {
  return (b.seconds - a.seconds) * 1000 + (b.nanoseconds - a.nanoseconds) / 1e6;
}

/** About how long a way is shown, in milliseconds, however long it was. */
const SHOWN_MS = 2500;
/** How many times slower, at most three digits of them: `×200`. */
const STEPS = [1, 2, 5];

/** How many times slower a way is shown than it was: 1, 2, 5, 10, 20 … */
export function slownessOf({ durationMs }: Pick<Flood, 'durationMs'>): number {
  const wanted = SHOWN_MS / Math.max(durationMs, 0.001);
  if (wanted <= 1) return 1;
  const power = 10 ** Math.floor(Math.log10(wanted));
  return power * (STEPS.findLast((step) => step * power <= wanted) ?? 1);
}

/** A dot that is under way. */
export interface Dot {
  readonly hop: Hop;
  /** How far it is, from 0 to 1. */
  readonly part: number;
}

/** The dots that are under way so long after a record was accepted. */
export function dotsAt({ hops }: Flood, ms: number): Dot[] {
  return hops
    .filter(({ startMs, endMs }) => startMs <= ms && ms < endMs)
    .map((hop) => ({ hop, part: (ms - hop.startMs) / (hop.endMs - hop.startMs) }));
}

/** How many hops have ended so long after a record was accepted. */
export function hopsEndedAt({ hops }: Flood, ms: number): number {
  return hops.filter(({ endMs }) => endMs <= ms).length;
}

/** The servers that have a record after so many hops. */
export function reachedAfter({ origin, hops }: Flood, count: number): ReadonlySet<string> {
  return new Set([origin, ...hops.slice(0, count).map(({ to }) => to)]);
}

/** Servers and clients say times to a nanosecond, a page reckons to less than this, in milliseconds. */
const SAME_TIME_MS = 0.01;

/** The way of the record that an origin accepted at a time, in milliseconds since 1970; `undefined`: no server remembers it. */
export function floodOf(
  floods: readonly Flood[],
  origin: string,
  acceptedMs: number,
): Flood | undefined {
  return floods.find((each) => {
    return each.origin === origin && Math.abs(each.acceptedMs - acceptedMs) < SAME_TIME_MS;
  });
}

/**
 * The newest way that is known whole: no server is missing in it that another one of them has come to.
 *
 * @param seen the keys of the ways that were known when all servers were asked before: what came since may not have come to all
 */
export function newestWhole(
  floods: readonly Flood[],
  seen: ReadonlySet<string>,
  origin: string | undefined,
): Flood | undefined {
  const settled = floods.filter(
    (each) => seen.has(each.key) && (origin === undefined || each.origin === origin),
  );
  const news = ({ hops }: Flood): number => hops.filter(({ isNews }) => isNews).length;
  const most = Math.max(...settled.map(news));
  return settled.find((each) => news(each) === most);
}
