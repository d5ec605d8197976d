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
const MOST_LINKED_SERVERS = 1000;
/** What a line of a version vector takes, in bytes; links say one a second of each server that has news. */
const VECTOR_LINE_BYTES = 48;
/** How many statuses cross a link a second each way at most, and their size in bytes: see docs/PROTOCOL.md. */
const STATUSES_A_SECOND = 8;
const STATUS_BYTES = 300;
/** Messages that cross links for a report, of one less than there are servers: `npm run bench -- messages`. */
const SENT_PER_REPORT = 1.002;
/** How many NATS servers a cluster has at least, so that it outlives one of them. */
const LEAST_NATS_SERVERS = 3;
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
interface ClusterNeeds {
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

/** A herd as it is planned. */
export interface Plan {
  readonly wanted: Wanted;
  readonly reportsPerSecond: number;
  readonly flood: EnginePlan;
  /** With `interest: all`. */
  readonly nats: EnginePlan;
}

/** What a herd of so many servers takes with each engine, by what each report was measured to cost. */
export function planHerd(wanted: Wanted, costs: Costs): Plan {
  const reportsPerSecond = (wanted.clients * 1000) / wanted.everyMs;
  return {
    wanted,
    reportsPerSecond,
    flood: planFlood(wanted, reportsPerSecond, costs),
    nats: planNats(wanted, reportsPerSecond, costs),
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
  const server = {
    cores: (rate * perReportUs) / 1e6,
    memoryBytes: memoryOf(wanted, costs),
    receivedBytesPerSecond: crossing * costs.linkBytes + linked,
    sentBytesPerSecond: crossing * costs.linkBytes + linked,
    journalBytesPerSecond: rate * costs.journalBytes,
  };
  const most = { reports: (CORE_SHARE * 1e6) / perReportUs, clients: mostClients(wanted, costs) };
  const reasons = tooMuch(wanted.clients, rate, most);
  if (servers > MOST_LINKED_SERVERS) {
    reasons.push(`${servers} servers, at most ${MOST_LINKED_SERVERS} know of each other`);
  }
  return {
    server,
    cluster: undefined,
    mostReportsPerSecond: most.reports,
    mostClients: most.clients,
    reasons,
  };
}

function planNats(wanted: Wanted, rate: number, costs: Costs): EnginePlan {
  const { clients, servers, replicas } = wanted;
  const perReportUs = costs.natsReportUs / servers + costs.natsFollowUs;
  const own = rate / servers;
  const server = {
    cores: (rate * perReportUs) / 1e6,
    memoryBytes: memoryOf(wanted, costs),
    receivedBytesPerSecond: rate * costs.linkBytes,
    sentBytesPerSecond: own * costs.linkBytes,
    journalBytesPerSecond: rate * costs.journalBytes,
  };
  const cores = (rate * (replicas * costs.natsStoreUs + servers * costs.natsDeliverUs)) / 1e6;
  const cluster = {
    cores,
    servers: Math.max(LEAST_NATS_SERVERS, Math.ceil(cores / (CORE_SHARE * NATS_CORES))),
    partitions: Math.max(1, Math.ceil(rate / (CORE_SHARE * costs.natsStreamRate))),
    memoryBytes: clients * replicas * costs.natsClientMemoryBytes,
    diskBytes: clients * replicas * costs.natsClientDiskBytes,
    sentBytesPerSecond: rate * servers * costs.linkBytes,
  };
  const most = { reports: (CORE_SHARE * 1e6) / perReportUs, clients: mostClients(wanted, costs) };
  return {
    server,
    cluster,
    mostReportsPerSecond: most.reports,
    mostClients: most.clients,
    reasons: tooMuch(wanted.clients, rate, most),
  };
}

function memoryOf({ clients }: Wanted, costs: Costs): number {
  return costs.serverBytes + clients * costs.clientBytes;
}

function mostClients({ memoryBytes }: Wanted, costs: Costs): number {
  const inMemory = (memoryBytes * MEMORY_SHARE - costs.serverBytes) / costs.clientBytes;
  return Math.max(0, Math.min(MOST_CLIENTS, Math.floor(inMemory)));
}

function tooMuch(
  clients: number,
  rate: number,
  most: { readonly reports: number; readonly clients: number },
): string[] {
  const reasons: string[] = [];
  if (rate > most.reports) reasons.push('more reports than a core takes');
  if (clients > most.clients) {
    const bound =
      most.clients === MOST_CLIENTS ? 'maxClients may be' : "a server's memory has room for";
    reasons.push(`more clients than ${bound}`);
  }
  return reasons;
}
