import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { Herd, UnreachableError, type DroppedReport } from '#src/client/index.js';
import { Random } from '../simulation/random.ts';
import { eventuallyTrue } from '../support/eventually.ts';

/** A client's reports are numbered by their latitude, in this part of a degree. */
const DEGREES_A_REPORT = 1e-5;
/** Shorter than a server is stopped for at times. */
const ATTEMPT_MS = 1000;
const MOST_THINK_MS = 40;
/** The chance that a client, after a report was confirmed, asks where it is itself. */
const ASKS = 0.2;
/** The chance that one that enqueues waits until all is sent. */
const FLUSHES = 0.1;

/** Which report a location is of. */
export function numberOf({ latitude }: { readonly latitude: number }): number {
  return Math.round(latitude / DEGREES_A_REPORT);
}

/** A client that reports by the library, and asks for what it has reported. */
export class ChaosClient implements AsyncDisposable {
  readonly name: string;
  /** The newest report that was confirmed. */
  confirmed = 0;
  /** How often it asked for itself, and was answered. */
  answered = 0;
  /** Calls that no server answered before their deadline. */
  readonly troubles: string[] = [];
  readonly #dropped: DroppedReport[] = [];
  readonly #herd: Herd;
  /** Asks another server, as long as that answers. */
  readonly #reader: Herd;
  readonly #random: Random;
  readonly #enqueues: boolean;
  readonly #done: Promise<void>;
  #isStopping = false;
  #reports = 0;

  /** @param servers the gateways' URLs, the one to begin with first */
  constructor(servers: readonly string[], index: number, seed: number) {
    this.name = `chaos-${index}`;
    this.#random = new Random(seed + index);
    this.#enqueues = index % 2 === 1;
    const onDrop = (drop: DroppedReport): void => void this.#dropped.push(drop);
    this.#herd = new Herd({ servers, attemptMs: ATTEMPT_MS, deadlineMs: 60_000, onDrop });
    const others = [...servers.slice(1), ...servers.slice(0, 1)];
    this.#reader = new Herd({ servers: others, attemptMs: ATTEMPT_MS, deadlineMs: 60_000 });
    this.#done = this.#run();
    this.#done.catch(() => undefined); // thrown by `stop`
  }

  /** Ends it once all that it has reported is confirmed, or was superseded by what is. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#done;
    await this.#flush();
    assert.deepEqual(
      this.#dropped.filter(({ reason }) => reason !== 'superseded'),
      [],
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isStopping = true;
    await Promise.all([this.#herd.close(), this.#reader.close()]);
  }

  async #run(): Promise<void> {
    while (!this.#isStopping) {
      this.#reports += 1;
      const number = this.#reports;
      const latitude = number * DEGREES_A_REPORT;
      const report = { client: this.name, latitude, longitude: 5 };
      if (this.#enqueues) this.#herd.enqueue(report);
      else if (await this.#is(this.#herd.report(report))) this.confirmed = number;
      if (this.#enqueues && this.#random.chance(FLUSHES)) await this.#flush();
      if (this.#random.chance(ASKS)) await this.#locate();
      await delay(this.#random.next() * MOST_THINK_MS);
    }
  }

  async #flush(): Promise<void> {
    const number = this.#reports;
    if (await this.#is(this.#herd.flush())) this.confirmed = Math.max(this.confirmed, number);
  }

  /** Whichever server answers has what was confirmed here, or a newer one. */
  async #locate(): Promise<void> {
    const { confirmed } = this;
    this.#reader.addConsistencyToken(this.#herd.consistencyToken ?? '');
    const locating = this.#reader.locate(this.name);
    if (!(await this.#is(locating))) return;
    this.answered += 1;
    const location = await locating;
    const found = location === undefined ? 0 : numberOf(location);
    assert.ok(found >= confirmed, `${this.name} found ${found}, after ${confirmed} was confirmed`);
  }

  /** Whether a call succeeds; what no server could answer in time is noted. */
  async #is(call: Promise<unknown>): Promise<boolean> {
    try {
      await call;
      return true;
    } catch (error) {
      const isAway = error instanceof UnreachableError || codeOf(error) === 'not-caught-up';
      if (!isAway) throw error;
      this.troubles.push(String(error));
      return false;
    }
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

/** Follows all clients by one subscription of the library. */
export class ChaosSubscriber implements AsyncDisposable {
  readonly #herd: Herd;
  readonly #newest = new Map<string, number>();
  readonly #done: Promise<void>;
  /** The servers that it got events of. */
  readonly servers = new Set<string>();
  ready = 0;

  constructor(servers: readonly string[]) {
    this.#herd = new Herd({ servers, attemptMs: ATTEMPT_MS, deadlineMs: 60_000 });
    this.#done = this.#run();
    this.#done.catch(() => undefined); // thrown by `settle`
  }

  /** Waits until it has been told each of these reports, or a newer one of their clients. */
  async settle(clients: readonly ChaosClient[]): Promise<void> {
    const hasAll = (): boolean =>
      clients.every(({ name, confirmed }) => (this.#newest.get(name) ?? 0) >= confirmed);
    await Promise.race([eventuallyTrue('the subscriber has all', hasAll), this.#done]);
    assert.ok(hasAll(), 'the subscription goes on');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#herd.close();
  }

  async #run(): Promise<void> {
    const subscription = this.#herd.subscribe();
    for await (const event of subscription) {
      if (subscription.server !== undefined) this.servers.add(subscription.server);
      if (event.type === 'ready') this.ready += 1;
      if (event.type === 'reset') this.#newest.clear();
      if (event.type !== 'location') continue;
      const { location } = event;
      // Another server may be behind the one before.
      const known = this.#newest.get(location.client) ?? 0;
      this.#newest.set(location.client, Math.max(known, numberOf(location)));
    }
  }
}
