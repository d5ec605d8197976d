import {
  collectDefaultMetrics,
  Counter,
  Gauge,
  Histogram,
  Registry,
  type MetricObjectWithValues,
  type MetricValueWithName,
} from 'prom-client';

import type { DurationCounts } from '../../../counts/duration-histogram.ts';
import { readableText } from '../../../protocol/readable-text.ts';
import type { Metric, MetricsSource, Sample } from './metric.ts';
import { METRICS } from './metrics.ts';

/** The media type of what `expose` returns. */
export const EXPOSITION_TYPE = Registry.PROMETHEUS_CONTENT_TYPE;

/** The most characters of a label's value; names of servers have no more than 64. */
const MAX_LABEL_LENGTH = 128;

/** Gauges of prom-client whose names are those of counters; `nodejs_active_resources` says the same of all. */
const MISNAMED = [
  'nodejs_active_resources_total',
  'nodejs_active_handles',
  'nodejs_active_handles_total',
  'nodejs_active_requests',
  'nodejs_active_requests_total',
];

/** Of the process, whichever servers are in it: what watches the event loop and the memory is there once. */
let processRegistry: Registry | undefined;

/**
 * All metrics in Prometheus' text format. Each registry is rebuilt, so that what a server no longer has
 * is not shown any more. The event loop's delay is watched from the first call on.
 */
export async function expose(source: MetricsSource): Promise<string> {
  const registry = new Registry();
  for (const metric of METRICS) register(registry, metric, source);
  processRegistry ??= createProcessRegistry();
  return `${await registry.metrics()}\n${await processRegistry.metrics()}`;
}

function createProcessRegistry(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  for (const name of MISNAMED) registry.removeSingleMetric(name);
  return registry;
}

/** Adds a metric; one without a sample is left out, since prom-client would make it 0. */
function register(registry: Registry, metric: Metric, source: MetricsSource): void {
  const { name, help, labels } = metric;
  const configuration = { name, help, labelNames: [...labels], registers: [registry] };
  if (metric.type === 'histogram') {
    const samples = metric.read(source);
    if (samples.length > 0) registry.registerMetric(new CountedHistogram(metric, samples));
    return;
  }
  const samples = metric.read(source);
  if (samples.length === 0) return;
  if (metric.type === 'counter') {
    const counter = new Counter(configuration);
    for (const sample of samples) counter.inc(labelsOf(sample), sample.value);
  } else {
    const gauge = new Gauge(configuration);
    for (const sample of samples) gauge.set(labelsOf(sample), sample.value);
  }
}

/** A histogram whose buckets were counted elsewhere: prom-client's own takes one observation at a time. */
class CountedHistogram extends Gauge {
  /** Without a value. */
  readonly #empty: Histogram;
  readonly #values: MetricValueWithName<string>[];

  constructor({ name, help }: Metric, samples: readonly Sample<DurationCounts>[]) {
    super({ name, help, registers: [] });
    this.#empty = new Histogram({ name, help, registers: [] });
    this.#values = samples.flatMap((sample) => histogramValues(name, sample));
  }

  override async get(): Promise<MetricObjectWithValues<MetricValueWithName<string>>> {
    return { ...(await this.#empty.get()), values: this.#values };
  }
}

/** The lines of a histogram: each bucket has those of the smaller ones as well. */
function histogramValues(name: string, sample: Sample<DurationCounts>) {
  const { boundsSeconds, counts, sumSeconds } = sample.value;
  const labels = labelsOf(sample);
  let count = 0;
  const buckets = counts.map((inBucket, index) => {
    count += inBucket;
    const le = boundsSeconds[index] ?? '+Inf';
    return { metricName: `${name}_bucket`, labels: { le, ...labels }, value: count };
  });
  return [
    ...buckets,
    { metricName: `${name}_sum`, labels, value: sumSeconds },
    { metricName: `${name}_count`, labels, value: count },
  ];
}

/** Labels, escaped for a line: names come from other servers, and this is the last place to validate them. */
function labelsOf({ labels }: Sample<unknown>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(labels).map(([name, value]) => [name, printable(value)]),
  );
}

/** prom-client escapes quotes, backslashes and line feeds; Prometheus takes no other character of control. */
function printable(value: string): string {
  const text = readableText(value).slice(0, MAX_LABEL_LENGTH);
  return text.replace(/[\p{Cc}\p{Cs}]/gu, '\ufffd');
}
