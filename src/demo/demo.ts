import { setTimeout as delay } from 'node:timers/promises';

import { ProblemError, UnreachableError } from '../client/errors.ts';
import { Herd } from '../client/herd.ts';
import { putCards, removeCards } from './cards.ts';
import { createDemoClients, DEMO_CLIENT_IDS, type DemoClient } from './demo-clients.ts';
import { nearestServer } from './districts.ts';
import { DEMO_GEOFENCES } from './geofences.ts';

/** How often clients move, and send what is due, in milliseconds. */
const STEP_MS = 500;
/** After a pause, as of a machine that slept, nobody goes further than in so many seconds. */
const MAX_STEP_S = 5;
/** A server that does not answer for so long is passed over, in milliseconds: on one machine they answer at once. */
const ANSWERS_WITHIN_MS = 3_000;
/** For how long it is then passed over, in milliseconds. */
const PASSED_OVER_MS = 3_000;
/** Within which the herd has to answer what is asked once, in milliseconds: a busy machine takes some seconds to begin with. */
const DEADLINE_MS = 25_000;
/** How long to wait after no server took a subscription, in milliseconds. */
const SUBSCRIBE_AGAIN_MS = 1_000;
/** How many clients are removed at once. */
const REMOVALS_AT_ONCE = 16;

/** What a demo is made of. */
export interface DemoParts {
  /** The URLs of the herd's gateways. */
  readonly gateways: readonly string[];
  /** The same seed makes the same clients, who then do the same. */
  readonly seed: number;
}

/** Made-up clients that move over a city and report to the servers of a herd, as phones would. */
export class Demo {
  readonly #gateways: readonly string[];
  readonly #clients: readonly DemoClient[];
  /** The herd, through any server. */
  readonly #herd: Herd;
  /** The herd through one server each. */
  readonly #servers: readonly Herd[];
  /** Until when each server is passed over, by a clock that never goes back. */
  readonly #passedOverUntilMs: number[] = [];
  /** What is on its way to each server. */
  readonly #onTheirWay = new Map<number, Promise<void>>();
  /** Done when no card is on its way. */
  #cards: Promise<void> = Promise.resolve();
  readonly #stopping = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #lastStepMs = performance.now();

  constructor({ gateways, seed }: DemoParts) {
    this.#gateways = gateways;
    this.#clients = createDemoClients(seed);
    this.#herd = new Herd({ servers: gateways, deadlineMs: DEADLINE_MS });
    this.#servers = gateways.map(
      (gateway) => new Herd({ servers: [gateway], deadlineMs: ANSWERS_WITHIN_MS }),
    );
  }

  /** How many clients it has. */
  get size(): number {
    return this.#clients.length;
  }

  /**
   * A client of the herd that is none of a demo; `undefined` where there is none.
   *
   * @throws {HerdError}
   */
  async findStranger(): Promise<string | undefined> {
    for await (const { client } of this.#herd.clients()) {
      if (!DEMO_CLIENT_IDS.has(client)) return client;
    }
    return undefined;
  }

  /**
   * Starts: makes the geofences, has every client report once, and then as they go. Done when all have; their cards come
   * meanwhile, and after.
   *
   * @throws {HerdError} where the herd does not take the geofences
   */
  async start(): Promise<void> {
    for (const geofence of DEMO_GEOFENCES) await this.#herd.geofences.put(geofence);
    this.#send(this.#clients);
    this.#cards = putCards(this.#gateways, this.#clients, this.#stopping.signal);
    await Promise.all(this.#onTheirWay.values());
    if (this.#stopping.signal.aborted) return;
    this.#lastStepMs = performance.now();
    this.#timer = setInterval(() => this.#step(), STEP_MS);
  }

  /** Waits for the first report of a client that is none of a demo. `undefined`: it was stopped before. */
  async untilStranger(): Promise<string | undefined> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        for await (const event of this.#herd.subscribe({}, { signal })) {
          if (event.type !== 'location') continue;
          const { client } = event.location;
          if (!DEMO_CLIENT_IDS.has(client)) return client;
        }
      } catch {
        // No server answers, or it was stopped. Those that come back have all that was reported.
        await delay(SUBSCRIBE_AGAIN_MS, undefined, { signal }).catch(() => undefined);
      }
    }
    return undefined;
  }

  /** Sends no more; done when nothing is on its way. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    clearInterval(this.#timer);
    await Promise.all([this.#cards, ...this.#onTheirWay.values()]);
  }

  /**
   * Removes all clients, with their cards, and geofences that a demo can have, from the whole herd.
   *
   * @throws {HerdError} where the herd does not answer
   */
  async remove(): Promise<void> {
    const left = DEMO_CLIENT_IDS.values();
    const work = async (): Promise<void> => {
      for (const client of left) await unlessUnknown(this.#herd.remove(client));
    };
    await Promise.all(Array.from({ length: REMOVALS_AT_ONCE }, work));
    await removeCards(this.#gateways, DEMO_CLIENT_IDS);
    for (const { name } of DEMO_GEOFENCES) await unlessUnknown(this.#herd.geofences.remove(name));
  }

  /** Stops it, breaks off what is on its way, and closes its connections. */
  async close(): Promise<void> {
    const stopped = this.stop();
    await Promise.all([this.#herd, ...this.#servers].map((herd) => herd.close({ deadlineMs: 1 })));
    await stopped;
  }

  #step(): void {
    const nowMs = performance.now();
    const seconds = Math.min((nowMs - this.#lastStepMs) / 1000, MAX_STEP_S);
    this.#lastStepMs = nowMs;
    this.#send(this.#clients.filter((client) => client.pass(seconds)));
  }

  /** Sends where these clients are, each to its server. */
  #send(clients: readonly DemoClient[]): void {
    const isDown = (server: number): boolean =>
      performance.now() < (this.#passedOverUntilMs[server] ?? -Infinity);
    const byServer = new Map<number, DemoClient[]>();
    for (const client of clients) {
      const server = nearestServer(client.point, this.#servers.length, isDown);
      if (server === undefined) continue;
      const its = byServer.get(server);
      if (its === undefined) byServer.set(server, [client]);
      else its.push(client);
    }
    for (const [server, its] of byServer) {
      // What cannot be sent now is not kept: the next reports are newer.
      if (this.#onTheirWay.has(server)) continue;
      const sent = this.#report(server, its).finally(() => this.#onTheirWay.delete(server));
      this.#onTheirWay.set(server, sent);
    }
  }

  async #report(server: number, clients: readonly DemoClient[]): Promise<void> {
    try {
      const reports = clients.map(({ report }) => report);
      const results = (await this.#servers[server]?.reportAll(reports)) ?? [];
      if (results.some(({ error }) => error instanceof UnreachableError)) this.#passOver(server);
    } catch {
      this.#passOver(server);
    }
  }

  #passOver(server: number): void {
    this.#passedOverUntilMs[server] = performance.now() + PASSED_OVER_MS;
  }
}

/** Waits for a removal of what may not be there. */
async function unlessUnknown(removal: Promise<void>): Promise<void> {
  try {
    await removal;
  } catch (error) {
    const isUnknown =
      error instanceof ProblemError &&
      (error.code === 'unknown-client' || error.code === 'unknown-geofence');
    if (!isUnknown) throw error;
  }
}
