import { table } from '../table.ts';
import {
  CORE_SHARE,
  type Engine,
  ENGINES,
  NATS_CORES,
  type ClusterNeeds,
  type EnginePlan,
  type Plan,
} from './plan.ts';

const NUMBER = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });
const WHOLE = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** A plan for people: what each engine takes, whether it fits, and where its limits are. */
export function formatPlan(plan: Plan): string {
  const { wanted, reportsPerSecond } = plan;
  const row = (name: string, show: (engine: EnginePlan) => string): string[] => [
    name,
    ...ENGINES.map((engine) => show(plan[engine])),
  ];
  const rows = [
    ['EACH SERVER', ...ENGINES.map((engine) => TITLES[engine].toUpperCase())],
    row('processor', ({ server }) => `${NUMBER.format(server.cores * 100)} % of a core`),
    row('memory', ({ server }) => bytes(server.memoryBytes)),
    row('received', ({ server }) => `${bytes(server.receivedBytesPerSecond)}/s`),
    row('sent', ({ server }) => `${bytes(server.sentBytesPerSecond)}/s`),
    row('journal', ({ server }) => `${bytes(server.journalBytesPerSecond)}/s`),
    row('most reports', ({ mostReportsPerSecond }) => `${NUMBER.format(mostReportsPerSecond)}/s`),
    row('most clients', ({ mostClients }) => NUMBER.format(mostClients)),
    row('fits', ({ reasons }) => (reasons.length === 0 ? 'yes' : 'no')),
  ];
  return [
    `${WHOLE.format(wanted.clients)} clients that report every ${NUMBER.format(wanted.everyMs / 1000)} s, ` +
      `over ${WHOLE.format(wanted.servers)} servers: ${NUMBER.format(reportsPerSecond)} reports/s\n`,
    table(rows),
    clusterTable(plan.natsAll.cluster, plan.natsUsed.cluster),
    ENGINES.map((engine) => reasonLines(TITLES[engine], plan[engine])).join('') + NOTE,
  ].join('\n');
}

const TITLES: Readonly<Record<Engine, string>> = {
  flood: 'links',
  natsAll: 'NATS, all',
  natsUsed: 'NATS, used',
};

const NOTE =
  `Fits means: at most ${CORE_SHARE * 100} % of a core, and room in memory. ` +
  'docs/SCALING.md says where these figures come from.\n';

function clusterTable(all: ClusterNeeds | undefined, used: ClusterNeeds | undefined): string {
  const clusters = [all, used].flatMap((cluster) => cluster ?? []);
  const row = (name: string, show: (cluster: ClusterNeeds) => string): string[] => [
    name,
    ...clusters.map(show),
  ];
  return table([
    ['NATS CLUSTER', 'ALL', 'USED'],
    row('servers', ({ servers }) => `${WHOLE.format(servers)} of ${NATS_CORES} cores`),
    row('processor', ({ cores }) => `${NUMBER.format(cores)} cores`),
    row('partitions', ({ partitions }) => `${WHOLE.format(partitions)} at least`),
    row('memory', ({ memoryBytes }) => bytes(memoryBytes)),
    row('disk', ({ diskBytes }) => bytes(diskBytes)),
    row('sent', ({ sentBytesPerSecond }) => `${bytes(sentBytesPerSecond)}/s`),
  ]);
}

function reasonLines(name: string, { reasons }: EnginePlan): string {
  return reasons.map((reason) => `${name}: ${reason}\n`).join('');
}

const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

function bytes(count: number): string {
  const step = Math.min(
    UNITS.length - 1,
    Math.max(0, Math.floor(Math.log10(Math.max(1, count)) / 3)),
  );
  return `${NUMBER.format(count / 1000 ** step)} ${UNITS[step]}`;
}
