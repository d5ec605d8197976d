import { only, type Metric } from './metric.ts';

/** What the server is, what it holds, and how it keeps up. */
export const SERVER_METRICS: readonly Metric[] = [
  {
    name: 'proxy_herd_info',
    type: 'gauge',
    help: 'Always 1: which server of which herd this is, and its version.',
    labels: ['herd', 'server', 'version'],
    read: ({ herd, server, version }) => [{ labels: { herd, server, version }, value: 1 }],
  },
  {
    name: 'proxy_herd_ready',
    type: 'gauge',
    help: 'Whether the journal was read and a neighbour has sent what was lacking, as /readyz says.',
    labels: [],
    read: ({ isReady }) => only(Number(isReady)),
  },
  {
    name: 'proxy_herd_clients',
    type: 'gauge',
    help: 'Clients that are known and not removed.',
    labels: [],
    read: ({ counts }) => only(counts.clients),
  },
  {
    name: 'proxy_herd_clients_limit',
    type: 'gauge',
    help: 'The most clients: reports of further ones are refused.',
    labels: [],
    read: ({ counts }) => only(counts.limits.maxClients),
  },
  {
    name: 'proxy_herd_tombstones',
    type: 'gauge',
    help: 'Clients that were removed, and are still remembered as removed.',
    labels: [],
    read: ({ counts }) => only(counts.tombstones),
  },
  {
    name: 'proxy_herd_signs_of_life',
    type: 'gauge',
    help: 'Clients of which a sign of life is known: they were heard of, and did not say where they are.',
    labels: [],
    read: ({ counts }) => only(counts.signsKnown),
  },
  {
    name: 'proxy_herd_locations_bytes',
    type: 'gauge',
    help: 'The memory that locations take.',
    labels: [],
    read: ({ counts }) => only(counts.locationsBytes),
  },
  {
    name: 'proxy_herd_locations_limit_bytes',
    type: 'gauge',
    help: 'The most memory that locations may take: reports that need more are refused.',
    labels: [],
    read: ({ counts }) => only(counts.limits.maxMemoryBytes),
  },
  {
    name: 'proxy_herd_tick_duration_seconds',
    type: 'histogram',
    help: 'How long ticks took: in one, all that has come over all sockets is answered.',
    labels: [],
    read: ({ counts }) => only(counts.ticks),
  },
];
