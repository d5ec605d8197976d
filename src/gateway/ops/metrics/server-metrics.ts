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
    help: 'Whether the server is ready: it has replayed its journal and caught up with a neighbour, as /readyz says.',
    labels: [],
    read: ({ isReady }) => only(Number(isReady)),
  },
  {
    name: 'proxy_herd_clients',
    type: 'gauge',
    help: 'Known clients, without the removed ones.',
    labels: [],
    read: ({ counts }) => only(counts.clients),
  },
  {
    name: 'proxy_herd_clients_limit',
    type: 'gauge',
    help: 'The maximum number of clients; reports of further clients are refused.',
    labels: [],
    read: ({ counts }) => only(counts.limits.maxClients),
  },
  {
    name: 'proxy_herd_tombstones',
    type: 'gauge',
    help: 'Tombstones: removed clients whose removal is still remembered.',
    labels: [],
    read: ({ counts }) => only(counts.tombstones),
  },
  {
    name: 'proxy_herd_signs_of_life',
    type: 'gauge',
    help: 'Clients with a sign of life: a message without a location.',
    labels: [],
    read: ({ counts }) => only(counts.signsKnown),
  },
  {
    name: 'proxy_herd_locations_bytes',
    type: 'gauge',
    help: 'Memory used by locations.',
    labels: [],
    read: ({ counts }) => only(counts.locationsBytes),
  },
  {
    name: 'proxy_herd_locations_limit_bytes',
    type: 'gauge',
    help: 'The maximum memory for locations; reports that need more are refused.',
    labels: [],
    read: ({ counts }) => only(counts.limits.maxMemoryBytes),
  },
  {
    name: 'proxy_herd_tick_duration_seconds',
    type: 'histogram',
    help: 'Duration of ticks; one tick answers everything that has arrived on all sockets.',
    labels: [],
    read: ({ counts }) => only(counts.ticks),
  },
];
