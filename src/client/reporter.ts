import { formatTime } from '../protocol/time.ts';
import { isObject } from './answers.ts';
import { Backoff } from './backoff.ts';
import type { CallLimits } from './call-options.ts';
import { HerdError, ProblemError, UnexpectedAnswerError } from './errors.ts';
import { isPassing, type Call } from './exchange.ts';
import { segmentOf } from './filters.ts';
import type { FixedReport } from './fixed-report.ts';
import { readText } from './gateway.ts';
import { delayUnlessAborted } from './limit.ts';
import type { SendOutcome } from './report-sender.ts';
import type { ClientRuntime } from './runtime.ts';

/** The most reports of a request: a gateway takes 10,000, but smaller ones fail apart. */
export const BATCH_REPORTS = 1000;
/** The most characters of a request, of three bytes each at most: a gateway takes 4 MiB. */
const BATCH_CHARACTERS = 1_300_000;

/** What has become of one of several reports. */
export interface ReportResult {
  readonly client: string;
  /** Whether a server has confirmed it. */
  readonly isConfirmed: boolean;
  /** Why it was not confirmed. */
  readonly error?: HerdError;
}

/** What reports are sent with. */
export interface ReporterParts {
  readonly runtime: ClientRuntime;
  /** Asks any server for a change. */
  readonly write: <T>(call: Call<T>) => Promise<T>;
}

/** Sends reports: to any server, as often as it takes, since their time is fixed. */
export class Reporter {
  readonly #parts: ReporterParts;

  constructor(parts: ReporterParts) {
    this.#parts = parts;
  }

  /**
   * Sends a report; done when a server has confirmed it.
   *
   * @throws {HerdError}
   */
  async report(report: FixedReport, limits: CallLimits): Promise<void> {
    await this.#parts.write({
      ...limits,
      request: {
        method: 'PUT',
        path: `/v1/clients/${segmentOf('client', report.client)}/location`,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(membersOf(report)),
      },
      isRepeatable: true,
      read: async () => undefined,
    });
  }

  /**
   * Sends reports until each is confirmed or refused for good, or the deadline is over.
   *
   * @returns the outcome of each, in order
   * @throws the reason of a signal, as soon as one is aborted
   */
  async reportAll(reports: readonly FixedReport[], limits: CallLimits): Promise<SendOutcome[]> {
    const { runtime } = this.#parts;
    const untilMs = runtime.elapsedMs() + limits.deadlineMs;
    const backoff = new Backoff(() => runtime.random());
    const outcomes = await this.sendBatch(reports, limits);
    for (;;) {
      const again = toSendAgain(reports, outcomes);
      const waitMs = backoff.next();
      const deadlineMs = untilMs - runtime.elapsedMs() - waitMs;
      if (again.length === 0 || deadlineMs <= 0) return outcomes;
      await delayUnlessAborted(runtime, waitMs, limits.signals);
      const some = again.flatMap((index) => reports[index] ?? []);
      const found = await this.sendBatch(some, { ...limits, deadlineMs });
      for (const [at, outcome] of found.entries()) outcomes[again[at] ?? -1] = outcome;
    }
  }

  /**
   * Sends reports once, or until a server answers.
   *
   * @returns the outcome of each, in order
   * @throws the reason of a signal, as soon as one is aborted
   */
  async sendBatch(reports: readonly FixedReport[], limits: CallLimits): Promise<SendOutcome[]> {
    const { runtime } = this.#parts;
    const untilMs = runtime.elapsedMs() + limits.deadlineMs;
    const outcomes: SendOutcome[] = [];
    for (const lines of batchesOf(reports)) {
      const deadlineMs = Math.max(1, untilMs - runtime.elapsedMs());
      outcomes.push(...(await this.#sendLines(lines, { ...limits, deadlineMs })));
    }
    return outcomes;
  }

  async #sendLines(lines: readonly string[], limits: CallLimits): Promise<SendOutcome[]> {
    try {
      return await this.#parts.write({
        ...limits,
        request: {
          method: 'POST',
          path: '/v1/locations',
          headers: { accept: '*/*', 'content-type': 'application/x-ndjson' },
          body: lines.join(''),
        },
        isRepeatable: true,
        read: async (response, server) => {
          return outcomesIn(await readText(server, response), server, lines.length);
        },
      });
    } catch (error) {
      for (const signal of limits.signals) signal.throwIfAborted();
      if (error instanceof HerdError) return lines.map(() => error);
      throw error;
    }
  }
}

/** Whether a report may be confirmed when it is sent again later. */
export function isUndecided(outcome: SendOutcome): outcome is HerdError {
  return isPassing(outcome) || outcome instanceof UnexpectedAnswerError;
}

/** The result of a report, by its outcome. */
export function resultOf(
  { client }: FixedReport,
  outcome: SendOutcome = 'confirmed',
): ReportResult {
  if (outcome === 'confirmed') return { client, isConfirmed: true };
  return { client, isConfirmed: false, error: outcome };
}

/**
 * The indexes of the reports that were not confirmed yet, and of all behind them of their clients: where a client's clock
 * is ahead of the servers', what is received last stays.
 */
function toSendAgain(
  reports: readonly FixedReport[],
  outcomes: readonly SendOutcome[],
): readonly number[] {
  const clients = new Set<string>();
  return reports.flatMap(({ client }, index) => {
    if (isPassing(outcomes[index])) clients.add(client);
    return clients.has(client) ? [index] : [];
  });
}

/** What a gateway takes of a report beside its client: whatever else an object of a caller has is left out. */
function membersOf(report: FixedReport) {
  const { latitude, longitude, time, accuracyM, altitudeM, speedMps, courseDeg } = report;
  const { batteryPercent, charging, attributes } = report;
  const fix = { latitude, longitude, time: formatTime(time), accuracyM, altitudeM };
  return { ...fix, speedMps, courseDeg, batteryPercent, charging, attributes };
}

/** The lines of reports, so many together as a request may have. */
function batchesOf(reports: readonly FixedReport[]): string[][] {
  const batches: string[][] = [];
  let room = 0;
  for (const report of reports) {
    const line = `${JSON.stringify({ client: report.client, ...membersOf(report) })}\n`;
    room -= line.length;
    const last = batches.at(-1);
    if (last !== undefined && room >= 0 && last.length < BATCH_REPORTS) {
      last.push(line);
    } else {
      batches.push([line]);
      room = BATCH_CHARACTERS - line.length;
    }
  }
  return batches;
}

/** The outcome of each line of a batch. @throws {UnexpectedAnswerError} where there are not as many */
function outcomesIn(text: string, server: string, count: number): SendOutcome[] {
  try {
    const results = text.split('\n').slice(0, -1);
    const outcomes = results.map((result) => outcomeOf(JSON.parse(result), server));
    if (outcomes.length === count) return outcomes;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new UnexpectedAnswerError(server, `expected an answer for each of ${count} reports`);
}

function outcomeOf(result: unknown, server: string): SendOutcome {
  if (isObject(result) && result['accepted'] === true) return 'confirmed';
  const problem = isObject(result) ? result['problem'] : undefined;
  if (!isObject(problem)) throw new SyntaxError('neither accepted nor a problem');
  return ProblemError.of(server, problem) ?? new UnexpectedAnswerError(server, 'no problem known');
}
