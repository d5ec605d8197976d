import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';

/** Latencies of up to an hour, to three digits. */
const HISTOGRAM = { lowest: 1, highest: 3.6e12, figures: 3 };
const NS_PER_MS = 1e6;

/** Where latencies lie, in milliseconds. */
export interface Latency {
  readonly count: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** Counts what comes of a load. */
export class Tally {
  readonly #reports = createHistogram(HISTOGRAM);
  readonly #questions = createHistogram(HISTOGRAM);
  sent = 0;
  /** Replies of each kind, those that say that a command is invalid among them. */
  replies = 0;
  invalid = 0;
  /** The first reply of an invalid command. */
  firstInvalid: string | undefined;
  /** Replies to nothing that was asked. */
  foreign = 0;
  /** Commands whose connection broke, or that had no reply at the end. */
  lost = 0;
  /** Why the first connection broke. */
  firstLoss: string | undefined;

  /** A reply came, so many milliseconds after its command began. */
  reply(isQuestion: boolean, tookMs: number): void {
    this.replies += 1;
    const histogram = isQuestion ? this.#questions : this.#reports;
    histogram.record(Math.max(1, Math.round(tookMs * NS_PER_MS)));
  }

  /** A command was answered as invalid. */
  refuse(line: string): void {
    this.replies += 1;
    this.invalid += 1;
    this.firstInvalid ??= line;
  }

  /** A connection broke, with so many commands in flight. */
  lose(commands: number, reason: string): void {
    this.lost += commands;
    this.firstLoss ??= reason;
  }

  get reports(): Latency {
    return latencyOf(this.#reports);
  }

  get questions(): Latency {
    return latencyOf(this.#questions);
  }
}

function latencyOf(histogram: RecordableHistogram): Latency {
  const at = (percent: number): number => histogram.percentile(percent) / NS_PER_MS;
  const { count } = histogram;
  if (count === 0) return { count, p50: 0, p90: 0, p99: 0, p999: 0, max: 0 };
  return {
    count,
    p50: at(50),
    p90: at(90),
    p99: at(99),
    p999: at(99.9),
    max: histogram.max / NS_PER_MS,
  };
}
