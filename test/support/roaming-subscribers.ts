import type { Address } from '#src/transport/address.js';
import { setTimeout as delay } from 'node:timers/promises';
import { Random } from '../simulation/random.ts';
import { EventReader, type StreamEvent } from './event-source.ts';
import type { Answered } from './ledger.ts';
import { pause } from './pause.ts';

/** How long a subscriber stays at a server at most, in milliseconds: it roams after a few cursors, or none. */
const MOST_STAY_MS = 3000;
/** After so long without an answer it goes to another server, in milliseconds. */
const PATIENCE_MS = 1000;
/** How long it waits before it tries the next one, and looks again at what it has, in milliseconds. */
const RETRY_MS = 20;

/** The servers whose live updates are followed. */
interface Servers {
  readonly servers: readonly string[];
  gateway(server: string): Address;
}

/** What subscribers met with. */
export interface Roamed {
  /** How often one went on at a server with the cursor of another, or of its own from before. */
  readonly resumed: number;
  readonly events: number;
  readonly resets: number;
  /**
   * Locations that were older than one that another stream had sent before: a server that is behind has nothing newer yet.
   */
  readonly olderElsewhere: number;
  /** Locations that were older than one that the same stream had sent before. */
  readonly older: readonly string[];
  /** What was promised and did not come. */
  readonly missed: readonly string[];
}

/** Subscribers of live updates of all clients, each of which goes on from server to server. */
export class RoamingSubscribers {
  readonly #subscribers: readonly Subscriber[];
  readonly #stopping = new AbortController();
  readonly #done: Promise<unknown>;

  /** Starts them. */
  constructor(servers: Servers, count: number, seed: number) {
    this.#subscribers = Array.from(
      { length: count },
      (_, index) => new Subscriber(servers, new Random(seed + index)),
    );
    this.#done = Promise.all(this.#subscribers.map((each) => each.roam(this.#stopping.signal)));
  }

  /** Has them roam no more. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#done;
  }

  /** Has each go on at other servers until it has resumed and has what is promised, or `withinMs` have passed. */
  async settle(promised: ReadonlyMap<string, Answered>, withinMs: number): Promise<Roamed> {
    const settled = this.#subscribers.map((each) => each.settle(promised, withinMs));
    const missed = (await Promise.all(settled)).flat();
    const sum = (what: 'resumed' | 'events' | 'resets' | 'olderElsewhere'): number =>
      this.#subscribers.reduce((all, each) => all + each[what], 0);
    return {
      resumed: sum('resumed'),
      events: sum('events'),
      resets: sum('resets'),
      olderElsewhere: sum('olderElsewhere'),
      older: this.#subscribers.flatMap(({ older }) => older),
      missed,
    };
  }
}

class Subscriber {
  resumed = 0;
  events = 0;
  resets = 0;
  olderElsewhere = 0;
  readonly older: string[] = [];
  readonly #servers: Servers;
  readonly #random: Random;
  /** The time of the last location that came of each client, in nanoseconds. */
  readonly #has = new Map<string, bigint>();
  #cursor: string | undefined;

  constructor(servers: Servers, random: Random) {
    this.#servers = servers;
    this.#random = random;
  }

  async roam(stopping: AbortSignal): Promise<void> {
    while (!stopping.aborted) {
      const leaving = AbortSignal.timeout(this.#random.integer(1, MOST_STAY_MS));
      await this.#visit(AbortSignal.any([stopping, leaving]));
      await pause(RETRY_MS, stopping);
    }
  }

  /** @returns what is missing in the end */
  async settle(promised: ReadonlyMap<string, Answered>, withinMs: number): Promise<string[]> {
    const leaving = new AbortController();
    const deadline = performance.now() + withinMs;
    const visits = this.#visitUntil(leaving.signal);
    let missed = this.#missed(promised);
    while ((missed.length > 0 || this.resumed === 0) && performance.now() < deadline) {
      await delay(RETRY_MS);
      missed = this.#missed(promised);
    }
    leaving.abort();
    await visits;
    return missed;
  }

  async #visitUntil(leaving: AbortSignal): Promise<void> {
    while (!leaving.aborted) {
      const moving = AbortSignal.timeout(MOST_STAY_MS);
      await this.#visit(AbortSignal.any([leaving, moving]));
      await pause(RETRY_MS, leaving);
    }
  }

  #missed(promised: ReadonlyMap<string, Answered>): string[] {
    return [...promised].flatMap(([client, { number, at }]) => {
      const has = this.#has.get(client);
      return has !== undefined && has >= number ? [] : [`${at}; came: ${has ?? 'nothing'}`];
    });
  }

  /** Reads the stream of one server until it ends or `leaving` aborts. */
  async #visit(leaving: AbortSignal): Promise<void> {
    const server = this.#random.pick(this.#servers.servers);
    const headers = this.#cursor === undefined ? {} : { 'last-event-id': this.#cursor };
    const opening = AbortSignal.any([leaving, AbortSignal.timeout(PATIENCE_MS)]);
    const address = this.#servers.gateway(server);
    const reader = await EventReader.open(address, '/v1/events', headers, opening).catch(
      () => undefined, // it is down, or does not answer
    );
    if (reader === undefined) return;
    if (reader.response.statusCode === 200 && this.#cursor !== undefined) this.resumed += 1;
    const sent = new Map<string, bigint>();
    while (!reader.isEnded && (await pause(RETRY_MS, leaving))) this.#take(reader, server, sent);
    await reader[Symbol.asyncDispose]();
    this.#take(reader, server, sent);
  }

  /** @param sent what this stream has sent, as `#has` */
  #take(reader: EventReader, server: string, sent: Map<string, bigint>): void {
    for (const event of reader.takeAll()) this.#takeEvent(event, server, sent);
    this.#cursor = reader.lastEventId ?? this.#cursor;
  }

  #takeEvent({ kind, data }: StreamEvent, server: string, sent: Map<string, bigint>): void {
    this.events += 1;
    if (kind === 'reset') {
      this.resets += 1;
      this.#has.clear();
    }
    if (kind !== 'location') return;
    const client = String(data['client']);
    const time = nanosecondsOf(String(data['time']));
    const before = sent.get(client) ?? 0n;
    if (time < (this.#has.get(client) ?? 0n) && time >= before) this.olderElsewhere += 1;
    if (time < before) this.older.push(`${server} sent ${time} of ${client} after ${before}`);
    sent.set(client, time);
    this.#has.set(client, time);
  }
}

/** Of a time in RFC 3339, in UTC. */
function nanosecondsOf(time: string): bigint {
  const [, seconds = '', fraction = ''] = /^([^.]*?)(?:\.(\d+))?Z$/.exec(time) ?? [];
  return BigInt(Date.parse(`${seconds}Z`)) * 1_000_000n + BigInt(fraction.padEnd(9, '0'));
}
