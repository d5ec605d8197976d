import { neighboursOf, type LinkPair } from '#src/replication/topology.js';
import type { Instant } from '#src/protocol/timestamp.js';
import { Network, type NetworkHost } from '../test/simulation/network.ts';
import { Random } from '../test/simulation/random.ts';
import { Schedule } from '../test/simulation/schedule.ts';
import { SimulatedServer } from '../test/simulation/server.ts';
import type { Benchmark, Figures } from './harness/benchmark.ts';
import { DIAGRAM } from './server.ts';

/** The servers' clocks show this when a simulation starts, in milliseconds since the POSIX epoch. */
const START_MS = 1_700_000_000_000;
/** How long links take to come up, and what was said last to arrive, in virtual milliseconds. */
const SETTLE_MS = 5_000;
/** How long the herd works before its messages are counted, and while they are. */
const STEADY_MS = 20_000;
const COUNTED_MS = 10_000;
/** Servers that have clients, or all of them; each gets a report a second. */
const ORIGINS = 5;
const REPORT_EVERY_MS = 1_000;
/** A link sends a record as its `AT` line. */
const LOCATION_LINE = /^AT /gm;
/** How many bytes may wait on a line before its writer is asked to stop. */
const HIGH_WATER_BYTES = 1024;

/** A herd that is measured. */
interface Topology {
  readonly servers: readonly string[];
  readonly links: readonly LinkPair[];
}

/** A ring of all servers, with chords that join each to one other, or with a second ring. */
function makeTopology(count: number, degree: 3 | 4, random: Random): Topology {
  const servers = Array.from({ length: count }, (_, index) => `S${index}`);
  const order = servers
    .map((server) => ({ server, at: random.next() }))
    .sort((a, b) => a.at - b.at)
    .map(({ server }) => server);
  const step = degree === 3 ? 2 : 1;
  const links = [...pairsOf(servers, 1), ...pairsOf(order, step)];
  const distinct = new Map(links.map((link) => [link.toSorted().join(' '), link]));
  return { servers, links: [...distinct.values()] };
}

/** Each of a ring with the next one; with a step of 2 every other one with its next. */
function pairsOf(ring: readonly string[], step: number): LinkPair[] {
  const pairs: LinkPair[] = [];
  for (let i = 0; i < ring.length; i += step) {
    const [a, b] = [ring[i], ring[(i + 1) % ring.length]];
    if (a !== undefined && b !== undefined) pairs.push([a, b]);
  }
  return pairs;
}

/** How many messages a report takes in a herd that nothing goes wrong in; virtual time. */
async function messagesOf({ servers, links }: Topology, random: Random): Promise<number> {
  const schedule = new Schedule();
  const members = new Map<string, SimulatedServer>();
  let messages = 0;
  const host: NetworkHost = {
    accept: (server, open) => members.get(server)?.accept(open) ?? false,
    wrote: (_by, _to, text) => (messages += text.match(LOCATION_LINE)?.length ?? 0),
    delivered() {},
  };
  const shape = { highWaterBytes: HIGH_WATER_BYTES, slowChance: 0.1 };
  const network = new Network(schedule, random, host, shape);
  const now = (): Instant => instantOf(START_MS + schedule.now);
  for (const name of servers) {
    const neighbours = neighboursOf(name, links);
    const nothing = {
      confirming: false,
      disk: undefined,
      forgetMs: undefined,
      isToForget: () => false,
      keepsEntry: () => true,
      busyMs: 0,
    };
    members.set(name, new SimulatedServer({ name, neighbours, network, random, now, ...nothing }));
  }
  const origins = [...members.values()].slice(0, ORIGINS);
  let reports = 0;
  const reportFor = async (durationMs: number): Promise<void> => {
    const end = schedule.now + durationMs;
    for (; schedule.now < end; await schedule.run(schedule.now + REPORT_EVERY_MS)) {
      for (const origin of origins) {
        const seconds = ((START_MS + schedule.now) / 1000).toFixed(3);
        origin.report([`IAMAT client-of-${origin.name} +34.068930-118.445127 ${seconds}`]);
        reports += 1;
      }
    }
    await schedule.run(end + SETTLE_MS);
  };
  await schedule.run(SETTLE_MS);
  await reportFor(STEADY_MS);
  [messages, reports] = [0, 0];
  await reportFor(COUNTED_MS);
  checkAgreement([...members.values()], origins);
  return messages / reports;
}

function instantOf(milliseconds: number): Instant {
  const seconds = Math.floor(milliseconds / 1000);
  return { seconds, nanoseconds: Math.floor((milliseconds - seconds * 1000) * 1_000_000) };
}

/** Throws where a server does not have what another one has. */
function checkAgreement(
  members: readonly SimulatedServer[],
  origins: readonly SimulatedServer[],
): void {
  for (const origin of origins) {
    const client = `client-of-${origin.name}`;
    const at = origin.get(client)?.at;
    const other = members.find((member) => member.get(client)?.at !== at);
    if (other !== undefined) throw new Error(`${other.name} does not have ${client}'s location`);
  }
}

/** The herds by their measure's name: how many servers, and how many links each has. */
const HERDS = [
  { name: '100 of degree 3', count: 100, degree: 3 },
  { name: '100 of degree 4', count: 100, degree: 4 },
  { name: '1000 of degree 3', count: 1000, degree: 3 },
  { name: '1000 of degree 4', count: 1000, degree: 4 },
] as const;
const FIVE = 'the diagram';

/** With a share of the work alone, herds are smaller, but have enough servers for their links. */
function sizeOf(count: number, share: number): number {
  return Math.max(6, 2 * Math.round((count * share) / 2));
}

const MEASURE = {
  unit: 'messages/report',
  better: 'lower',
  aim: { of: 'ratio', bound: 1.1 },
} as const;

/** What a report costs on the links, against the least that can be: each other server gets it once. */
export const messages: Benchmark = {
  name: 'messages',
  description: 'messages on links a report in a steady herd, simulated, against N - 1',
  requires: [],
  measures: Object.fromEntries([FIVE, ...HERDS.map(({ name }) => name)].map((n) => [n, MEASURE])),
  a: {
    label: "the servers' own code on a virtual network; 5, 100 and 1000 servers with 3 or 4 links",
    async start(_, share) {
      let seed = 0;
      return async () => {
        seed += 1;
        const random = new Random(seed);
        const five = { servers: DIAGRAM.servers, links: DIAGRAM.links };
        const figures: Record<string, number> = { [FIVE]: await messagesOf(five, random) };
        for (const { name, count, degree } of HERDS) {
          const topology = makeTopology(sizeOf(count, share), degree, random);
          figures[name] = await messagesOf(topology, random);
        }
        return figures;
      };
    },
  },
  b: {
    label: 'N - 1, where N is the number of servers',
    async start(_, share) {
      const others = HERDS.map(({ name, count }) => [name, sizeOf(count, share) - 1] as const);
      const figures: Figures<string> = {
        [FIVE]: DIAGRAM.servers.length - 1,
        ...Object.fromEntries(others),
      };
      return async () => figures;
    },
  },
};
