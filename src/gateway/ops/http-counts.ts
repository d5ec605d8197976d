import { DurationHistogram, type DurationCounts } from '../../counts/duration-histogram.ts';

/** From an answer out of memory to the time that a slow one may take, in seconds. */
const ANSWER_BOUNDS_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** An answer to a request. */
interface CountedAnswer {
  readonly method: string;
  /** The path as the OpenAPI document has it; `undefined` where there is no such path. */
  readonly route: string | undefined;
  /** Whether it was one that goes on: its time is then that of the stream, and does not count. */
  readonly isStream: boolean;
  readonly status: number;
  readonly milliseconds: number;
}

/** How many answers there were of one kind. */
interface AnswerCount {
  readonly method: string;
  readonly route: string;
  readonly status: number;
  count: number;
}

/** The route in the metrics of requests for paths that do not exist. */
const NO_ROUTE = 'none';

/** Counts the answers of the gateway. Their number is bounded by the methods, routes and statuses. */
export class HttpCounts {
  readonly #answers = new Map<string, AnswerCount>();
  readonly #durations = new Map<string, DurationHistogram>();

  note({ method, route = NO_ROUTE, isStream, status, milliseconds }: CountedAnswer): void {
    const kind = `${method} ${route} ${status}`;
    const answers = this.#answers.get(kind);
    if (answers === undefined) this.#answers.set(kind, { method, route, status, count: 1 });
    else answers.count += 1;
    if (isStream) return;
    let durations = this.#durations.get(route);
    if (durations === undefined) {
      durations = new DurationHistogram(ANSWER_BOUNDS_SECONDS);
      this.#durations.set(route, durations);
    }
    durations.observe(milliseconds / 1000);
  }

  get answers(): readonly Readonly<AnswerCount>[] {
    return [...this.#answers.values()];
  }

  /** How long answers took, by their routes. */
  get durations(): readonly { readonly route: string; readonly durations: DurationCounts }[] {
    return Array.from(this.#durations, ([route, durations]) => ({
      route,
      durations: durations.snapshot(),
    }));
  }
}
