import { catchup } from './catchup.ts';
import { client } from './client.ts';
import { clientBuffer } from './client-buffer.ts';
import { connections } from './connections.ts';
import { linkCosts, natsCosts } from './costs.ts';
import { dashboard } from './dashboard.ts';
import { fairness } from './fairness.ts';
import { following } from './following.ts';
import { gateway } from './gateway.ts';
import type { Benchmark } from './harness/benchmark.ts';
import { herd } from './herd.ts';
import { http } from './http.ts';
import { ingest } from './ingest.ts';
import { journal } from './journal.ts';
import { memory } from './memory.ts';
import { messages } from './messages.ts';
import { natsPartitions } from './nats-partitions.ts';
import { near } from './near.ts';
import { phones } from './phones.ts';
import { places } from './places.ts';
import { propagation } from './propagation.ts';
import { placesImport } from './places-import.ts';
import { placesLatency } from './places-latency.ts';
import { placesMiss } from './places-miss.ts';
import { replication } from './replication.ts';
import { savings } from './savings.ts';
import { startup } from './startup.ts';
import { streams } from './streams.ts';
import { ticks } from './ticks.ts';
import { used } from './used.ts';

/** All benchmarks, in the order in which they are listed. */
export const BENCHMARKS: readonly Benchmark[] = [
  ingest,
  herd,
  places,
  near,
  memory,
  messages,
  propagation,
  replication,
  used,
  following,
  linkCosts,
  natsCosts,
  natsPartitions,
  catchup,
  connections,
  fairness,
  ticks,
  startup,
  journal,
  savings,
  placesImport,
  placesMiss,
  placesLatency,
  http,
  phones,
  streams,
  gateway,
  client,
  clientBuffer,
  dashboard,
];
