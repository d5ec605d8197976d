import type { ServerCounts } from '../../../service/server-counts.ts';
import type { Metric, MetricsSource, Sample } from './metric.ts';

type ClusterCounts = NonNullable<ServerCounts['cluster']>;
type ShareCounts = NonNullable<ClusterCounts['share']>;
type LinkStatus = ServerCounts['links'][number];
type LagEntry = ServerCounts['lag']['origins'][number];

/** The links, and how far servers are behind each other. */
export const REPLICATION_METRICS: readonly Metric[] = [
  {
    name: 'proxy_herd_link_up',
    type: 'gauge',
    help: 'Whether the link to a neighbour is up.',
    labels: ['neighbour'],
    read: ofLinks(({ isUp }) => Number(isUp)),
  },
  linkCounter('proxy_herd_link_ups_total', 'Times the link to a neighbour came up.', 'ups'),
  linkCounter(
    'proxy_herd_link_failures_total',
    'Failed attempts to bring up the link to a neighbour.',
    'failures',
  ),
  linkCounter(
    'proxy_herd_link_received_records_total',
    'Records received from a neighbour.',
    'received',
  ),
  linkCounter(
    'proxy_herd_link_new_records_total',
    'Received records that were new; the others had already arrived over another link.',
    'newer',
  ),
  linkCounter(
    'proxy_herd_link_received_bytes_total',
    'Bytes received from a neighbour.',
    'receivedBytes',
  ),
  linkCounter('proxy_herd_link_sent_bytes_total', 'Bytes sent to a neighbour.', 'sentBytes'),
  {
    name: 'proxy_herd_origin_lag_reports',
    type: 'gauge',
    help: 'Upper bound on the reports accepted by an origin that a linked neighbour has and this server lacks.',
    labels: ['origin'],
    read: ({ counts }) => ofLags('origin', counts.lag.origins, ({ reports }) => reports),
  },
  {
    name: 'proxy_herd_origin_lag_seconds',
    type: 'gauge',
    help: 'For how long this server has lacked some of them.',
    labels: ['origin'],
    read: ({ counts }) => ofLags('origin', counts.lag.origins, ({ seconds }) => seconds),
  },
  {
    name: 'proxy_herd_neighbour_lag_reports',
    type: 'gauge',
    help: 'Upper bound on the reports that this server has and a neighbour lacks.',
    labels: ['neighbour'],
    read: ({ counts }) => ofLags('neighbour', counts.lag.neighbours, ({ reports }) => reports),
  },
  {
    name: 'proxy_herd_neighbour_lag_seconds',
    type: 'gauge',
    help: 'For how long the neighbour has lacked some of them; grows while the link is down.',
    labels: ['neighbour'],
    read: ({ counts }) => ofLags('neighbour', counts.lag.neighbours, ({ seconds }) => seconds),
  },
  clusterGauge(
    'proxy_herd_nats_connected',
    'Whether the server is connected to the NATS cluster.',
    ({ isConnected }) => Number(isConnected),
  ),
  clusterGauge(
    'proxy_herd_nats_storing_records',
    'Records being stored in NATS streams, or waiting for a retry.',
    ({ storing }) => storing,
  ),
  shareMetric(
    'gauge',
    'proxy_herd_share_partitions',
    'Partitions of clients that this server holds.',
    'held',
  ),
  shareMetric(
    'gauge',
    'proxy_herd_share_residents',
    'Clients and signs of life in memory that are outside the share of this server.',
    'residents',
  ),
  shareMetric(
    'counter',
    'proxy_herd_share_evicted_total',
    'Clients outside the share that were evicted to make room.',
    'evicted',
  ),
  shareMetric(
    'counter',
    'proxy_herd_share_hits_total',
    'Lookups of a client that was in memory.',
    'hits',
  ),
  shareMetric(
    'counter',
    'proxy_herd_share_misses_total',
    'Lookups of a client that had to be read from its stream.',
    'misses',
  ),
];

/** The most servers that each metric has a value for: the names of origins come from other servers. */
const MAX_NAMES = 1000;

function linkCounter(name: string, help: string, count: keyof LinkStatus['counts']): Metric {
  const read = ofLinks(({ counts }) => counts[count]);
  return { name, type: 'counter', help, labels: ['neighbour'], read };
}

function clusterGauge(
  name: string,
  help: string,
  valueOf: (cluster: ClusterCounts) => number,
): Metric {
  const read = ({ counts: { cluster } }: MetricsSource): Sample<number>[] =>
    cluster === undefined ? [] : [{ labels: {}, value: valueOf(cluster) }];
  return { name, type: 'gauge', help, labels: [], read };
}

function ofLinks(valueOf: (link: LinkStatus) => number) {
  return ({ counts }: MetricsSource): Sample<number>[] =>
    counts.links.map((link) => ({
      labels: { neighbour: link.neighbour },
      value: valueOf(link),
    }));
}

function ofLags(
  label: string,
  entries: readonly LagEntry[],
  valueOf: (entry: LagEntry) => number,
): Sample<number>[] {
  return entries
    .slice(0, MAX_NAMES)
    .map((entry) => ({ labels: { [label]: entry.name }, value: valueOf(entry) }));
}

/** One of a server's counts of its share, where none holds every client. */
function shareMetric(
  type: 'gauge' | 'counter',
  name: string,
  help: string,
  count: keyof ShareCounts,
): Metric {
  const read = ({ counts: { cluster } }: MetricsSource): Sample<number>[] =>
    cluster?.share === undefined ? [] : [{ labels: {}, value: cluster.share[count] }];
  return { name, type, help, labels: [], read };
}
