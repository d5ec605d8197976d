import { table } from '../table.ts';
import { CORE_SHARE, NATS_CORES, type EnginePlan, type Plan } from './plan.ts';

const NUMBER = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });
const WHOLE = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** A plan for people: what each engine takes, whether it fits, and where its limits are. */
export function formatPlan(plan: Plan): string {
  const { wanted, reportsPerSecond, flood, nats } = plan;
  const engines = [flood, nats];
  const row = (name: string, show: (engine: EnginePlan) => string): string[] => [
    name,
    ...engines.map(show),
  ];
  const rows = [
    ['EACH SERVER', 'LINKS', 'NATS, ALL'],
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
    clusterLines(nats),
    reasonLines('links', flood) + reasonLines('NATS', nats) + NOTE,
  ].join('\n');
}

const NOTE =
  `Fits means: at most ${CORE_SHARE * 100} % of a core, and room in memory. ` +
  'docs/SCALING.md says where these figures come from.\n';

function clusterLines({ cluster }: EnginePlan): string {
  if (cluster === undefined) return '';
  return table([
    ['NATS CLUSTER', ''],
    ['servers', `${WHOLE.format(cluster.servers)} of ${NATS_CORES} cores`],
    ['processor', `${NUMBER.format(cluster.cores)} cores`],
    ['partitions', WHOLE.format(cluster.partitions)],
    ['memory', bytes(cluster.memoryBytes)],
    ['disk', bytes(cluster.diskBytes)],
    ['sent', `${bytes(cluster.sentBytesPerSecond)}/s`],
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
