import type { LinkPair } from '#src/replication/topology.js';
import { SIGN } from './model.ts';
import type { NetworkShape } from './network.ts';
import { Random } from './random.ts';

/** What a run is made of; all of it follows from the seed. */
export interface Scenario {
  readonly servers: readonly string[];
  readonly links: readonly LinkPair[];
  readonly clients: readonly string[];
  /** The keys of documents, signs of life among them, and how likely one is put or removed rather than a client reports. */
  readonly documents: readonly string[];
  readonly documentChance: number;
  /** The servers that clients report to: where they are few, their neighbours hold them back. */
  readonly origins: readonly string[];
  readonly reports: number;
  /** How likely a client is removed rather than reports. */
  readonly removalChance: number;
  /** How often thousands of reports come to one server at once. */
  readonly bursts: number;
  readonly faults: number;
  /** Whether the one fault is a crash or a stop just after a report: what was answered is still on its way. */
  readonly crashAfterReport: boolean;
  /** Whether servers crash, or are asked to stop alone. */
  readonly crashes: boolean;
  /** Whether neighbours confirm what they are told. */
  readonly confirming: boolean;
  /** Whether servers have a disk. */
  readonly journaled: boolean;
  /** After how long locations are forgotten, in milliseconds. */
  readonly forgetMs: number | undefined;
  /** What does not come back when all else is healed: a server that crashes, a link that is cut. */
  readonly lost: { readonly server: string; readonly link: LinkPair } | undefined;
  /** How often a link is added to the configuration or taken out. */
  readonly reconfigured: number;
  /** How likely an entry of a version vector is gone when a server starts again. */
  readonly dropChance: number;
  /**
   * A link that becomes slow or stops without an end, and after how long all servers have to have each record
   * all the same, in milliseconds.
   */
  readonly stall:
    | { readonly link: LinkPair; readonly atMs: number; readonly freshWithinMs: number }
    | undefined;
  readonly network: NetworkShape;
  /** How long it takes at most until a server gets to a tick, in milliseconds. */
  readonly busyMs: number;
  /** How long reports and faults go on, in milliseconds of virtual time. */
  readonly durationMs: number;
}

/** Most herds are small; some have up to this many servers. */
const MOST_SERVERS = 50;

/** How likely a run has documents among its reports. */
const DOCUMENTS = 0.35;

/** A random connected topology and what is to happen to it. */
export function makeScenario(random: Random, seed: number): Scenario {
  return { ...makeShape(random), ...makeDocuments(new Random(~seed)) };
}

/** By random numbers of their own: a run without documents is the same as before there were any. */
function makeDocuments(random: Random): Pick<Scenario, 'documents' | 'documentChance'> {
  if (!random.chance(DOCUMENTS)) return { documents: [], documentChance: 0 };
  const documents = Array.from({ length: random.integer(1, 6) }, (_, index) =>
    index % 2 === 0 ? ` fence/${index}` : `${SIGN}client-${index}`,
  );
  return { documents, documentChance: random.pick([0.05, 0.3]) };
}

type Shape = Omit<Scenario, 'documents' | 'documentChance'>;

function makeShape(random: Random): Shape {
  if (random.chance(0.05)) return makeBurstScenario(random);
  if (random.chance(0.1)) return makeStalledScenario(random);
  if (random.chance(0.3)) return makeRoamingScenario(random);
  return random.chance(0.3) ? makeSteadyScenario(random) : makeWildScenario(random);
}

/** How full sockets get: some are hardly ever, others with the first few lines. */
function makeNetworkShape(random: Random): NetworkShape {
  return { highWaterBytes: random.pick([1024, 1024, 65_536]), slowChance: 0.1 };
}

/** So long that a run does not see the end of what is taken in, or so short that it does. */
function makeForgetMs(random: Random): number {
  return random.pick([3_600_000, 40_000, 25_000]);
}

function makeRemovalChance(random: Random): number {
  return random.pick([0, 0, 0.05, 0.3]);
}

/** Journals keep all entries, most, or none. */
function makeDropChance(random: Random): number {
  return random.pick([0, 0, 0.2, 1]);
}

/**
 * After what time a record comes another way, however little is reported. A line takes 40 ms at most, and a tick 50 ms:
 *
 * - 130 ms: the record comes to the neighbour that was asked to prune it, over one server between at most;
 * - 340 ms: that neighbour says that it has it, 250 ms later at most;
 * - 1,050 ms: this is seen at the next check, 250 ms later at most, and at three more it has not come;
 * - 130 ms: the neighbour is asked for it, and sends it.
 *
 * Together these are 1,650 ms. The rest is for lines that are full, where what is to be said waits for another 90 ms.
 */
const FRESH_WITHIN_MS = 2000;

/**
 * A small herd in which each server has two ways to the one origin; one of the ways becomes slow or stops without
 * an end. Most reports are older than what there is, so the origin is busy at times and pauses at others.
 */
function makeStalledScenario(random: Random): Shape {
  const servers = Array.from({ length: random.integer(3, 5) }, (_, index) => `S${index}`);
  const [origin = '', first = '', second = '', ...leaves] = servers;
  const isMesh = leaves.length === 0 || random.chance(0.5);
  const links = servers.flatMap((a, index) =>
    servers.slice(index + 1).map((b): LinkPair => [a, b]),
  );
  const relayed = [first, second].flatMap((relay) =>
    [origin, ...leaves].map((other): LinkPair => [relay, other]),
  );
  const stalled: LinkPair = isMesh
    ? [origin, random.pick(servers.slice(1))]
    : [random.pick([first, second]), random.pick(leaves)];
  const durationMs = random.integer(8_000, 12_000);
  return {
    servers,
    links: isMesh ? links : relayed,
    clients: Array.from({ length: random.integer(3, 10) }, (_, index) => `client-${index}`),
    origins: [origin],
    reports: Math.floor(durationMs / 40),
    removalChance: makeRemovalChance(random),
    bursts: 0,
    faults: 0,
    crashAfterReport: false,
    crashes: false,
    confirming: false,
    journaled: false,
    forgetMs: undefined,
    lost: undefined,
    reconfigured: 0,
    dropChance: 0,
    stall: {
      link: stalled,
      atMs: random.integer(3_000, 5_000),
      freshWithinMs: FRESH_WITHIN_MS,
    },
    network: { highWaterBytes: random.pick([1024, 4096]), slowChance: 0 },
    busyMs: random.pick([0, 50]),
    durationMs,
  };
}

/** A small herd whose clients report by the thousands at once, and not much besides. */
function makeBurstScenario(random: Random): Shape {
  const servers = Array.from({ length: random.integer(2, 4) }, (_, index) => `S${index}`);
  return {
    servers,
    links: makeLinks(servers, random),
    clients: Array.from({ length: random.integer(500, 3000) }, (_, index) => `client-${index}`),
    origins: servers,
    reports: random.integer(0, 20),
    removalChance: 0,
    bursts: random.integer(1, 3),
    faults: random.pick([0, 1, 1, 3]),
    crashAfterReport: random.chance(0.5),
    crashes: random.chance(0.5),
    confirming: random.chance(0.3),
    journaled: random.chance(0.3),
    forgetMs: undefined,
    lost: undefined,
    reconfigured: 0,
    dropChance: makeDropChance(random),
    stall: undefined,
    network: { highWaterBytes: random.pick([16_384, 4_194_304]), slowChance: 0 },
    busyMs: 0,
    durationMs: random.integer(2_000, 8_000),
  };
}

/**
 * A small ring with some links more, in which most reports come to one server, and of clients that
 * hardly report twice: what is missed once stays missing. That server and one of its links are lost
 * in the end, so that nothing comes from there that should have come another way.
 */
function makeSteadyScenario(random: Random): Shape {
  const servers = Array.from({ length: random.integer(3, 6) }, (_, index) => `S${index}`);
  const ring = servers.map((server, index): LinkPair => [server, servers.at(index - 1) ?? server]);
  const origin = random.pick(servers);
  const more = random.chance(0.5) ? [[random.pick(servers), random.pick(servers)] as const] : [];
  const isNew = ([a, b]: LinkPair): boolean =>
    a !== b && !ring.some((link) => link.includes(a) && link.includes(b));
  const links = [...ring, ...more.filter(isNew)];
  return {
    servers,
    links,
    clients: Array.from({ length: 200 }, (_, index) => `client-${index}`),
    origins: random.chance(0.5) ? [origin] : [origin, origin, origin, random.pick(servers)],
    reports: random.integer(60, 300),
    faults: random.integer(0, 8),
    removalChance: makeRemovalChance(random),
    bursts: 0,
    crashAfterReport: false,
    crashes: true,
    confirming: false,
    journaled: random.chance(0.2),
    forgetMs: random.chance(0.1) ? makeForgetMs(random) : undefined,
    network: makeNetworkShape(random),
    busyMs: random.pick([0, 0, 50]),
    reconfigured: 0,
    dropChance: makeDropChance(random),
    stall: undefined,
    lost: { server: origin, link: random.pick(links.filter((link) => link.includes(origin))) },
    durationMs: random.integer(5_000, 20_000),
  };
}

/**
 * A small herd with more ways than one, and few clients that report often and now here, now there: one
 * origin's reports take the place of another's, while servers have asked to be spared one or the other.
 */
function makeRoamingScenario(random: Random): Shape {
  const servers = Array.from({ length: random.integer(3, 7) }, (_, index) => `S${index}`);
  const durationMs = random.integer(6_000, 20_000);
  return {
    servers,
    links: makeLinks(servers, random, servers.length),
    clients: Array.from({ length: random.integer(2, 12) }, (_, index) => `client-${index}`),
    origins: random.chance(0.5) ? servers : servers.slice(0, 2),
    reports: Math.floor((durationMs * random.integer(10, 40)) / 1000),
    removalChance: makeRemovalChance(random),
    bursts: 0,
    faults: random.integer(0, 6),
    crashAfterReport: false,
    crashes: random.chance(0.5),
    confirming: false,
    journaled: random.chance(0.3),
    forgetMs: random.chance(0.2) ? makeForgetMs(random) : undefined,
    lost: undefined,
    reconfigured: random.pick([0, 0, 1, 3]),
    dropChance: makeDropChance(random),
    stall: undefined,
    network: {
      highWaterBytes: random.pick([200, 1024, 65_536]),
      slowChance: random.pick([0, 0.3]),
    },
    busyMs: random.pick([0, 50, 300]),
    durationMs,
  };
}

function makeWildScenario(random: Random): Shape {
  const count = Math.min(MOST_SERVERS, Math.floor(2 + 3 / (random.next() + 0.06)));
  const servers = Array.from({ length: count }, (_, index) => `S${index}`);
  const durationMs = random.integer(2_000, 20_000);
  const crashAfterReport = random.chance(0.15);
  return {
    servers,
    links: makeLinks(servers, random),
    clients: Array.from({ length: random.integer(1, 20) }, (_, index) => `client-${index}`),
    origins: servers,
    reports: random.integer(5, 120),
    faults: crashAfterReport ? 1 : random.chance(0.2) ? 0 : random.integer(1, 12),
    removalChance: makeRemovalChance(random),
    bursts: 0,
    crashAfterReport,
    crashes: random.chance(0.8),
    confirming: random.chance(0.4),
    journaled: random.chance(0.5),
    forgetMs: random.chance(0.2) ? makeForgetMs(random) : undefined,
    lost: undefined,
    reconfigured: crashAfterReport ? 0 : random.pick([0, 0, 1, 3]),
    dropChance: makeDropChance(random),
    stall: undefined,
    network: makeNetworkShape(random),
    busyMs: random.pick([0, 0, 50]),
    durationMs,
  };
}

/** A random tree, so that the herd is connected, and some links more. */
function makeLinks(servers: readonly string[], random: Random, least = 0): LinkPair[] {
  const links: LinkPair[] = [];
  const taken = new Set<string>();
  const degree = new Map<string, number>();
  const join = (a: string, b: string): void => {
    if (a === b || taken.has(`${a} ${b}`) || taken.has(`${b} ${a}`)) return;
    taken.add(`${a} ${b}`);
    for (const name of [a, b]) degree.set(name, (degree.get(name) ?? 0) + 1);
    links.push([a, b]);
  };
  for (const [index, server] of servers.entries()) {
    if (index > 0) join(server, random.pick(servers.slice(Math.max(0, index - 8), index)));
  }
  const more = random.integer(least, Math.max(least, servers.length));
  for (let made = 0; made < more; made++) join(random.pick(servers), random.pick(servers));
  return links;
}
