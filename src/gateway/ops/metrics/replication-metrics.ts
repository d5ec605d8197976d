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
    help: 'Whether the link with a neighbour is up.',
    labels: ['neighbour'],
    read: ofLinks(({ isUp }) => Number(isUp)),
  },
  linkCounter('proxy_herd_link_ups_total', 'How often a link with a neighbour came up.', 'ups'),
  linkCounter(
    'proxy_herd_link_failures_total',
    'How often one that was to be did not come up.',
    'failures',
  ),
  linkCounter(
    'proxy_herd_link_received_records_total',
    'Records that came from a neighbour.',
    'received',
  ),
  linkCounter(
    'proxy_herd_link_new_records_total',
    'Those among them that were news: the others had come by another link.',
    'newer',
  ),
  linkCounter(
    'proxy_herd_link_received_bytes_total',
    'Bytes that came from a neighbour.',
    'receivedBytes',
  ),
  linkCounter('proxy_herd_link_sent_bytes_total', 'Bytes that went to a neighbour.', 'sentBytes'),
  {
    name: 'proxy_herd_origin_lag_reports',
    type: 'gauge',
    help: 'How many reports that an origin has accepted this server lacks, at most, of those that linked neighbours have.',
    labels: ['origin'],
    read: ({ counts }) => ofLags('origin', counts.lag.origins, ({ reports }) => reports),
  },
  {
    name: 'proxy_herd_origin_lag_seconds',
    type: 'gauge',
    help: 'For how long this server is known to lack some of them.',
    labels: ['origin'],
    read: ({ counts }) => ofLags('origin', counts.lag.origins, ({ seconds }) => seconds),
  },
  {
    name: 'proxy_herd_neighbour_lag_reports',
    type: 'gauge',
    help: 'How many reports a neighbour lacks, at most, of all that this server has.',
    labels: ['neighbour'],
    read: ({ counts }) => ofLags('neighbour', counts.lag.neighbours, ({ reports }) => reports),
  },
  {
    name: 'proxy_herd_neighbour_lag_seconds',
    type: 'gauge',
    help: 'For how long it is known to lack some of them; it grows while the neighbour is not linked.',
    labels: ['neighbour'],
    read: ({ counts }) => ofLags('neighbour', counts.lag.neighbours, ({ seconds }) => seconds),
  },
  clusterGauge(
    'proxy_herd_nats_connected',
    'Whether the NATS cluster that the herd stands on is connected.',
    ({ isConnected }) => Number(isConnected),
  ),
  clusterGauge(
    'proxy_herd_nats_storing_records',
    'Records on their way into its streams, or waiting after a failure.',
    ({ storing }) => storing,
  ),
  shareMetric(
    'gauge',
    'proxy_herd_share_partitions',
    'Partitions of the clients it holds.',
    'held',
  ),
  shareMetric(
    'gauge',
    'proxy_herd_share_residents',
    'Clients and signs of life that are here and not of its share.',
    'residents',
  ),
  shareMetric(
    'counter',
    'proxy_herd_share_evicted_total',
    'How many of these were dropped to make room.',
    'evicted',
  ),
  shareMetric(
    'counter',
    'proxy_herd_share_hits_total',
    'How often a client that was asked for was here.',
    'hits',
  ),
  shareMetric(
    'counter',
    'proxy_herd_share_misses_total',
    'How often it was read from its stream.',
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
