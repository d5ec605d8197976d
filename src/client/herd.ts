import {
  isClientsPage,
  isLocation,
  isNearbyPage,
  isNearbyPlaces,
  type ClientsPage,
} from './answers.ts';
import { clientsOfPages } from './clients-pages.ts';
import type { CallLimits, CallOptions } from './call-options.ts';
import { CLOSE_MS, deadlineOf } from './common-options.ts';
import { ConsistencyTokens } from './consistency-tokens.ts';
import { ClosedError, ProblemError } from './errors.ts';
import { Exchange, type Call } from './exchange.ts';
import {
  boxText,
  eventQuery,
  pathOf,
  pointText,
  segmentOf,
  type EventFilter,
  type ListFilter,
  type NearFilter,
  type PlacesFilter,
  type Point,
  type Query,
} from './filters.ts';
import { fixReport, ReportClock, requireClient, type FixedReport } from './fixed-report.ts';
import { Gateway, readJson } from './gateway.ts';
import { Geofences } from './geofences.ts';
import { isStatus, type HerdStatus } from './herd-status.ts';
import { readLastSeen, type LastSeen } from './last-seen.ts';
import type { Location, NearbyLocation, NearbyPlaces, Report } from './location.ts';
import { allOptions, type AllOptions, type HerdOptions } from './options.ts';
import { BATCH_REPORTS, isUndecided, Reporter, resultOf, type ReportResult } from './reporter.ts';
import { ReportSender, type SendCounts, type SendOutcome } from './report-sender.ts';
import { SYSTEM_RUNTIME, type ClientRuntime } from './runtime.ts';
import { ServerOrder } from './server-order.ts';
import { Subscription } from './subscription.ts';

const CONSISTENCY_TOKEN = 'consistency-token';

/**
 * A herd, through the HTTP gateways of its servers. Any of them will do: when one is lost, the next is asked.
 *
 * @example
 * ```ts
 * import { Herd } from 'proxy-herd/client';
 *
 * await using herd = new Herd({ servers: ['http://127.0.0.1:13645', 'http://127.0.0.1:13649'] });
 * await herd.report({ client: 'kiwi', latitude: 34.06893, longitude: -118.445127 });
 * console.log(await herd.locate('kiwi'));
 * ```
 */
export class Herd implements AsyncDisposable {
  readonly #options: AllOptions;
  readonly #runtime: ClientRuntime;
  readonly #exchange: Exchange;
  readonly #tokens: ConsistencyTokens;
  readonly #clock: ReportClock;
  readonly #reporter: Reporter;
  readonly #sender: ReportSender;
  readonly #stop = new AbortController();

  /** The geofences of the herd. */
  readonly geofences: Geofences;

  /**
   * Connects to nothing yet.
   *
   * @throws {InvalidArgumentError} where an option is wrong
   */
  constructor(options: HerdOptions) {
    this.#options = allOptions(options);
    this.#runtime = SYSTEM_RUNTIME;
    const { servers, token, fetch, attemptMs, consistencyMs, bufferSize, onDrop } = this.#options;
    const runtime = this.#runtime;
    const gateway = new Gateway(fetch, token);
    this.#exchange = new Exchange({ gateway, order: new ServerOrder(servers), runtime, attemptMs });
    this.#tokens = new ConsistencyTokens(consistencyMs);
    this.#clock = new ReportClock(() => runtime.nowMs());
    this.#reporter = new Reporter({ runtime, write: (call) => this.#write(call) });
    this.#sender = new ReportSender({
      runtime,
      capacity: bufferSize,
      batch: BATCH_REPORTS,
      send: (reports, signal) => this.#send(reports, signal),
      onDrop,
    });
    this.geofences = new Geofences({
      read: (path, is, options) => this.#read(path, is, options),
      change: (method, path, body, options) => this.#change(method, path, body, options),
    });
  }

  /**
   * Says where a client is; done when a server has confirmed it, which means what `acknowledge` of its configuration
   * says. It is tried at all servers until the deadline: its time is fixed once, so to send it again does no harm.
   *
   * @throws {HerdError} where no server has confirmed it
   */
  async report(report: Report, options: CallOptions = {}): Promise<void> {
    await this.#reporter.report(fixReport(report, this.#clock), this.#limits(options));
  }

  /**
   * Says where many clients are, in as few requests as it takes.
   *
   * @returns the result of each report, in order: it fails for one and not for all
   * @throws {InvalidArgumentError} where a report cannot be right; nothing was sent
   */
  async reportAll(
    reports: Iterable<Report>,
    options: CallOptions = {},
  ): Promise<readonly ReportResult[]> {
    const fixed = Array.from(reports, (report) => fixReport(report, this.#clock));
    const outcomes = await this.#reporter.reportAll(fixed, this.#limits(options));
    return fixed.map((report, index) => resultOf(report, outcomes[index]));
  }

  /**
   * Has a report sent in the background, and again until a server answers. At most `bufferSize` reports wait, of which the
   * newest of each client goes first; `onDrop` is told which one is given up.
   *
   * @throws {InvalidArgumentError} where it cannot be right
   * @throws {ClosedError}
   */
  enqueue(report: Report): void {
    this.#sender.enqueue(fixReport(report, this.#clock));
  }

  /**
   * Waits until no enqueued report waits any more.
   *
   * @returns what has become of all that were ever enqueued
   * @throws {HerdError} where that takes longer than the deadline: what is unsent stays, and is sent later
   */
  flush(options: CallOptions = {}): Promise<SendCounts> {
    return this.#sender.flush(this.#limits(options));
  }

  /** What has become of the reports that were enqueued. */
  get sendCounts(): SendCounts {
    return this.#sender.counts;
  }

  /**
   * The last known location of a client; `undefined` where no server knows it. What was reported here before is seen,
   * whichever server answers.
   *
   * @throws {HerdError}
   */
  async locate(client: string, options: CallOptions = {}): Promise<Location | undefined> {
    const found = await this.#find(client, options);
    return found instanceof ProblemError ? undefined : found;
  }

  /**
   * When a server last received anything of a client, also where nobody knows where it is; `undefined` where it was never
   * seen, or was removed.
   *
   * @throws {HerdError}
   */
  async lastSeen(client: string, options: CallOptions = {}): Promise<LastSeen | undefined> {
    const found = await this.#find(client, options);
    return readLastSeen(client, found instanceof ProblemError ? found.problem : found);
  }

  /**
   * Where clients are: all, or those to which a filter applies.
   *
   * @throws {HerdError} as it is read
   */
  clients(filter: ListFilter = {}, options: CallOptions = {}): AsyncIterable<Location> {
    const { name, group, box, maxAgeSeconds: maxAge, limit = Infinity } = filter;
    const bbox = box && boxText(box);
    return this.#list({ name, group, bbox, maxAge }, limit, isClientsPage, options);
  }

  /**
   * Who is near a point, or near a client and not that client itself: the nearest first.
   *
   * @throws {HerdError} as it is read
   */
  near(
    around: Point | string,
    filter: NearFilter = {},
    options: CallOptions = {},
  ): AsyncIterable<NearbyLocation> {
    const { name, group, radiusM: radius, maxAgeSeconds: maxAge, limit = Infinity } = filter;
    const where = typeof around === 'string' ? { nearClient: around } : { near: pointText(around) };
    return this.#list({ ...where, radius, name, group, maxAge }, limit, isNearbyPage, options);
  }

  /**
   * The places near a client.
   *
   * @throws {ProblemError} `unknown-client` where no server knows it, `places-failed` where the provider does not answer
   * @throws {HerdError}
   */
  async places(
    client: string,
    filter: PlacesFilter = {},
    options: CallOptions = {},
  ): Promise<NearbyPlaces> {
    const { radiusM: radius, limit, rank, types, language } = filter;
    const query = { radius, limit, rank, types: types?.join(','), language };
    return this.#read(pathOf(`${pathOfClient(client)}/places`, query), isNearbyPlaces, options);
  }

  /**
   * What happens, as it happens: first where everybody is who matches, then `ready`, then each change. With `seen` in the
   * filter also when clients were seen that did not say where they are.
   *
   * @param options `cursor`: goes on after the events of an earlier subscription, within an hour of it
   */
  subscribe(
    filter: EventFilter = {},
    options: CallOptions & { readonly cursor?: string | undefined } = {},
  ): Subscription {
    return new Subscription({
      ...this.#limits(options),
      exchange: this.#exchange,
      runtime: this.#runtime,
      path: pathOf('/v1/events', eventQuery(filter)),
      cursor: options.cursor,
    });
  }

  /**
   * Removes a client from the whole herd, until it reports again.
   *
   * @throws {OutcomeUnknownError} where the server was lost before it answered
   * @throws {HerdError}
   */
  async remove(client: string, options: CallOptions = {}): Promise<void> {
    await this.#change('DELETE', pathOfClient(client), undefined, options);
  }

  /**
   * All servers of the herd, by what each says of itself. A token needs the scope `operate` for it.
   *
   * @throws {HerdError}
   */
  status(options: CallOptions = {}): Promise<HerdStatus> {
    return this.#read('/v1/herd', isStatus, options);
  }

  /**
   * What reads have to see, as one text: with `addConsistencyToken` another `Herd`, such as that of a page, sees what was
   * written here. `undefined` where nothing was written of late.
   */
  get consistencyToken(): string | undefined {
    return this.#tokens.get(this.#runtime.elapsedMs());
  }

  /** From now on reads see what was written where a token comes from. */
  addConsistencyToken(token: string): void {
    this.#tokens.add(token, this.#runtime.elapsedMs());
  }

  /**
   * Sends what is enqueued, within 5 seconds or the deadline that is given; then drops the rest, and ends all that goes on
   * with a `ClosedError`.
   */
  close(options: CallOptions = {}): Promise<void> {
    return this.#sender.finish(
      () => this.flush({ deadlineMs: CLOSE_MS, ...options }),
      () => this.#stop.abort(new ClosedError()),
    );
  }

  /** Closes it, as `await using` does at the end of its block. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #limits(options: CallOptions): CallLimits {
    const { signal } = options;
    const signals = signal === undefined ? [this.#stop.signal] : [signal, this.#stop.signal];
    return { deadlineMs: deadlineOf(options, this.#options), signals };
  }

  /** The location of a client, or the problem that no server knows it: that says when it was last seen. */
  async #find(client: string, options: CallOptions): Promise<Location | ProblemError> {
    try {
      return await this.#read(pathOfClient(client), isLocation, options);
    } catch (error) {
      if (error instanceof ProblemError && error.code === 'unknown-client') return error;
      throw error;
    }
  }

  /** Asks for what has to be as new as what was written here. */
  #read<T>(path: string, is: (value: unknown) => value is T, options: CallOptions): Promise<T> {
    return this.#exchange.ask(this.#readCall(path, is, options));
  }

  #readCall<T>(path: string, is: (value: unknown) => value is T, options: CallOptions): Call<T> {
    const token = this.consistencyToken;
    return {
      ...this.#limits(options),
      request: {
        method: 'GET',
        path,
        headers: token === undefined ? {} : { [CONSISTENCY_TOKEN]: token },
      },
      isRepeatable: true,
      read: (response, server) => readJson(server, response, is),
    };
  }

  /** Makes a change; notes what reads have to see since then. */
  #write<T>(call: Call<T>): Promise<T> {
    return this.#exchange.ask({
      ...call,
      read: async (response, server) => {
        const value = await call.read(response, server);
        const token = response.headers.get(CONSISTENCY_TOKEN);
        if (token !== null) this.addConsistencyToken(token);
        return value;
      },
    });
  }

  /** Makes a change that must not be made twice: a later one could come between. */
  async #change(
    method: 'PUT' | 'DELETE',
    path: string,
    body: unknown,
    options: CallOptions,
  ): Promise<void> {
    const json = { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    await this.#write({
      ...this.#limits(options),
      request: { method, path, ...(body === undefined ? {} : json) },
      isRepeatable: false,
      read: async () => undefined,
    });
  }

  #list<L extends Location>(
    query: Query,
    most: number,
    is: (value: unknown) => value is ClientsPage<L>,
    options: CallOptions,
  ): AsyncIterable<L> {
    const call = (limit: number, cursor?: string) => {
      const asked = this.#readCall(pathOf('/v1/clients', { ...query, limit, cursor }), is, options);
      return {
        ...asked,
        read: async (response: Response, server: string) => ({
          page: await asked.read(response, server),
          server,
        }),
      };
    };
    return clientsOfPages(
      {
        first: (limit) => this.#exchange.ask(call(limit)),
        next: (server, cursor, limit) => this.#exchange.askOne(server, call(limit, cursor)),
      },
      most,
    );
  }

  /**
   * Sends enqueued reports.
   *
   * @throws {HerdError} where no server has answered
   */
  async #send(
    reports: readonly FixedReport[],
    signal: AbortSignal,
  ): Promise<readonly (SendOutcome | undefined)[]> {
    const limits = { deadlineMs: this.#options.deadlineMs, signals: [signal, this.#stop.signal] };
    const outcomes = await this.#reporter.sendBatch(reports, limits);
    const undecided = outcomes.find(isUndecided);
    if (undecided !== undefined && outcomes.every(isUndecided)) throw undecided;
    return outcomes.map((outcome) => (isUndecided(outcome) ? undefined : outcome));
  }
}

function pathOfClient(client: string): string {
  requireClient(client);
  return `/v1/clients/${segmentOf('client', client)}`;
}
