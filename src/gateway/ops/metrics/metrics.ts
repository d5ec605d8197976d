import { HOOK_METRICS } from './hook-metrics.ts';
import { JOURNAL_METRICS } from './journal-metrics.ts';
import type { Metric } from './metric.ts';
import { PHONE_METRICS } from './phone-metrics.ts';
import { PLACES_METRICS } from './places-metrics.ts';
import { REPLICATION_METRICS } from './replication-metrics.ts';
import { SERVER_METRICS } from './server-metrics.ts';
import { TRAFFIC_METRICS } from './traffic-metrics.ts';

/** All metrics of a server, but for those of its process. */
export const METRICS: readonly Metric[] = [
  ...SERVER_METRICS,
  ...TRAFFIC_METRICS,
  ...PHONE_METRICS,
  ...REPLICATION_METRICS,
  ...JOURNAL_METRICS,
  ...PLACES_METRICS,
  ...HOOK_METRICS,
];
