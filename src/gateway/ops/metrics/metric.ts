import type { DurationCounts } from '../../../counts/duration-histogram.ts';
import type { LiveCounts } from '../../../service/live/counts.ts';
import type { ServerCounts } from '../../../service/server-counts.ts';
import type { PhoneCounts } from '../../ingest/ingest.ts';
import type { HttpCounts } from '../http-counts.ts';

/** What there is to show at a moment. */
export interface MetricsSource {
  readonly herd: string;
  readonly server: string;
  readonly version: string;
  readonly isReady: boolean;
  readonly counts: ServerCounts;
  readonly http: Pick<HttpCounts, 'answers' | 'durations'>;
  readonly httpConnections: number;
  readonly phones: PhoneCounts;
  readonly live: LiveCounts & { readonly subscribers: number };
}

/** A value of a metric: by its labels' values where it has labels. */
export interface Sample<V> {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: V;
}

interface MetricBase {
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
}

/** A metric, and how it is read from the counters. No sample: it does not apply to this server. */
export type Metric =
  | (MetricBase & {
      readonly type: 'counter' | 'gauge';
      readonly read: (source: MetricsSource) => readonly Sample<number>[];
    })
  | (MetricBase & {
      readonly type: 'histogram';
      readonly read: (source: MetricsSource) => readonly Sample<DurationCounts>[];
    });

/** The only value of a metric without labels; none where it is `undefined`. */
export function only<V>(value: V | undefined): Sample<V>[] {
  return value === undefined ? [] : [{ labels: {}, value }];
}

/** A value for each member of a record, under a label that has its name: `too many clients` is `too_many_clients`. */
export function each(
  label: string,
  record: Readonly<Record<string, number>>,
  others: Readonly<Record<string, string>> = {},
): Sample<number>[] {
  return Object.entries(record).map(([name, value]) => ({
    labels: { ...others, [label]: labelOf(name) },
    value,
  }));
}

/** `connectionsPerAddress` and `not acknowledged` as the values of labels are written. */
function labelOf(name: string): string {
  return name.replaceAll(' ', '_').replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
