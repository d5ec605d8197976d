import { randomUUID } from 'node:crypto';

import type { Instant } from '../../protocol/timestamp.ts';
import { noHookCounts, type HookCounts, type HookDropReason } from '../../service/hook-counts.ts';
import { LimitedLog } from '../../service/limited-log.ts';
import type { LocationService } from '../../service/location-service.ts';
import type { Clock } from '../../transport/channel.ts';
import { FORMS } from './forms.ts';
import { withoutRemoved, type HookEvent } from './hook-event.ts';
import type { HookLog, HookLogEvent } from './hook-log.ts';
import type { HookPoster, PosterOptions } from './hook-poster.ts';
import { HookInbox, type Transitions } from './inbox.ts';
import type { HookOptions } from './options.ts';
import { pause } from './pause.ts';
import { giveUpReason, isDelivered, isRefusal, pauseMs, type AttemptOutcome } from './retry.ts';
import { parseHookSecret, signedHeaders } from './signature.ts';

/**
 * How long events are gathered before they are sent, in milliseconds: so that a busy hook sends few large requests,
 * and at most a hundred a second.
 */
const GATHER_MS = 10;
/** How many events that nobody gets are counted at a time, at the end. */
const COUNTED_AT_A_TIME = 1_000;

const HEADERS = { 'content-type': 'application/json', 'user-agent': 'proxy-herd' };

/** The dependencies of a hook. */
export interface HookParts {
  readonly service: LocationService;
  readonly transitions: Transitions;
  /** The herd's name. */
  readonly herd: string;
  readonly now: () => Instant;
  /** A clock that is never set, in milliseconds. */
  readonly monotonicMs: () => number;
  readonly clock: Clock;
  /** A random number from 0 to below 1. */
  readonly random: () => number;
  readonly log: HookLog;
  readonly createPoster: (options: PosterOptions) => HookPoster;
}

/** A request as it is tried, under one ID. */
interface Delivery {
  readonly id: string;
  readonly events: readonly HookEvent[];
  readonly body: Buffer;
}

/**
 * Sends the events of one hook: one request at a time, so that they arrive in their order, each until it is taken or
 * given up. Nothing waits for a hook but its own events.
 */
export class Hook {
  readonly #parts: HookParts;
  readonly #log: LimitedLog<HookLogEvent>;
  readonly #counts: HookCounts;
  readonly #inbox: HookInbox;
  readonly #closing = new AbortController();
  /** When this is over, so is what is under way. */
  readonly #end = new AbortController();
  readonly #sending: Promise<void>;
  #options: HookOptions;
  #poster: HookPoster;
  /** The events of the request that is tried. */
  #tried = 0;
  #failures = 0;
  #failingSinceMs = 0;
  #onNews: (() => void) | undefined;

  /** @param from whether what this server accepted before this moment is sent as well */
  constructor(parts: HookParts, options: HookOptions, from: 'start' | 'now') {
    this.#parts = parts;
    this.#options = options;
    this.#log = new LimitedLog<HookLogEvent>(parts.log);
    this.#counts = noHookCounts(options.name);
    this.#inbox = new HookInbox(parts.service, parts.transitions, options, from, (events) =>
      this.#drop('overflow', events),
    );
    this.#poster = parts.createPoster(options);
    this.#sending = this.#send();
  }

  get options(): HookOptions {
    return this.#options;
  }

  /** What it has counted up to now. */
  get counts(): HookCounts {
    return { ...this.#counts, waiting: this.#tried + this.#inbox.queued };
  }

  /** Takes other options, of the same name and form; a request that is tried goes on with them. */
  change(options: HookOptions): void {
    const old = this.#poster;
    this.#options = options;
    this.#inbox.change(options);
    this.#poster = this.#parts.createPoster(options);
    void old.close();
  }

  /** Goes on where something has come. To be called once a tick. */
  work(): void {
    this.#inbox.collect();
    if (this.#onNews !== undefined && !this.#inbox.isEmpty) this.#onNews();
  }

  /** Ends it: what waits is tried once more, for `graceMs` at most, and then given up. */
  async close(graceMs: number): Promise<void> {
    this.#closing.abort();
    this.#onNews?.();
    const cancel = this.#parts.clock.after(graceMs, () => this.#end.abort());
    await this.#sending;
    cancel();
    this.#dropRest();
    this.#inbox.close();
    this.#log.endInterval();
    await this.#poster.close();
  }

  get #isClosing(): boolean {
    return this.#closing.signal.aborted;
  }

  /** The main loop: until it is closed, and there is nothing left or no use in trying. */
  async #send(): Promise<void> {
    for (;;) {
      await this.#untilNews();
      await pause(this.#parts.clock, GATHER_MS, this.#closing.signal);
      const events = this.#inbox.take(FORMS[this.#options.form].maxEvents);
      const isTaken = events.length === 0 || (await this.#deliver(events));
      if (this.#isClosing && (!isTaken || this.#inbox.isEmpty || this.#end.signal.aborted)) return;
    }
  }

  #untilNews(): Promise<void> {
    if (!this.#inbox.isEmpty || this.#isClosing) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onNews = () => {
        this.#onNews = undefined;
        resolve();
      };
    });
  }

  /** Tries a request until it is taken or given up; whether it was taken. */
  async #deliver(events: readonly HookEvent[]): Promise<boolean> {
    const { clock, random, monotonicMs } = this.#parts;
    const startedMs = monotonicMs();
    let refusals = 0;
    let delivery = this.#deliveryOf(events);
    for (;;) {
      this.#tried = delivery.events.length;
      const outcome = await this.#attempt(delivery);
      if (isDelivered(outcome)) return this.#succeed();
      if (isRefusal(outcome)) refusals += 1;
      this.#fail(outcome);
      const triedMs = monotonicMs() - startedMs;
      const reason = this.#isClosing ? 'stopped' : giveUpReason({ refusals, triedMs });
      if (reason !== undefined) this.#drop(reason, this.#tried);
      await pause(clock, pauseMs(this.#failures, outcome, random()), this.#closing.signal);
      const left = reason === undefined ? this.#withoutRemoved(delivery.events) : [];
      if (left.length === 0) {
        this.#tried = 0;
        return false;
      }
      // Another body is another message, which has an ID of its own.
      if (left !== delivery.events) delivery = this.#deliveryOf(left);
      this.#counts.retries += 1;
    }
  }

  #withoutRemoved(events: readonly HookEvent[]): readonly HookEvent[] {
    return withoutRemoved(events, (client) => this.#parts.service.locations.isKnown(client));
  }

  #deliveryOf(events: readonly HookEvent[]): Delivery {
    const { herd, service, now } = this.#parts;
    const context = { herd, server: service.server, now: now() };
    const text = FORMS[this.#options.form].encode(events, context);
    return { id: `msg_${randomUUID()}`, events, body: Buffer.from(text) };
  }

  #attempt({ id, body }: Delivery): Promise<AttemptOutcome> {
    const { url, secrets, timeoutMs } = this.#options;
    const keys = secrets.flatMap((secret) => parseHookSecret(secret) ?? []);
    const signable = { id, timestampS: this.#parts.now().seconds, body };
    return this.#poster.post({
      url,
      headers: { ...HEADERS, ...signedHeaders(signable, keys) },
      body,
      timeoutMs,
      stop: this.#end.signal,
    });
  }

  #succeed(): true {
    this.#counts.deliveries += 1;
    this.#counts.delivered += this.#tried;
    this.#tried = 0;
    if (this.#failures > 0) {
      const seconds = Math.round((this.#parts.monotonicMs() - this.#failingSinceMs) / 1000);
      const { name: hook } = this.#options;
      this.#log.write({ event: 'hook-recovered', hook, failures: this.#failures, seconds });
    }
    this.#failures = 0;
    return true;
  }

  #fail(outcome: AttemptOutcome): void {
    if (this.#failures === 0) this.#failingSinceMs = this.#parts.monotonicMs();
    this.#failures += 1;
    const cause =
      outcome.kind === 'failed'
        ? { code: outcome.code, detail: outcome.detail }
        : { code: 'status' as const, detail: `it answered ${outcome.status}` };
    const { name: hook } = this.#options;
    this.#log.write({ event: 'hook-failed', hook, ...cause, failures: this.#failures });
  }

  /** Gives up what is left at the end. */
  #dropRest(): void {
    let events = 0;
    while (!this.#inbox.isEmpty) events += this.#inbox.take(COUNTED_AT_A_TIME).length;
    if (events > 0) this.#drop('stopped', events);
  }

  #drop(reason: HookDropReason, events: number): void {
    this.#counts.dropped[reason] += events;
    this.#log.write({ event: 'hook-dropped', hook: this.#options.name, reason, events });
  }
}
