import { formatTime } from '../protocol/time.ts';
import { Backoff } from './backoff.ts';
import type { CallLimits } from './call-options.ts';
import { ClosedError, HerdError, UnreachableError } from './errors.ts';
import type { FixedReport } from './fixed-report.ts';
import type { Report } from './location.ts';
import { Limit } from './limit.ts';
import { ReportBuffer } from './report-buffer.ts';
import type { ClientRuntime } from './runtime.ts';

/** Why an enqueued report was given up. */
export type DropReason =
  | 'buffer-full' // there was no room for it and those that go before it
  | 'superseded' // a newer one of its client was confirmed, and it would change nothing any more
  | 'refused' // a server will not take it: `error` says why
  | 'closed'; // there was no time left to send it

/** An enqueued report that was given up. */
export interface DroppedReport {
  /** The report, with its time: it can be enqueued again as it is. */
  readonly report: Report & { readonly time: string };
  readonly reason: DropReason;
  /** Of `refused`: the answer. */
  readonly error?: HerdError;
}

/** What has become of the reports that were enqueued, since the beginning. */
export interface SendCounts {
  /** Those that a server has confirmed. */
  readonly confirmed: number;
  /** Those that were dropped, each reported to `onDrop`. */
  readonly dropped: number;
  /** Those that still wait, or are being sent. */
  readonly unsent: number;
}

/** What became of a report that was sent: confirmed, or refused for good. */
export type SendOutcome = 'confirmed' | HerdError;

/** What a sender is made of. */
export interface SenderParts {
  readonly runtime: ClientRuntime;
  /** The most reports that wait. */
  readonly capacity: number;
  /** The most reports that are sent at once. */
  readonly batch: number;
  /**
   * Sends reports to any server, in this order, which is that of their times: the one that is received last stays where
   * the client's clock is ahead of the server's. An outcome for each, in order, `undefined` for one that is to be sent again.
   *
   * @throws {HerdError} where that cannot be done now: it is tried again
   * @throws the signal's reason, as soon as it is aborted
   */
  send(
    reports: readonly FixedReport[],
    signal: AbortSignal,
  ): Promise<readonly (SendOutcome | undefined)[]>;
  onDrop(dropped: DroppedReport): void;
}

/** Sends enqueued reports in the background: the newest of each client first, again and again until a server answers. */
export class ReportSender {
  readonly #parts: SenderParts;
  readonly #buffer: ReportBuffer<FixedReport>;
  readonly #backoff: Backoff;
  readonly #stop = new AbortController();
  /** Who waits until nothing is unsent. */
  readonly #flushes = new Set<(error?: HerdError) => void>();
  #running: Promise<void> | undefined;
  #finished: Promise<void> | undefined;
  #lastError: HerdError | undefined;
  #confirmed = 0;
  #dropped = 0;

  constructor(parts: SenderParts) {
    this.#parts = parts;
    this.#buffer = new ReportBuffer(parts.capacity);
    this.#backoff = new Backoff(() => parts.runtime.random());
  }

  get counts(): SendCounts {
    return { confirmed: this.#confirmed, dropped: this.#dropped, unsent: this.#buffer.size };
  }

  /** @throws {ClosedError} */
  enqueue(report: FixedReport): void {
    if (this.#finished !== undefined || this.#stop.signal.aborted) throw new ClosedError();
    const evicted = this.#buffer.add(report);
    if (evicted !== undefined) this.#drop(evicted, 'buffer-full');
    this.#running ??= this.#run();
  }

  /**
   * Waits until nothing is unsent.
   *
   * @throws {ClosedError} where it is closed meanwhile
   * @throws {HerdError} where the deadline is over first: why the last try did not work; what is unsent stays
   * @throws the reason of a signal, as soon as one is aborted; what is unsent stays
   */
  async flush({ deadlineMs, signals }: CallLimits): Promise<SendCounts> {
    const limit = new Limit(signals, deadlineMs);
    try {
      limit.signal.throwIfAborted();
      if (this.#buffer.size > 0) await this.#untilSent(limit.signal);
      return this.counts;
    } catch (error) {
      if (!limit.isOver) throw error;
      throw this.#lastError ?? new UnreachableError(deadlineMs, []);
    } finally {
      limit.end();
    }
  }

  /**
   * Sends what is unsent, as far as `flush` gets; then ends this and all else. Further calls wait for the first one.
   *
   * @param flush waits until all is sent, or for as long as that may take
   * @param end ends what this sends through
   */
  finish(flush: () => Promise<unknown>, end: () => unknown): Promise<void> {
    this.#finished ??= this.#finish(flush, end);
    return this.#finished;
  }

  async #finish(flush: () => Promise<unknown>, end: () => unknown): Promise<void> {
    try {
      await flush();
    } catch {
      // Unsent reports are dropped, and passed to `onDrop`.
    }
    await Promise.all([this.close(), end()]);
  }

  /** Sends nothing more; what is unsent is dropped. */
  async close(): Promise<void> {
    this.#stop.abort(new ClosedError());
    await this.#running;
    for (const report of this.#buffer.clear()) this.#drop(report, 'closed');
    this.#settleFlushes(new ClosedError());
  }

  #untilSent(signal: AbortSignal): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      const abort = (): void => {
        this.#flushes.delete(flush);
        reject(signal.reason);
      };
      const flush = (error?: HerdError): void => {
        signal.removeEventListener('abort', abort);
        if (error === undefined) resolve();
        else reject(error);
      };
      signal.addEventListener('abort', abort, { once: true });
      this.#flushes.add(flush);
    });
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    await Promise.resolve(); // what is enqueued at once goes at once
    while (this.#buffer.size > 0 && !signal.aborted) {
      const isDone = await this.#sendSome();
      if (isDone) this.#backoff.reset();
      else await this.#parts.runtime.delay(this.#backoff.next(), signal).catch(() => undefined);
    }
    this.#running = undefined;
    if (this.#buffer.size === 0) this.#settleFlushes();
  }

  #settleFlushes(error?: HerdError): void {
    for (const settle of this.#flushes) settle(error);
    this.#flushes.clear();
  }

  /** Sends a batch; whether all of it has come to its end. */
  async #sendSome(): Promise<boolean> {
    const taken = this.#buffer.take(this.#parts.batch);
    const confirmed = new Set<FixedReport>();
    const refused = new Set<FixedReport>();
    try {
      const outcomes = await this.#parts.send(taken, this.#stop.signal);
      this.#lastError = undefined;
      for (const [index, report] of taken.entries()) {
        const outcome = outcomes[index];
        if (outcome === undefined) continue;
        if (outcome === 'confirmed') confirmed.add(report);
        else {
          refused.add(report);
          this.#drop(report, 'refused', outcome);
        }
      }
    } catch (error) {
      if (!(error instanceof HerdError)) throw error;
      this.#lastError = error;
    }
    this.#confirmed += confirmed.size;
    const superseded = this.#buffer.settle({ confirmed, refused });
    for (const report of superseded) this.#drop(report, 'superseded');
    const ended = new Set([...confirmed, ...refused, ...superseded]);
    return taken.every((report) => ended.has(report));
  }

  #drop(report: FixedReport, reason: DropReason, error?: HerdError): void {
    this.#dropped += 1;
    const timed = { ...report, time: formatTime(report.time) };
    const dropped = { report: timed, reason, ...(error === undefined ? {} : { error }) };
    // What it throws is its own, as of any event's listener: it does not end what goes on here.
    queueMicrotask(() => this.#parts.onDrop(dropped));
  }
}
