import type { CallOptions } from '../call-options.ts';
import { CLOSE_MS, deadlineOf } from '../common-options.ts';
import { InvalidArgumentError, UnreachableError } from '../errors.ts';
import { fixReport, ReportClock, type FixedReport } from '../fixed-report.ts';
import type { Report } from '../location.ts';
import { ReportSender, type SendCounts, type SendOutcome } from '../report-sender.ts';
import { SYSTEM_RUNTIME } from '../runtime.ts';
import { questionCommand, reportCommand } from './command.ts';
import { Dispatcher } from './dispatcher.ts';
import { allOptions, type AllTcpOptions, type TcpHerdOptions } from './options.ts';
import type { CommandLimits } from './pending.ts';
import { readPlaces, type TcpNearbyPlaces } from './places.ts';
import { locationOf, type TcpLocation } from './reply.ts';
import { RefusedError } from './tcp-errors.ts';

/** So many enqueued reports are given out to be pipelined before the next ones are chosen. */
const BATCH_REPORTS = 1000;

/** Where a client is, as it is reported over the text protocol: a position and a time, without attributes. */
export type TcpReport = Pick<Report, 'client' | 'latitude' | 'longitude' | 'time'>;

/** Which places are wanted. */
export interface TcpPlacesFilter {
  /** How far from the client, in metres: above 0, at most 50,000; left out: 10,000. */
  readonly radiusM?: number | undefined;
  /** The most places: 1 to 20; left out: 20. */
  readonly limit?: number | undefined;
}

/** What of a report the text protocol has. */
const SENT: ReadonlySet<string> = new Set(['client', 'latitude', 'longitude', 'time']);

/**
 * A herd over the text protocol: reports and questions for places, pipelined on one connection to one of its servers.
 * When the connection is lost, what was in flight is sent to the next one. Nothing is connected before it is needed.
 *
 * @example
 * ```ts
 * import { TcpHerd } from 'proxy-herd/client/tcp';
 *
 * await using herd = new TcpHerd({ servers: ['127.0.0.1:11645', '127.0.0.1:11646'] });
 * await herd.report({ client: 'kiwi', latitude: 34.06893, longitude: -118.445127 });
 * const { places } = await herd.places('kiwi', { radiusM: 1000 });
 * ```
 */
export class TcpHerd implements AsyncDisposable {
  readonly #options: AllTcpOptions;
  readonly #clock = new ReportClock(() => SYSTEM_RUNTIME.nowMs());
  readonly #dispatcher: Dispatcher;
  readonly #sender: ReportSender;

  /** @throws {InvalidArgumentError} where an option is wrong */
  constructor(options: TcpHerdOptions) {
    this.#options = allOptions(options);
    this.#dispatcher = new Dispatcher({ runtime: SYSTEM_RUNTIME, ...this.#options });
    this.#sender = new ReportSender({
      runtime: SYSTEM_RUNTIME,
      capacity: this.#options.bufferSize,
      batch: BATCH_REPORTS,
      send: (reports) => this.#sendAll(reports),
      onDrop: this.#options.onDrop,
    });
  }

  /**
   * Reports where a client is; done once a server has confirmed it, as `acknowledge` of its configuration promises.
   *
   * @returns the report as the server has it
   * @throws {InvalidArgumentError | RefusedError | TokenRefusedError | UnreachableError | ClosedError}
   * @throws the signal's reason, as soon as it is aborted
   *
   * @example
   * ```ts
   * const { server, receivedAt } = await herd.report({ client: 'kiwi', latitude: 34.06893, longitude: -118.445127 });
   * ```
   */
  async report(report: TcpReport, options?: CallOptions): Promise<TcpLocation> {
    return this.#report(this.#fix(report), this.#limitsOf(options));
  }

  /**
   * Reports in the background, the newest report of each client as soon as may be, again and again until a server confirms it.
   * Where there are more than `bufferSize`, some are given up, and `onDrop` is told.
   *
   * @throws {InvalidArgumentError | ClosedError}
   *
   * @example
   * ```ts
   * gps.on('fix', ({ latitude, longitude }) => herd.enqueue({ client: 'kiwi', latitude, longitude }));
   * ```
   */
  enqueue(report: TcpReport): void {
    this.#sender.enqueue(this.#fix(report));
  }

  /**
   * Waits until no enqueued report is unsent.
   *
   * @throws the signal's reason, as soon as it is aborted; what is unsent stays
   *
   * @example
   * ```ts
   * const { confirmed, dropped } = await herd.flush({ signal: AbortSignal.timeout(5000) });
   * ```
   */
  flush(options: CallOptions = {}): Promise<SendCounts> {
    const { deadlineMs, signal } = this.#limitsOf(options);
    return this.#sender.flush({ deadlineMs, signals: signal === undefined ? [] : [signal] });
  }

  /** What has become of the reports that were enqueued. */
  get sendCounts(): SendCounts {
    return this.#sender.counts;
  }

  /**
   * Asks where a client is, and for places near it.
   *
   * @throws {RefusedError} where no server knows the client, or the token may not read it
   * @throws {PlacesFailedError} where the server's source of places does not answer; it says where the client is
   * @throws {InvalidArgumentError | TokenRefusedError | UnreachableError | ClosedError}
   * @throws the signal's reason, as soon as it is aborted
   *
   * @example
   * ```ts
   * const { location, places } = await herd.places('kiwi', { radiusM: 2000, limit: 5 });
   * ```
   */
  async places(
    client: string,
    { radiusM = 10_000, limit = 20 }: TcpPlacesFilter = {},
    options: CallOptions = {},
  ): Promise<TcpNearbyPlaces> {
    return this.#dispatcher.dispatch({
      command: questionCommand(client, { radiusM, limit }),
      limits: this.#limitsOf(options),
      read: (reply, server) => {
        if (reply.kind !== 'places') throw new RefusedError(server, `the question about ${client}`);
        return readPlaces(server, reply.json, locationOf(client, reply.at));
      },
    });
  }

  /**
   * Sends what is enqueued, within 5 seconds or the deadline that is given; then drops the rest, and ends the connection
   * and all that goes on with a `ClosedError`.
   */
  close(options: CallOptions = {}): Promise<void> {
    return this.#sender.finish(
      () => this.flush({ deadlineMs: CLOSE_MS, ...options }),
      () => this.#dispatcher.close(),
    );
  }

  /** Closes it, as `await using` does at the end of its block. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #fix(report: TcpReport): FixedReport {
    const other = Object.keys(report).find((name) => !SENT.has(name));
    if (other !== undefined) {
      throw new InvalidArgumentError(`${other}: the text protocol has no place for it; HTTP has`);
    }
    return fixReport(report, this.#clock);
  }

  #limitsOf(options: CallOptions = {}): CommandLimits {
    return { deadlineMs: deadlineOf(options, this.#options), signal: options.signal };
  }

  #report(report: FixedReport, limits: CommandLimits): Promise<TcpLocation> {
    const { client } = report;
    return this.#dispatcher.dispatch({
      command: reportCommand(report),
      limits,
      read: (reply, server) => {
        if (reply.kind === 'confirmed') return locationOf(client, reply.at);
        throw new RefusedError(server, `the report of ${client}`);
      },
    });
  }

  /**
   * Sends enqueued reports.
   *
   * @throws {HerdError} where none has come to its end
   */
  #sendAll(reports: readonly FixedReport[]): Promise<(SendOutcome | undefined)[]> {
    const limits = { deadlineMs: this.#options.deadlineMs, signal: undefined };
    return Promise.all(
      reports.map(async (report): Promise<SendOutcome | undefined> => {
        return this.#report(report, limits).then(() => 'confirmed' as const, outcomeOf);
      }),
    );
  }
}

/** What has become of a report that was not confirmed: `undefined` where it is to be sent again. */
function outcomeOf(error: unknown): SendOutcome | undefined {
  if (error instanceof RefusedError || error instanceof InvalidArgumentError) return error;
  if (error instanceof UnreachableError) return undefined;
  throw error;
}
