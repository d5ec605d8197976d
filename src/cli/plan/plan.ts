import type { Costs } from './costs.ts';

/**
 * How much of one core a server may take in the mean. It does its work in one thread; the rest is for questions, live
 * updates and bursts.
 */
export const CORE_SHARE = 0.7;
/** How much of a machine's memory the locations may take: the rest is for connections, caches and the system. */
const MEMORY_SHARE = 0.7;
/** The most clients that `maxClients` may be. */
export const MOST_CLIENTS = 16_000_000;
/** The most servers of which statuses are kept: see docs/PROTOCOL.md. */
const MOST_SERVERS = 1000;
/** What a line of a version vector takes, in bytes; links say one a second of each server that has news. */
const VECTOR_LINE_BYTES = 48;
/** How many statuses cross a link a second each way at most, and their size in bytes: see docs/PROTOCOL.md. */
const STATUSES_A_SECOND = 8;
const STATUS_BYTES = 300;
/** Messages that cross links for a report, of one less than there are servers: `npm run bench -- messages`. */
const SENT_PER_REPORT = 1.002;
/** How many NATS servers a cluster has at least, so that it outlives one of them. */
const LEAST_NATS_SERVERS = 3;
/** With `interest: used`: how many servers hold each partition, how many partitions there may be, and `cache`. */
const HOLDERS = 2;
const MOST_PARTITIONS = 256;
const CACHED = 100_000;
/** How many cores a NATS server is counted with. */
export const NATS_CORES = 8;

/** What is to be planned. */
export interface Wanted {
  readonly clients: number;
  /** How often each client reports, in milliseconds. */
  readonly everyMs: number;
  readonly servers: number;
  /** How many links each server has. */
  readonly links: number;
  /** The memory of the machine of each server, in bytes. */
  readonly memoryBytes: number;
  /** How many servers of NATS store each record. */
  readonly replicas: number;
}

/** What each server of the herd takes. */
interface ServerNeeds {
  /** Processor time a second, in seconds: 0.5 is half of a core. */
  readonly cores: number;
  readonly memoryBytes: number;
  /** Over links, or from NATS. */
  readonly receivedBytesPerSecond: number;
  readonly sentBytesPerSecond: number;
  readonly journalBytesPerSecond: number;
}

/** What the NATS cluster takes, all its servers together. */
export interface ClusterNeeds {
  readonly cores: number;
  /** How many servers of `NATS_CORES` cores that are. */
  readonly servers: number;
  readonly partitions: number;
  readonly memoryBytes: number;
  readonly diskBytes: number;
  /** What it sends to the herd. */
  readonly sentBytesPerSecond: number;
}

/** One way to replicate, for what is wanted. */
export interface EnginePlan {
  readonly server: ServerNeeds;
  /** `undefined` where there is none. */
  readonly cluster: ClusterNeeds | undefined;
  /** Up to how many reports a second, and clients, it goes with so many servers. */
  readonly mostReportsPerSecond: number;
  readonly mostClients: number;
  /** What is too much, in words; empty where it fits. */
  readonly reasons: readonly string[];
}

/** The ways to replicate: links; NATS with `interest: all`, and with `interest: used`. */
export const ENGINES = ['flood', 'natsAll', 'natsUsed'] as const;
export type Engine = (typeof ENGINES)[number];

/** A herd as it is planned. */
export interface Plan extends Readonly<Record<Engine, EnginePlan>> {
  readonly wanted: Wanted;
  readonly reportsPerSecond: number;
}

/** What a herd of so many servers takes with each engine, by what each report was measured to cost. */
export function planHerd(wanted: Wanted, costs: Costs): Plan {
  const reportsPerSecond = (wanted.clients * 1000) / wanted.everyMs;
  return {
    wanted,
    reportsPerSecond,
    flood: planFlood(wanted, reportsPerSecond, costs),
    natsAll: planNats(wanted, reportsPerSecond, costs, EVERYTHING),
    natsUsed: planNats(wanted, reportsPerSecond, costs, shareOf(wanted)),
  };
}

function planFlood(wanted: Wanted, rate: number, costs: Costs): EnginePlan {
  const { servers, links } = wanted;
  const others = 1 - 1 / servers;
  // Over the whole herd as much is sent as is received, so it is for the mean server.
  const crossing = rate * others * SENT_PER_REPORT;
  const perReportUs =
    costs.reportUs / servers + others * SENT_PER_REPORT * (costs.takeUs + costs.sendUs);
  const gossip =
    links * (servers * VECTOR_LINE_BYTES + Math.min(servers, STATUSES_A_SECOND) * STATUS_BYTES);
  const linked = servers === 1 ? 0 : gossip;
  return judge(wanted, rate, costs, {
    perReportUs,
    share: EVERYTHING,
    receivedBytesPerSecond: crossing * costs.linkBytes + linked,
    sentBytesPerSecond: crossing * costs.linkBytes + linked,
    cluster: undefined,
  });
}

/** What a server holds of the clients. */
interface HeldShare {
  /** Of all of them, from 0 to 1. */
  readonly part: number;
  /** How many are kept beside that. */
  readonly cached: number;
  /** How many servers hold each client. */
  readonly holders: (servers: number) => number;
}

const EVERYTHING: HeldShare = { part: 1, cached: 0, holders: (servers) => servers };

/** The largest share: partitions are not divided. */
function shareOf({ servers }: Wanted): HeldShare {
  const holders = Math.min(HOLDERS, servers);
  const partitions = Math.ceil((holders * MOST_PARTITIONS) / servers);
  return { part: partitions / MOST_PARTITIONS, cached: CACHED, holders: () => holders };
}

function planNats(wanted: Wanted, rate: number, costs: Costs, share: HeldShare): EnginePlan {
  const { clients, servers, replicas } = wanted;
  const own = rate / servers;
  const holders = share.holders(servers);
  const cores = (rate * (replicas * costs.natsStoreUs + holders * costs.natsDeliverUs)) / 1e6;
  const byRate = Math.ceil(rate / (CORE_SHARE * costs.natsStreamRate));
  const cluster = {
    cores,
    servers: Math.max(LEAST_NATS_SERVERS, Math.ceil(cores / (CORE_SHARE * NATS_CORES))),
    partitions: Math.max(1, byRate),
    memoryBytes: clients * replicas * costs.natsClientMemoryBytes,
    diskBytes: clients * replicas * costs.natsClientDiskBytes,
    sentBytesPerSecond: rate * holders * costs.linkBytes,
  };
  const planned = judge(wanted, rate, costs, {
    perReportUs: costs.natsReportUs / servers + share.part * costs.natsFollowUs,
    share,
    receivedBytesPerSecond: rate * share.part * costs.linkBytes,
    sentBytesPerSecond: own * costs.linkBytes,
    cluster,
  });
  const reasons = [...planned.reasons];
  if (byRate > MOST_PARTITIONS) reasons.push(`more reports than ${MOST_PARTITIONS} streams take`);
  return { ...planned, reasons };
}

/** What an engine takes, before it is known whether that fits. */
interface Taken {
  /** What a report of the herd takes at one server, in the mean. */
  readonly perReportUs: number;
  readonly share: HeldShare;
  readonly receivedBytesPerSecond: number;
  readonly sentBytesPerSecond: number;
  readonly cluster: ClusterNeeds | undefined;
}

function judge(wanted: Wanted, rate: number, costs: Costs, taken: Taken): EnginePlan {
  const { perReportUs, share, cluster, ...bytes } = taken;
  const { clients, servers, memoryBytes } = wanted;
  const here = Math.min(clients, clients * share.part + share.cached);
  const stored = Math.max(share.part, 1 / servers);
  const server = {
    cores: (rate * perReportUs) / 1e6,
    memoryBytes: costs.serverBytes + here * costs.clientBytes,
    ...bytes,
    journalBytesPerSecond: rate * stored * costs.journalBytes,
  };
  const room = (memoryBytes * MEMORY_SHARE - costs.serverBytes) / costs.clientBytes;
  const inMemory = Math.min(MOST_CLIENTS, room) - share.cached;
  const mostClients = Math.max(0, Math.floor(inMemory / share.part));
  const mostReportsPerSecond = (CORE_SHARE * 1e6) / perReportUs;
  const reasons: string[] = [];
  if (rate > mostReportsPerSecond) reasons.push('more reports than a core takes');
  if (clients > mostClients) {
    const bound = room > MOST_CLIENTS ? 'maxClients may be' : "a server's memory has room for";
    reasons.push(`more clients than ${bound}`);
  }
  if (servers > MOST_SERVERS) {
    reasons.push(`${servers} servers, at most ${MOST_SERVERS} know of each other`);
  }
  return { server, cluster, mostReportsPerSecond, mostClients, reasons };
}
